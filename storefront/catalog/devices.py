"""Devices that people have, whether or not anybody sells one today: found by name, with what is on sale of them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import Row, Select, func, select

from search import IndexDamaged, Query

from ..config import current_settings
from ..core.database import db
from ..core.folding import folded
from ..core.money import Money
from .cards import rendered_cards
from .finder import current_finder
from .home_page import CATEGORY_COLOUR
from .models import Brand, Category, Model, Product
from .offers import new_price
from .results import products_called
from .shown import Drawing, NewPrice

# What fits a choice by thumb; a name with more devices than that is said better.
MOST_FOUND = 12
_MOST_WORDS = 8
# Among how many cards models are looked for where no name has all the words.
_LOOKED_AT = 60
_WORD = re.compile(r"[^\W_]+\+?")


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A model as somebody owns it; `category` is a slug."""

    id: int
    name: str
    brand: str
    category: str
    drawing: Drawing
    new: NewPrice | None = None


@dataclass(frozen=True, slots=True)
class OnSale:
    """The best value among a model's cards today: its price, and its card as lists show it."""

    price: Money
    card: Markup


def device(model_id: int) -> KnownDevice | None:
    """The model with this id; two statements."""
    model = db.session.get(Model, model_id)
    row = db.session.execute(_devices().where(Model.id == model_id)).first()
    return _known(row, new_price(model)) if row else None


def devices_called(text: str, *, limit: int = MOST_FOUND) -> list[KnownDevice]:
    """The models whose names have all words of `text`, the plainest name first; where none has, what the shop's search
    makes of it, spelling mistakes and storage sizes included. At most two statements.
    """
    words = _WORD.findall(folded(text[:200]))[:_MOST_WORDS]
    if not words:
        return []
    name = func.lower(func.replace(Brand.name + Model.name, " ", ""))
    statement = _devices().order_by(func.length(Model.name), Model.released_on.desc(), Model.id).limit(limit)
    for word in words:
        statement = statement.where(name.contains(word, autoescape=True))
    found = [_known(row) for row in db.session.execute(statement)]
    return found or _found_by_search(text[:200], limit)


def products_said(text: str) -> tuple[frozenset[int], tuple[str, ...]]:
    """The ids of the products whose title or description has all words of `text`, but those that no product has: these
    are the second part. With no text index the titles alone are looked at, by one statement.
    """
    return saying()(text)


def saying() -> Callable[[str], tuple[frozenset[int], tuple[str, ...]]]:
    """`products_said` for many texts: whether search is up to date is asked once, by one statement."""
    finder = current_finder()
    finder.catch_up()

    def said(text: str) -> tuple[frozenset[int], tuple[str, ...]]:
        try:
            having = finder.engine.having(text)
        except IndexDamaged:
            finder.words_lost()
            return frozenset(products_called(text)), ()
        return having.product_ids, having.unknown

    return said


def _found_by_search(text: str, limit: int) -> list[KnownDevice]:
    finder = current_finder()
    finder.catch_up()
    try:
        hits = finder.engine.search(Query(text=text, per_page=_LOOKED_AT)).hits
    except IndexDamaged:
        finder.words_lost()
        return []
    order = {hit.product_id: place for place, hit in reversed(list(enumerate(hits)))}
    statement = (
        _devices().add_columns(Product.id.label("product")).join(Product, Product.model_id == Model.id)
    )
    rows = db.session.execute(statement.where(Product.id.in_(order))).all()
    return _each_once(sorted(rows, key=lambda row: order[row.product]))[:limit]


def _each_once(rows: Iterable[Row[*tuple[object, ...]]]) -> list[KnownDevice]:
    found: dict[int, KnownDevice] = {}
    for row in rows:
        found.setdefault(row.id, _known(row))
    return list(found.values())


def on_sale(model_id: int) -> OnSale | None:
    """The best value of this model in stock, as the shop ranks; at most four statements."""
    finder = current_finder()
    generation = finder.catch_up()
    products = tuple(db.session.scalars(select(Product.id).where(Product.model_id == model_id)))
    hits = finder.engine.search(Query(among=products, per_page=1)).hits if products else ()
    if not hits:
        return None
    cards = rendered_cards([hits[0].offer_id], generation)
    return OnSale(Money(hits[0].price, current_settings().shop.currency), cards[0]) if cards else None


def _devices() -> Select[*tuple[object, ...]]:
    return (
        select(
            Model.id, Model.name, Model.drawing, Model.height_mm, Model.width_mm, Model.lenses, Model.front,
            Brand.name.label("brand"), Category.slug, Category.drawing.label("usual_drawing"),
        )
        .join(Brand, Model.brand_id == Brand.id)
        .join(Category, Model.category_id == Category.id)
    )  # fmt: skip


def _known(row: Row[*tuple[object, ...]], new: NewPrice | None = None) -> KnownDevice:
    drawing = Drawing(
        kind=row.drawing or row.usual_drawing,
        colour=CATEGORY_COLOUR,
        height_mm=row.height_mm or 0.0,
        width_mm=row.width_mm or 0.0,
        lenses=row.lenses or 0,
        front=row.front,
    )
    return KnownDevice(row.id, row.name, row.brand, row.slug, drawing, new)
