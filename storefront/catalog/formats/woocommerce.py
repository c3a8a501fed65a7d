"""WooCommerce's product export, with its header in English or French: simple products, and variations of a parent."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import stdnum.ean
from flask_babel import gettext as _

from search.analysis import fold

from ...core.spreadsheet_safe import unescaped
from ...core.tables import Problem, Row
from ..offer_file import Withdrawn
from .reading import Foreign, Format, Passed, Read, Reading
from .words import first_of, plain_text, storage_in

# The header in French, by the name in English.
_FRENCH = {
    "ugs": "sku",
    "nom": "name",
    "publié": "published",
    "description courte": "short description",
    "date de début de promo": "date sale price starts",
    "date de fin de promo": "date sale price ends",
    "en stock ?": "in stock?",
    "tarif promo": "sale price",
    "tarif régulier": "regular price",
    "catégories": "categories",
    "étiquettes": "tags",
    "marques": "brands",
    "gtin, upc, ean ou isbn": "gtin, upc, ean, or isbn",
    **{f"nom de l’attribut {number}": f"attribute {number} name" for number in range(1, 20)},
    **{f"nom de l'attribut {number}": f"attribute {number} name" for number in range(1, 20)},
    **{f"valeur(s) de l’attribut {number}": f"attribute {number} value(s)" for number in range(1, 20)},
    **{f"valeur(s) de l'attribut {number}": f"attribute {number} value(s)" for number in range(1, 20)},
}
_ENGLISH = (
    "id", "type", "sku", "name", "published", "short description", "description", "date sale price starts",
    "date sale price ends", "in stock?", "stock", "sale price", "regular price", "categories", "tags", "brands",
    "gtin, upc, ean, or isbn", "parent",
    *(f"attribute {number} {what}" for number in range(1, 20) for what in ("name", "value(s)")),
)  # fmt: skip
_SOLD = ("simple", "variation")
_ABOUT = {
    "storage": ("stockage", "capacite", "capacity", "storage", "memoire"),
    "colour": ("couleur", "color", "colour", "coloris"),
    "grade": ("etat", "condition", "grade", "state", "qualite", "quality"),
    "brand": ("marque", "brand"),
}
_ROLES = {word: role for role, words in _ABOUT.items() for word in words}
GTIN = "gtin, upc, ean, or isbn"


def _recognises(header: frozenset[str]) -> bool:
    names = {_english(name) for name in header}
    return {"id", "type", "sku", "name", "regular price"} <= names


def _english(name: str) -> str:
    plain = name.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    return _FRENCH.get(plain, plain)


def _rows(table: Iterable[Row | Problem], reading: Reading) -> Iterator[Read]:
    # What variations take from their parents: names and texts, so that memory stays small.
    parents: dict[str, dict[str, str]] = {}
    for found in table:
        if isinstance(found, Problem):
            yield found
            continue
        names = {_english(column): column for column in found.cells}
        row = Row(found.line, {name: _cell(found.cells[column]) for name, column in names.items()}, names)
        kinds = {kind.strip() for kind in row.cells.get("type", "").lower().split(",")}
        if "variable" in kinds:
            parents[row.cells.get("sku", "")] = parents[f"id:{row.cells.get('id', '')}"] = _of_parent(row)
        if not kinds.intersection(_SOLD):
            yield Passed(row.line)
            continue
        parent = parents.get(row.cells.get("parent", ""), {}) if "variation" in kinds else {}
        if not (_published(row.cells) and _published(parent)):
            yield Withdrawn(row.line, reading.options.seller, row.cells.get("sku", ""))
        else:
            yield _offer(row, parent, reading)


def _cell(text: str) -> str:
    # It guards formulas with an apostrophe, as we do.
    return unescaped(text).replace("\\,", ",").replace("\\n", "\n")


def _of_parent(row: Row) -> dict[str, str]:
    kept = ("published", "name", "categories", "tags", "brands")
    texts = {name: row.cells.get(name, "")[:2_000] for name in kept}
    texts["description"] = _description(row)
    for name, text in row.cells.items():
        if name.startswith("attribute "):
            texts[name] = text[:300]
    return texts


def _published(cells: Mapping[str, str]) -> bool:
    return cells.get("published", "") in ("", "1", "true", "yes")


def _description(row: Row) -> str:
    return plain_text(first_of((row.cells.get("description", ""), row.cells.get("short description", ""))))


def _offer(row: Row, parent: dict[str, str], reading: Reading) -> Row:
    offer = Foreign(row, reading)
    # What a parent lists for its variations to choose from is said of none of them.
    general = {role: said for role, said in _by_role(parent).items() if "," not in said[1]}
    about = {**general, **_by_role(row.cells)}
    offer.put("sku", row.cells.get("sku", ""), "sku")
    offer.put("title", _title(row, parent), "name")
    offer.put("description", first_of((_description(row), parent.get("description", ""))), "description")
    brand = about.get("brand", ("brands", ""))[1]
    offer.put("brand", first_of((row.cells.get("brands", ""), parent.get("brands", ""), brand)), "brands")
    categories = first_of((row.cells.get("categories", ""), parent.get("categories", "")))
    offer.put("category", categories, "categories")
    _put_price(offer)
    _put_stock(offer)
    code = row.cells.get(GTIN, "")
    offer.put("ean", code if stdnum.ean.is_valid(code) else "", GTIN)
    storage = about.get("storage", ("name", ""))
    offer.put("storage_gb", str(storage_in(storage[1]) or ""), storage[0])
    colour = about.get("colour", ("name", ""))
    offer.put("colour", colour[1], colour[0])
    grade = about.get("grade", ("name", ""))
    tags = first_of((row.cells.get("tags", ""), parent.get("tags", "")))
    offer.grade([(grade[1], grade[0])], [(row.cells.get("name", ""), "name"), (tags, "tags")])
    made = offer.row()
    # Under the names that stand in the file.
    return Row(
        made.line, made.cells, {to: row.names.get(name, name) for to, name in made.names.items()}, made.faults
    )


def _title(row: Row, parent: dict[str, str]) -> str:
    """A variation is called as its parent and its attributes; these are told apart already."""
    return parent.get("name") or row.cells.get("name", "")


def _put_price(offer: Foreign) -> None:
    cells = offer.source.cells
    on_sale = cells.get("sale price") and _runs(cells, offer.reading.today)
    offer.amount("price", "sale price" if on_sale else "regular price")


def _runs(cells: Mapping[str, str], today: date) -> bool:
    """Whether the sale price holds today; a date that can't be read holds it back."""
    begins, ends = cells.get("date sale price starts", ""), cells.get("date sale price ends", "")
    try:
        return (not begins or date.fromisoformat(begins[:10]) <= today) and (
            not ends or today <= date.fromisoformat(ends[:10])
        )
    except ValueError:
        return False


def _put_stock(offer: Foreign) -> None:
    cells = offer.source.cells
    if cells.get("in stock?", "1") in ("0", "false", "no"):
        offer.put("stock", "0", "in stock?")
    elif cells.get("stock", "").lower() == "parent":
        offer.fault("stock", "stock", _("is the parent's, shared by its variations; give each its own"))
    else:
        offer.stock("stock")


def _by_role(cells: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What the attributes say, as (column, text) by role."""
    found: dict[str, tuple[str, str]] = {}
    for number in range(1, 20):
        name, column = cells.get(f"attribute {number} name", ""), f"attribute {number} value(s)"
        role = _ROLES.get(fold(name).strip().removeprefix("pa_"))
        if role and cells.get(column):
            found.setdefault(role, (column, cells[column]))
    return found


FORMAT = Format(
    name="WooCommerce",
    recognises=_recognises,
    rows=_rows,
    columns=frozenset(
        (*_ENGLISH, *_FRENCH, *(name.replace(" ?", "\N{NO-BREAK SPACE}?") for name in _FRENCH))
    ),
)
