"""Brands, which are the whole shop's: made, renamed, merged where two are the same, removed where nothing bears them.

What a brand was called leads to it for ever: in addresses of results (301), and in files.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update

from ..core.database import db
from ..core.errors import FormInvalid
from .changes import raise_generation, record_changes, wait_for_other_imports
from .curating import slug_of, unchanged
from .errors import CuratingRefused
from .known import NAME_SLUG, title_identity
from .merging import pour
from .models import Brand, Model, OldBrandName, Product


@dataclass(frozen=True, slots=True)
class BrandPlan:
    """What merging two brands moves. `twice`: names of models that both have, so that one has them twice then;
    `poured`: titles of products that both have, and that become one. `seen` goes back with the form.
    """

    keep: str
    drop: str
    models: int
    products: int
    twice: tuple[str, ...]
    poured: tuple[str, ...]
    seen: str


def create_brand(name: str) -> Brand:
    """Raises `FormInvalid` when there is one already."""
    wait_for_other_imports()
    brand = Brand(slug=_free_slug(name, None), name=name)
    _take_name(brand)
    db.session.add(brand)
    db.session.flush()
    return brand


def rename_brand(brand_id: int, name: str, *, seen: str) -> Brand:
    """Its address leads to the new one, and files may say either. Raises `CuratingRefused`, and `FormInvalid` when
    another brand has this name.
    """
    wait_for_other_imports()
    brand = unchanged(Brand, brand_id, seen)
    old = brand.name
    brand.slug, brand.name = _free_slug(name, brand_id), name
    _take_name(brand)
    _remember(old, brand)
    ids = [product.id for product in _products(brand_id)]
    changed = _identify(_nameless(brand_id), old, brand.name)
    raise_generation()
    record_changes({*ids, *changed}, text=True)
    return brand


def brand_plan(*, keep_id: int, drop_id: int) -> BrandPlan:
    """What merging would move; nothing is written. Six SQL statements. Raises `CuratingRefused`."""
    keep, drop = _brands(keep_id, drop_id)
    there = set(db.session.scalars(select(Model.name).where(Model.brand_id == keep_id)))
    names = list(db.session.scalars(select(Model.name).where(Model.brand_id == drop_id).order_by(Model.name)))
    nameless = _nameless(drop_id)
    twins = _twins(nameless, drop.name, keep.name)
    poured = tuple(product.title for product in nameless if product.id in twins)
    products = db.session.scalar(select(func.count(Product.id)).where(Product.brand_id == drop_id)) or 0
    twice = tuple(name for name in names if name in there)
    told = repr((keep.id, keep.name, drop.id, drop.name, names, products, poured, twice))
    seen = hashlib.blake2b(told.encode(), digest_size=8).hexdigest()
    return BrandPlan(keep.name, drop.name, len(names), products, twice, poured, seen)


def merge_brands(*, keep_id: int, drop_id: int, seen: str) -> BrandPlan:
    """Models and products of `drop` become `keep`'s. Raises `CuratingRefused` when what the plan showed (`seen`) is no
    longer what would happen.
    """
    wait_for_other_imports()
    plan = brand_plan(keep_id=keep_id, drop_id=drop_id)
    if plan.seen != seen:
        raise CuratingRefused(
            _("What would move is no longer what was shown. Nothing was done; please look again.")
        )
    keep, drop = _brands(keep_id, drop_id)
    old, nameless = drop.name, _nameless(drop_id)
    ids = [product.id for product in _products(drop_id)]
    db.session.execute(update(Model).where(Model.brand_id == drop_id).values(brand_id=keep_id))
    db.session.execute(update(Product).where(Product.brand_id == drop_id).values(brand_id=keep_id))
    changed = _identify(nameless, old, keep.name)
    db.session.execute(update(OldBrandName).where(OldBrandName.brand_id == drop_id).values(brand_id=keep_id))
    db.session.delete(drop)
    db.session.flush()
    _remember(old, keep)
    raise_generation()
    record_changes({*ids, *changed}, text=True)
    return plan


def remove_brand(brand_id: int, *, seen: str) -> None:
    """Only one that no model and no product bears. Raises `CuratingRefused`."""
    wait_for_other_imports()
    brand = unchanged(Brand, brand_id, seen)
    if is_used(brand_id):
        raise CuratingRefused(_("%(name)s is in use: merge it into another brand instead.", name=brand.name))
    db.session.delete(brand)
    db.session.flush()


def is_used(brand_id: int) -> bool:
    """Whether a model or a product bears it; one SQL statement."""
    models = select(Model.id).where(Model.brand_id == brand_id).exists()
    products = select(Product.id).where(Product.brand_id == brand_id).exists()
    return bool(db.session.scalar(select(models | products)))


def brands_now(names: Sequence[str]) -> dict[str, str]:
    """Those of these names that a brand had before, with what it is called today; one SQL statement."""
    statement = (
        select(OldBrandName.name, Brand.name.label("now"))
        .join(Brand, Brand.id == OldBrandName.brand_id)
        .where(OldBrandName.name.in_(names))
    )
    return {row.name: row.now for row in db.session.execute(statement)}


def _brands(keep_id: int, drop_id: int) -> tuple[Brand, Brand]:
    if keep_id == drop_id:
        raise CuratingRefused(_("This is one and the same brand already. Please choose another one."))
    found = {
        brand.id: brand for brand in db.session.scalars(select(Brand).where(Brand.id.in_((keep_id, drop_id))))
    }
    if len(found) < 2:
        raise CuratingRefused(_("This is gone: somebody else has just taken it away."))
    return found[keep_id], found[drop_id]


def _products(brand_id: int) -> list[Product]:
    return list(db.session.scalars(select(Product).where(Product.brand_id == brand_id).order_by(Product.id)))


def _nameless(brand_id: int) -> list[Product]:
    """Its products without a known model: files tell them apart by brand and title."""
    statement = select(Product).where(Product.brand_id == brand_id, Product.model_id.is_(None))
    return list(db.session.scalars(statement.order_by(Product.id)))


def _twins(products: Sequence[Product], old: str, new: str) -> dict[int, Product]:
    """The products that these would be the same as if their brand were called otherwise, by their ids."""
    wanted = {
        _identity(product, new): product.id
        for product in products
        if product.identity == _identity(product, old)
    }
    found = db.session.scalars(select(Product).where(Product.identity.in_(list(wanted))))
    own = {product.id for product in products}
    return {wanted[twin.identity]: twin for twin in found if twin.id not in own}


def _identify(products: Sequence[Product], old: str, new: str) -> list[int]:
    """Let files find these products by their brand's new name; those that are there already take the offers over.

    Returns the ids of the latter.
    """
    twins = _twins(products, old, new)
    for product in products:
        if product.id in twins:
            pour(product, twins[product.id])
        elif product.identity == _identity(product, old):
            product.identity = _identity(product, new)
    db.session.flush()
    return [twin.id for twin in twins.values()]


def _identity(product: Product, brand: str) -> str:
    return title_identity(brand, product.title, product.storage_gb, product.colour or "")


def _take_name(brand: Brand) -> None:
    """The name means this brand from now on, whatever it meant before."""
    db.session.execute(
        delete(OldBrandName).where((OldBrandName.name == brand.name) | (OldBrandName.slug == brand.slug))
    )


def _remember(old: str, brand: Brand) -> None:
    """Let addresses and files that say `old` mean this brand."""
    if old != brand.name:
        db.session.merge(OldBrandName(name=old, slug=slug_of("name", old, NAME_SLUG), brand_id=brand.id))
        db.session.flush()


def _free_slug(name: str, own_id: int | None) -> str:
    slug = slug_of("name", name, NAME_SLUG)
    for row in db.session.execute(select(Brand.id, Brand.slug, Brand.name)):
        if row.id != own_id and (row.slug == slug or row.name == name):
            raise FormInvalid({"name": _("There is a brand of this name already.")})
    return slug
