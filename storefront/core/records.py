"""Records as CSV for spreadsheets: numbers, and what stands between cells, as the shop's language has them (`1299,50`
and `;` in French, `1299.50` and `,` in English); text that would be a formula begins with an apostrophe.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from ..config import current_settings
from .spreadsheet_safe import escaped

Cell = str | int | date | Decimal | None
# What spreadsheets know UTF-8 by: the first thing in a file.
MARK = "\N{BYTE ORDER MARK}"


def written(rows: Iterable[Iterable[Cell]]) -> str:
    """Some rows of a file."""
    is_french = current_settings().shop.language == "fr"
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if is_french else ",", lineterminator="\r\n")
    writer.writerows([_cell(value, is_french) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Cell, is_french: bool) -> str:
    match value:
        case None:
            return ""
        case str():
            return escaped(value)
        case Decimal():
            return f"{value:f}".replace(".", ",") if is_french else f"{value:f}"
        case _:
            return str(value)
