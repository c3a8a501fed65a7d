"""Google's product feed as a table (TSV or CSV): it says whether there is stock, not how much, and no grade."""

from collections.abc import Iterable, Iterator

import stdnum.ean
from flask_babel import gettext as _

from search.analysis import fold

from ...core.tables import Problem, Row
from .reading import Foreign, Format, Read, Reading
from .words import first_of, plain_text

_QUANTITIES = ("quantity", "stock", "inventory")
_LABELS = tuple(f"custom_label_{number}" for number in range(5))
COLUMNS = frozenset(
    (
        "id", "title", "description", "availability", "price", "sale_price", "condition", "brand", "gtin", "mpn",
        "color", "size", "product_type", "google_product_category", *_QUANTITIES, *_LABELS,
    )
)  # fmt: skip
# https://www.google.com/basepages/producttype/taxonomy-with-ids.en-US.txt
_TAXONOMY = {
    "267": "smartphones",
    "328": "laptops",
    "4745": "tablets",
    "1294": "consoles",
    "325": "desktops",
    "305": "monitors",
    "404": "tvs",
    "201": "watches",
    "505771": "audio",
}


def _rows(table: Iterable[Row | Problem], reading: Reading) -> Iterator[Read]:
    for found in table:
        if isinstance(found, Problem):
            yield found
        else:
            # Some programs write `product type`, the specification `product_type`.
            cells = {column.replace(" ", "_"): text for column, text in found.cells.items()}
            yield _offer(Row(found.line, cells), reading)


def _offer(row: Row, reading: Reading) -> Row:
    cells = row.cells
    offer = Foreign(row, reading)
    offer.copy("sku", "id")
    offer.copy("title", "title")
    offer.put("description", plain_text(cells.get("description", "")), "description")
    offer.put("brand", cells.get("brand", ""), "brand")
    # A maker's number may be the name of its model: a screen's often is.
    offer.put("model", cells.get("mpn", ""), "mpn")
    code = cells.get("gtin", "").replace(" ", "")
    offer.put("ean", code if stdnum.ean.is_valid(code) else "", "gtin")
    offer.put("colour", cells.get("color", ""), "color")
    kind = cells.get("google_product_category", "")
    offer.put(
        "category", first_of((cells.get("product_type", ""), _TAXONOMY.get(kind, kind))), "product_type"
    )
    offer.amount("price", "sale_price" if cells.get("sale_price") else "price")
    _put_stock(offer)
    texts = [(cells.get(column, ""), column) for column in (*_LABELS, "title")]
    offer.grade([(cells.get("condition", ""), "condition")], texts)
    return offer.row()


def _put_stock(offer: Foreign) -> None:
    cells = offer.source.cells
    available = fold(cells.get("availability", "")).replace("_", " ")
    quantity = next((column for column in _QUANTITIES if cells.get(column)), "")
    if available in ("out of stock", "preorder", "backorder"):
        offer.put("stock", "0", "availability")
    elif quantity:
        offer.stock(quantity)
    elif available == "in stock":
        offer.note(_("This format says “in stock” and not how many: taken as 1."))
        offer.put("stock", "1", "availability")
    else:
        text = cells.get("availability", "")
        offer.fault(
            "stock",
            "availability",
            _("is %(text)s; must be %(expected)s", text=repr(text[:40]), expected="in stock, out of stock"),
        )


FORMAT = Format(
    name="Google Merchant",
    recognises=lambda header: {"id", "title", "price", "availability"} <= header,
    rows=_rows,
    columns=COLUMNS | {column.replace("_", " ") for column in COLUMNS},
)
