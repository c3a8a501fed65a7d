"""The shop's own file: `docs/import-format.md`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...core.spreadsheet_safe import unescaped
from ...core.tables import LONGEST_CELL, Problem, Row
from ..offer_file import COLUMNS, REQUIRED
from .reading import Format, Read, Reading

# Columns that an export may have had to guard against being taken for a formula.
_TEXTS = (
    "sku",
    "seller",
    "title",
    "category",
    "brand",
    "model",
    "description",
    "colour",
    "purchase_reference",
)


def _rows(table: Iterable[Row | Problem], reading: Reading) -> Iterator[Read]:
    options = reading.options
    usual = {
        "seller": options.seller,
        "category": options.category,
        "grade": dict(options.grades).get("", ""),
    }
    usual = {column: text for column, text in usual.items() if text}
    for row in table:
        if isinstance(row, Problem):
            yield row
            continue
        changed = {
            column: unescaped(row.cells[column])
            for column in _TEXTS
            if row.cells.get(column, "").startswith("'")
        }
        changed |= {column: text for column, text in usual.items() if not row.cells.get(column)}
        yield replace(row, cells={**row.cells, **changed}) if changed else row


FORMAT = Format(
    name="Rebelote",
    recognises=lambda _header: True,
    rows=_rows,
    needs=REQUIRED,
    columns=frozenset(COLUMNS),
    foreign=False,
    longest_cell=LONGEST_CELL,
)
