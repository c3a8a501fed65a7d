"""What the shop knows already when an offers file comes: sellers, categories, models, offers and slugs."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import InstrumentedAttribute

from ..core.database import db
from ..sellers.models import Seller
from .models import Brand, Category, Model, OldBrandName, OldModelSlug
from .offer_file import OfferLine
from .rules import shortened, slugify, title_slug

# How long the slugs of these may be, as their columns have it; a product's has room for a number behind it.
NAME_SLUG, MODEL_SLUG, PRODUCT_SLUG, IDENTITY = 80, 120, 190, 300

# Slugs with a number below this are looked up for a whole batch in one statement.
_LOOKED_UP = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A row with the ids of what it names, and its product's identity; `category` and `model` by slug and name."""

    line: OfferLine
    seller_id: int
    category_id: int
    brand_id: int | None
    model_id: int | None
    identity: str
    category: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class KnownModel:
    id: int
    slug: str
    name: str
    brand_id: int
    category_id: int
    category: str


def with_unique_slugs(rows: list[dict[str, Any]], column: InstrumentedAttribute[str]) -> list[dict[str, Any]]:
    """The rows, with a number added to each slug that another row, here or in the table, has already."""
    likely = {row["slug"] for row in rows}
    likely |= {f"{slug}-{number}" for slug in likely for number in range(2, _LOOKED_UP)}
    taken = set(db.session.scalars(select(column).where(column.in_(likely))))
    for row in rows:
        base, number = row["slug"], 1
        while row["slug"] in taken or (
            number >= _LOOKED_UP and db.session.scalar(select(column).where(column == row["slug"]))
        ):
            number += 1
            row["slug"] = f"{base}-{number}"
        taken.add(row["slug"])
    return rows


def known_sellers() -> tuple[dict[str, int], dict[int, int], dict[int, str]]:
    """Ids by slug and by name, and by id the usual guarantee (months) and the slug."""
    ids, guarantees, slugs = {}, {}, {}
    for row in db.session.execute(select(Seller.id, Seller.slug, Seller.name, Seller.guarantee_months)):
        ids[row.slug] = row.id
        for name in (row.slug, row.name):
            ids.setdefault(slugify(name, NAME_SLUG), row.id)
        guarantees[row.id] = row.guarantee_months
        slugs[row.id] = row.slug
    return ids, guarantees, slugs


@dataclass(frozen=True, slots=True)
class KnownBrand:
    """A brand, by what it is called today."""

    id: int
    name: str


def known_brands() -> dict[str, KnownBrand]:
    """Brands by the slugs that rows may name them by: those of today, and of names that they had; one statement."""
    today = select(Brand.slug, Brand.id, Brand.name, literal(1).label("today"))
    former = select(OldBrandName.slug, Brand.id, Brand.name, literal(0)).join(
        Brand, Brand.id == OldBrandName.brand_id
    )
    rows = db.session.execute(former.union_all(today)).all()
    return {row[0]: KnownBrand(row[1], row[2]) for row in sorted(rows, key=lambda row: int(row[3]))}


def title_identity(brand: str, title: str, storage_gb: int | None, colour: str) -> str:
    """What makes a product without a known model the same one again; `brand` as it is called today."""
    return shortened(f"title/{slugify(brand)}/{title_slug(title)}/{storage_gb or ''}/{colour}", IDENTITY)


def known_categories() -> dict[str, int]:
    ids: dict[str, int] = {}
    for row in db.session.execute(select(Category.id, Category.slug, Category.name_en, Category.name_fr)):
        for name in (row.slug, row.name_en, row.name_fr):
            ids.setdefault(slugify(name, NAME_SLUG), row.id)
    return ids


def known_models() -> dict[str, KnownModel]:
    """Models by slug and by name; a name that two models share, or that is another's slug, is not this one's."""
    statement = select(
        Model.slug, Model.id, Model.name, Model.brand_id, Model.category_id, Category.slug.label("category")
    ).join(Category, Model.category_id == Category.id)
    slugs: dict[str, KnownModel] = {}
    names: dict[str, KnownModel | None] = {}
    for row in db.session.execute(statement):
        known = KnownModel(row.id, row.slug, row.name, row.brand_id, row.category_id, row.category)
        slugs[row.slug] = known
        name = slugify(row.name, MODEL_SLUG)
        names[name] = None if name in names else known
    former = {slug: slugs[model] for slug, model in former_names().items()}
    return former | {name: model for name, model in names.items() if model} | slugs


def former_names() -> dict[str, str]:
    """The slugs that models had before they were renamed, or found to be the same as another; one statement."""
    rows = db.session.execute(
        select(OldModelSlug.slug, Model.slug.label("model")).join(Model, OldModelSlug.model_id == Model.id)
    )
    return {row.slug: row.model for row in rows}
