"""Two models that are the same: products and offers of one become the other's, and every address still leads home."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from ..core.database import db
from .changes import record_changes, wait_for_other_imports
from .curating import remember_model, remember_product, retitle
from .errors import CuratingRefused
from .known import MODEL_SLUG
from .models import Model, Offer, OldModelSlug, OldProductSlug, Product
from .rules import slugify

# What the model that stays takes over from the other where it knows nothing itself.
_FACTS = (
    "released_on",
    "security_until",
    "supported_on",
    "height_mm",
    "width_mm",
    "screen_in",
    "weight_g",
    "lenses",
    "front",
    "drawing",
    "description_en",
    "description_fr",
)
# A price is worth nothing without its day and source.
_PRICE = ("new_price_minor", "new_price_on", "new_price_source")


@dataclass(frozen=True, slots=True)
class MovedProduct:
    """A product of the model that goes. `into`: the title of the same one that the other model has, else empty."""

    title: str
    slug: str
    into: str
    offers: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge moves. `facts` are columns that the model that stays takes over; `beside` offers will stand beside
    another of the same seller, product and grade: both are kept, each with its own stock number. `seen` goes back with
    the form.
    """

    keep: str
    drop: str
    products: tuple[MovedProduct, ...]
    facts: tuple[str, ...]
    beside: int
    seen: str

    @property
    def offers(self) -> int:
        return sum(product.offers for product in self.products)


def merge_plan(*, keep_id: int, drop_id: int) -> MergePlan:
    """What merging would move; nothing is written. Four SQL statements.

    Raises `CuratingRefused`; so it does for models of two categories: a phone among the laptops is a slip of the hand,
    and there is no way back.
    """
    keep, drop = _models(keep_id, drop_id)
    if keep.category_id != drop.category_id:
        raise CuratingRefused(
            _(
                "%(drop)s and %(keep)s are of two categories, so they aren't merged. If they are one device all "
                "the same, put them into one category first.",
                drop=drop.name,
                keep=keep.name,
            )
        )
    same, going = _products(keep_id), _products(drop_id)
    offers = _offers([*same.values(), *going.values()])
    moved, beside = [], 0
    for key, product in going.items():
        twin = same.get(key)
        own = offers.get(product.id, [])
        there = set(offers.get(twin.id, [])) if twin else set()
        beside += sum(offer in there for offer in own)
        moved.append(MovedProduct(product.title, product.slug, twin.title if twin else "", len(own)))
    facts = tuple(_taken_over(keep, drop))
    brands = keep.brand_id, drop.brand_id
    told = repr((keep.id, keep.name, drop.id, drop.name, brands, moved, facts, beside))
    seen = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
    return MergePlan(keep.name, drop.name, tuple(moved), facts, beside, seen)


def merge_models(*, keep_id: int, drop_id: int, seen: str) -> MergePlan:
    """Make `drop` part of `keep`. Offers keep their ids, so carts and orders never notice.

    Raises `CuratingRefused` when what the plan showed (`seen`) is no longer what would happen.
    """
    wait_for_other_imports()
    plan = merge_plan(keep_id=keep_id, drop_id=drop_id)
    if plan.seen != seen:
        raise CuratingRefused(
            _("What would move is no longer what was shown. Nothing was done; please look again.")
        )
    keep, drop = _models(keep_id, drop_id)
    _set(keep, _taken_over(keep, drop))
    same = _products(keep_id)
    changed, renamed, gone = [], [], []
    for key, product in _products(drop_id).items():
        changed.append(product.id)
        twin = same.get(key)
        if twin is None:
            renamed.append(product)
            _adopt(product, keep)
        else:
            changed.append(twin.id)
            gone.append((product, twin))
    retitle(renamed, keep.name)
    for product, twin in gone:
        pour(product, twin)
    _leave_the_name(drop, keep)
    record_changes(changed, text=True)
    return plan


def _models(keep_id: int, drop_id: int) -> tuple[Model, Model]:
    if keep_id == drop_id:
        raise CuratingRefused(_("This is one and the same model already. Please choose another one."))
    rows = db.session.scalars(select(Model).where(Model.id.in_((keep_id, drop_id))))
    found = {model.id: model for model in rows}
    if len(found) < 2:
        raise CuratingRefused(_("This is gone: somebody else has just taken it away."))
    return found[keep_id], found[drop_id]


def _products(model_id: int) -> dict[tuple[int | None, str], Product]:
    """By what makes two products of one model the same."""
    rows = db.session.scalars(select(Product).where(Product.model_id == model_id).order_by(Product.id))
    return {(product.storage_gb, product.colour or ""): product for product in rows}


def _offers(products: list[Product]) -> dict[int, list[tuple[int, str]]]:
    """Seller and grade of each offer, by product."""
    ids = [product.id for product in products]
    rows = db.session.execute(
        select(Offer.product_id, Offer.seller_id, Offer.grade)
        .where(Offer.product_id.in_(ids))
        .order_by(Offer.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row.product_id, []).append((row.seller_id, row.grade))
    return found


def _taken_over(keep: Model, drop: Model) -> dict[str, Any]:
    facts = [name for name in _FACTS if not getattr(keep, name) and getattr(drop, name)]
    if keep.new_price_minor is None and drop.new_price_minor is not None:
        facts.extend(_PRICE)
    return {name: getattr(drop, name) for name in facts}


def _set(model: Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(model, name, value)


def _adopt(product: Product, model: Model) -> None:
    """The product becomes one of the model's, and an import finds it as such."""
    product.model_id, product.brand_id, product.category_id = model.id, model.brand_id, model.category_id
    product.identity = f"model/{model.id}/{product.storage_gb or ''}/{product.colour or ''}"


def pour(product: Product, twin: Product) -> None:
    """Offers and addresses of a product become its twin's, and it is no more."""
    twin.ean = twin.ean or product.ean
    twin.description = twin.description or product.description
    db.session.execute(update(Offer).where(Offer.product_id == product.id).values(product_id=twin.id))
    db.session.execute(
        update(OldProductSlug).where(OldProductSlug.product_id == product.id).values(product_id=twin.id)
    )
    slug = product.slug
    db.session.delete(product)
    db.session.flush()
    remember_product(slug, twin.id)


def _leave_the_name(drop: Model, keep: Model) -> None:
    """Files that call the model by its old name mean the other one now."""
    db.session.execute(update(OldModelSlug).where(OldModelSlug.model_id == drop.id).values(model_id=keep.id))
    names = {drop.slug, slugify(drop.name, MODEL_SLUG)}
    db.session.delete(drop)
    db.session.flush()
    for name in names:
        remember_model(name, keep.id)
