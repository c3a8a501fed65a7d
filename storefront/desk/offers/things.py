"""What a device that goes on sale may be: found by what somebody calls it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import stdnum.ean
from flask_babel import gettext as _
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from ...catalog.formats.words import Colours, storage_in
from ...catalog.labels import colour_label, storage_label
from ...catalog.matching import words_of
from ...catalog.models import Brand, Category, Model, Product
from ...catalog.titles import category_name, title_of
from ...core.database import db
from .queries import has_word

# Of models and of products, so many are shown.
MOST_FOUND = 12
LONGEST_WORDS = 120


@dataclass(frozen=True, slots=True)
class Thing:
    """What is put on sale. `name` is how it is spoken of; the rest are cells of an offers file.

    A model leaves storage and colour open: `storages` and `colours` are those that the shop has of it.
    """

    model_id: int | None
    product_id: int | None
    name: str
    title: str
    model: str
    brand: str
    category: str
    storage: str = ""
    colour: str = ""
    storages: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A model or a product that may be meant, with what an address asks for it by."""

    name: str
    about: str
    asked: dict[str, str]


def found_by(text: str) -> list[Found]:
    """Models and products that "iphone 13 128 go bleu" or an EAN may mean; at most two SQL statements."""
    if stdnum.ean.is_valid(code := text.replace(" ", "")):
        return [_product_found(row) for row in _products(Product.ean == code)]
    words = [word for word in words_of(text) if word not in _said_of_a_product(text)]
    if not words:
        return []
    said = {"storage_gb": _storage_text(storage_in(text)), "colour": _colour_text(Colours().within(text))}
    kept = {name: value for name, value in said.items() if value}
    models = [
        Found(row.name, f"{row.brand} · {category_name(row)}", {"model": str(row.id), **kept})
        for row in _models(words)
    ]
    own = _products(Product.model_id.is_(None), *(has_word(word) for word in words))
    return models + [_product_found(row) for row in own]


def _said_of_a_product(text: str) -> set[str]:
    """The words of a colour: "rose gold" is no part of a model's name."""
    colours = Colours()
    return {word for said in colours.pattern.findall(" ".join(words_of(text))) for word in said.split()}


def _models(words: Sequence[str]) -> Sequence[Any]:
    called = [
        or_(Model.name.icontains(word, autoescape=True), Brand.name.icontains(word, autoescape=True))
        for word in words
    ]
    return db.session.execute(
        select(Model.id, Model.name, Brand.name.label("brand"), Category.name_en, Category.name_fr)
        .join(Model.brand)
        .join(Model.category)
        .where(*called)
        # "iPhone 13" before "iPhone 13 Pro Max".
        .order_by(func.length(Model.name), Model.name, Model.id)
        .limit(MOST_FOUND)
    ).all()


def _products(*conditions: Any) -> Sequence[Product]:
    return db.session.scalars(
        select(Product)
        .where(*conditions)
        .options(joinedload(Product.model), joinedload(Product.category))
        .order_by(Product.title, Product.id)
        .limit(MOST_FOUND)
    ).all()


def _product_found(product: Product) -> Found:
    return Found(title_of(product), category_name(product.category), {"product": str(product.id)})


def model_thing(model_id: int) -> Thing | None:
    """Two SQL statements."""
    model = db.session.scalar(
        select(Model).where(Model.id == model_id).options(joinedload(Model.brand), joinedload(Model.category))
    )
    if model is None:
        return None
    there = db.session.execute(
        select(Product.storage_gb, Product.colour).where(Product.model_id == model_id).distinct()
    ).all()
    return Thing(
        model_id=model.id,
        product_id=None,
        name=model.name,
        title=model.name,
        model=model.slug,
        brand=model.brand.name,
        category=model.category.slug,
        storages=tuple(map(_storage_text, sorted({row.storage_gb for row in there if row.storage_gb}))),
        colours=tuple(sorted({_colour_text(row.colour) for row in there if row.colour})),
    )


def product_thing(product_id: int) -> Thing | None:
    """One SQL statement."""
    product = db.session.scalar(
        select(Product)
        .where(Product.id == product_id)
        .options(joinedload(Product.model), joinedload(Product.brand), joinedload(Product.category))
    )
    if product is None:
        return None
    return Thing(
        model_id=None,
        product_id=product.id,
        name=title_of(product),
        title=product.title,
        model=product.model.slug if product.model else product.model_text or "",
        brand=product.brand.name if product.brand else "",
        category=product.category.slug,
        storage=str(product.storage_gb or ""),
        colour=product.colour or "",
    )


def new_thing(title: str, brand: str, category: str) -> Thing:
    """What the shop has never heard of, in its seller's words."""
    return Thing(None, None, _("Something new here"), title, "", brand, category)


def _storage_text(gigabytes: int | None) -> str:
    return storage_label(gigabytes) if gigabytes else ""


def _colour_text(colour: str) -> str:
    return colour_label(colour) if colour else ""
