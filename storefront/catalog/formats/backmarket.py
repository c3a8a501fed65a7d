"""Back Market's listings of one seller: a row a listing, with its grade as a word or a number."""

from collections.abc import Iterable, Iterator

from flask_babel import gettext as _

from ...core.tables import Problem, Row
from . import grades
from .reading import Foreign, Format, Read, Reading

COLUMNS = frozenset(
    (
        "sku", "product_id", "ean", "title", "quantity", "price", "currency", "grade", "state", "warranty_delay",
        "min_price", "max_price", "comment",
    )
)  # fmt: skip


def _rows(table: Iterable[Row | Problem], reading: Reading) -> Iterator[Read]:
    for row in table:
        yield row if isinstance(row, Problem) else _offer(row, reading)


def _offer(row: Row, reading: Reading) -> Row:
    offer = Foreign(row, reading)
    offer.copy("sku", "sku")
    offer.put("title", row.cells.get("title", ""), "title")
    offer.put("ean", row.cells.get("ean", ""), "ean")
    offer.put("description", row.cells.get("comment", ""), "comment")
    offer.copy("currency", "currency")
    offer.copy("guarantee_months", "warranty_delay")
    offer.amount("price", "price")
    offer.stock("quantity")
    _put_grade(offer)
    if row.cells.get("min_price") or row.cells.get("max_price"):
        offer.note(_("The lowest and the highest price are not kept: an offer has one price here."))
    return offer.row()


def _put_grade(offer: Foreign) -> None:
    """By the word or the code, whichever there is; where both are there, they must agree."""
    words = {
        column: grades.BACK_MARKET_CODES.get(text.removesuffix(".0"), text)
        for column in ("grade", "state")
        if (text := offer.source.cells.get(column, ""))
    }
    if len({word.lower() for word in words.values()}) > 1:
        offer.fault(
            "grade",
            "grade",
            _(
                "%(grade)s and the state %(state)s disagree",
                **{name: repr(word) for name, word in words.items()},
            ),
        )
        return
    offer.grade([(word, column) for column, word in words.items()])


FORMAT = Format(
    name="Back Market",
    recognises=lambda header: (
        {"sku", "quantity", "price"} <= header
        and bool({"grade", "state"} & header)
        and bool({"product_id", "ean"} & header)
        and "stock" not in header
    ),
    rows=_rows,
    columns=COLUMNS,
)
