"""Shopify's product export: a row a variant; what belongs to the product stands in its first row only."""

from collections.abc import Iterable, Iterator

import stdnum.ean
from flask_babel import gettext as _

from search.analysis import fold

from ...core.tables import Problem, Row
from ..offer_file import Withdrawn
from . import grades
from .reading import Foreign, Format, Passed, Read, Reading
from .words import first_of, plain_text, storage_in

SKU, PRICE, STOCK, HANDLE = "variant sku", "variant price", "variant inventory qty", "handle"
OPTIONS = tuple((f"option{number} name", f"option{number} value") for number in (1, 2, 3))
# What a product's further rows leave empty.
OF_PRODUCT = ("title", "body (html)", "vendor", "product category", "type", "tags", "published", "status")
CONDITION = "google shopping / condition"
COLUMNS = frozenset(
    (
        *(SKU, PRICE, STOCK, HANDLE, CONDITION, "variant barcode", "cost per item", "image src"),
        *OF_PRODUCT,
        *(name for option in OPTIONS for name in option),
    )
)
# What an option may be called (folded), and what it is about.
_ABOUT = {
    "storage": ("stockage", "capacite", "capacity", "storage", "memoire", "memory", "capacite de stockage"),
    "colour": ("couleur", "color", "colour", "coloris", "finish"),
    "grade": ("etat", "condition", "grade", "state", "qualite", "quality", "etat esthetique"),
}
_ROLES = {word: role for role, words in _ABOUT.items() for word in words}


def _rows(table: Iterable[Row | Problem], reading: Reading) -> Iterator[Read]:
    product: dict[str, str] = {}
    for row in table:
        if isinstance(row, Problem):
            yield row
            continue
        handle = row.cells.get(HANDLE, "")
        if not product or (handle and handle != product[HANDLE]):
            product = {HANDLE: handle}
        _remember(product, row)
        if not (row.cells.get(PRICE) or row.cells.get(SKU) or row.cells.get(OPTIONS[0][1])):
            # One more picture of the product.
            yield Passed(row.line)
        elif _unpublished(product):
            yield Withdrawn(row.line, reading.options.seller, _sku(row))
        else:
            yield _offer(row, product, reading)


def _remember(product: dict[str, str], row: Row) -> None:
    for column in (*OF_PRODUCT, CONDITION, *(name for name, _value in OPTIONS)):
        text = row.cells.get(column, "")
        if text:
            product.setdefault(column, text)


def _unpublished(product: dict[str, str]) -> bool:
    return (
        product.get("status", "active").lower() != "active"
        or product.get("published", "true").lower() == "false"
    )


def _sku(row: Row) -> str:
    # Shopify guards numbers with an apostrophe, lest a spreadsheet take their zeroes.
    return row.cells.get(SKU, "").lstrip("'")


def _offer(row: Row, product: dict[str, str], reading: Reading) -> Row:
    offer = Foreign(row, reading)
    options = _by_role(row, product)
    offer.put("sku", _sku(row), SKU)
    offer.put("title", product.get("title", ""), "title")
    offer.put("description", plain_text(product.get("body (html)", "")), "body (html)")
    offer.put("brand", product.get("vendor", ""), "vendor")
    offer.put("category", first_of((product.get("type", ""), product.get("product category", ""))), "type")
    offer.amount("price", PRICE)
    if row.cells.get("cost per item"):
        offer.amount("purchase_price", "cost per item")
    _put_stock(offer)
    _put_barcode(offer)
    storage = options.get("storage")
    size = storage_in(storage[1]) if storage else None
    offer.put("storage_gb", str(size or ""), storage[0] if storage else "title")
    colour = options.get("colour")
    offer.put("colour", colour[1] if colour else "", colour[0] if colour else "title")
    grade = options.get("grade")
    words = [(grade[1], grade[0])] if grade else [(product.get(CONDITION, ""), CONDITION)]
    offer.grade(words, [(product.get("title", ""), "title"), (product.get("tags", ""), "tags")])
    return offer.row()


def _put_stock(offer: Foreign) -> None:
    if STOCK not in offer.source.cells:
        offer.fault(
            "stock", STOCK, _("is not in this file; export the products with the inventory of one place")
        )
    else:
        offer.stock(STOCK)


def _put_barcode(offer: Foreign) -> None:
    code = offer.source.cells.get("variant barcode", "").lstrip("'")
    if code and not stdnum.ean.is_valid(code):
        offer.note(_("A barcode that is no valid EAN was left out."))
        code = ""
    offer.put("ean", code, "variant barcode")


def _by_role(row: Row, product: dict[str, str]) -> dict[str, tuple[str, str]]:
    """What the variant's options say, as (column, text) by role: by the option's name, or by what it holds."""
    found: dict[str, tuple[str, str]] = {}
    for name, column in OPTIONS:
        text = row.cells.get(column, "")
        role = _ROLES.get(fold(product.get(name, "")).strip()) or _role_of(text)
        if text and role:
            found.setdefault(role, (column, text))
    return found


def _role_of(text: str) -> str:
    if storage_in(text):
        return "storage"
    return "grade" if fold(text) in grades.WORDS else ""


FORMAT = Format(
    name="Shopify",
    recognises=lambda header: {HANDLE, "title", SKU, PRICE} <= header,
    rows=_rows,
    columns=COLUMNS,
)
