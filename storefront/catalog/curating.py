"""Keeping models and categories in good order: what the shop's people change by hand. Brands: `brands.py`.

Who edits names what the page showed (`seen`, by `fingerprint`): when somebody else was faster, the second is told.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import delete, select

from ..core.database import db
from ..core.errors import FormInvalid
from .changes import raise_generation, record_changes, wait_for_other_imports
from .errors import CuratingRefused
from .known import MODEL_SLUG, NAME_SLUG, PRODUCT_SLUG, with_unique_slugs
from .models import Brand, Category, Model, OldModelSlug, OldProductSlug, Product
from .rules import product_title, slugify, title_slug

Row = TypeVar("Row", Model, Category, Brand, Product)


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """All that can be said of a model by hand; what nobody knows is none, or empty."""

    name: str
    brand_id: int
    category_id: int
    released_on: date | None = None
    security_until: date | None = None
    supported_on: date | None = None
    height_mm: float | None = None
    width_mm: float | None = None
    screen_in: float | None = None
    weight_g: float | None = None
    lenses: int | None = None
    front: str = ""
    drawing: str = ""
    new_price_minor: int | None = None
    new_price_on: date | None = None
    new_price_source: str = ""
    description_en: str = ""
    description_fr: str = ""


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """A category's names, further words for the search, its drawing, its place, and what a device of it weighs."""

    name_en: str
    name_fr: str
    words: str = ""
    drawing: str = "box"
    position: int = 100
    weight_g: int | None = None


def fingerprint(row: Model | Category | Brand | Product) -> str:
    """What the row says, in few letters: for a form that sends back what its page showed."""
    values = "\0".join(f"{column.key}={getattr(row, column.key)}" for column in row.__table__.columns)
    return hashlib.blake2b(values.encode(), digest_size=8).hexdigest()


def create_model(facts: ModelFacts) -> Model:
    """Raises `FormInvalid` when there is one of this name and brand already, or the name has no letter or digit."""
    wait_for_other_imports()
    slug = slug_of("name", facts.name, MODEL_SLUG)
    for candidate in (slug, slugify(f"{_brand_name(facts.brand_id)} {facts.name}", MODEL_SLUG)):
        if not _model_slug_taken(candidate):
            model = Model(slug=candidate, **asdict(facts))
            db.session.add(model)
            db.session.flush()
            return model
    raise FormInvalid({"name": _("There is a model of this name already.")})


def edit_model(model_id: int, facts: ModelFacts, *, seen: str) -> Model:
    """Its products are named and shelved after it; an address that changes leads to the new one.

    Raises `CuratingRefused` when it is gone or somebody else has changed it.
    """
    wait_for_other_imports()
    model = unchanged(Model, model_id, seen)
    slug_of("name", facts.name, MODEL_SLUG)
    renamed = model.name != facts.name
    if renamed:
        remember_model(slugify(model.name, MODEL_SLUG), model.id)
    _set(model, asdict(facts))
    products = list(
        db.session.scalars(select(Product).where(Product.model_id == model_id).order_by(Product.id))
    )
    for product in products:
        product.brand_id, product.category_id = model.brand_id, model.category_id
    if renamed:
        retitle(products, model.name)
    _flushed(products, text=True)
    return model


def create_category(facts: CategoryFacts) -> Category:
    """Its address is made of its English name, and stays. Raises `FormInvalid`."""
    wait_for_other_imports()
    slug = slug_of("name_en", facts.name_en, NAME_SLUG)
    if db.session.scalar(select(Category.id).where(Category.slug == slug)) is not None:
        raise FormInvalid({"name_en": _("There is a category of this name already.")})
    category = Category(slug=slug, **asdict(facts))
    db.session.add(category)
    db.session.flush()
    raise_generation()
    return category


def edit_category(category_id: int, facts: CategoryFacts, *, seen: str) -> Category:
    """Its address stays. Raises `CuratingRefused`, and `FormInvalid` for names without a letter or digit."""
    wait_for_other_imports()
    category = unchanged(Category, category_id, seen)
    slug_of("name_en", facts.name_en, NAME_SLUG)
    slug_of("name_fr", facts.name_fr, NAME_SLUG)
    told_anew = any(
        getattr(category, name) != getattr(facts, name) for name in ("name_en", "name_fr", "words")
    )
    _set(category, asdict(facts))
    db.session.flush()
    ids = db.session.scalars(select(Product.id).where(Product.category_id == category_id))
    record_changes(ids, text=told_anew)
    # One without products is named by its results and by filters all the same.
    raise_generation()
    return category


def retitle(products: Iterable[Product], model_name: str) -> None:
    """Name these products after a model; those whose address changes keep the old one as a way to the new one."""
    moved = []
    for product in products:
        title = product_title(model_name, product.storage_gb, product.colour or "")
        slug = title_slug(title, PRODUCT_SLUG)
        if title_slug(product.title, PRODUCT_SLUG) != slug:
            moved.append({"slug": slug, "product": product})
        product.title = title
    for row in with_unique_slugs(moved, Product.slug):
        product = row["product"]
        remember_product(product.slug, product.id)
        db.session.execute(delete(OldProductSlug).where(OldProductSlug.slug == row["slug"]))
        product.slug = row["slug"]
        db.session.flush()


def remember_product(slug: str, product_id: int) -> None:
    """Let the address that a product had lead to this one."""
    db.session.merge(OldProductSlug(slug=slug, product_id=product_id))
    db.session.flush()


def remember_model(slug: str, model_id: int) -> None:
    """Let a name that files have for a model mean this one, unless another is called so."""
    if slug and not _model_slug_taken(slug):
        db.session.merge(OldModelSlug(slug=slug, model_id=model_id))
        db.session.flush()


def _model_slug_taken(slug: str) -> bool:
    return db.session.scalar(select(Model.id).where(Model.slug == slug)) is not None


def _brand_name(brand_id: int) -> str:
    return db.session.execute(select(Brand.name).where(Brand.id == brand_id)).scalar_one()


def slug_of(field: str, name: str, longest: int) -> str:
    """Raises `FormInvalid` about this field for a name without a letter or digit."""
    slug = slugify(name, longest)
    if not slug:
        raise FormInvalid({field: _("Please give a name with at least one letter or digit.")})
    return slug


def unchanged(table: type[Row], row_id: int, seen: str) -> Row:
    """The row, locked, if it is still what the page showed. Raises `CuratingRefused`."""
    row = db.session.scalar(select(table).where(table.id == row_id).with_for_update())
    if row is None:
        raise CuratingRefused(_("This is gone: somebody else has just taken it away."))
    if fingerprint(row) != seen:
        raise CuratingRefused(_("Somebody else has just changed this. Nothing was saved; please look again."))
    return row


def _set(row: Model | Category, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _flushed(products: Iterable[Product], *, text: bool) -> None:
    db.session.flush()
    record_changes([product.id for product in products], text=text)
