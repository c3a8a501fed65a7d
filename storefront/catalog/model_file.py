"""The models file: facts about devices as their makers sold them. `docs/import-format.md` is its description."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from ..core.cells import needed, optional, parsed, whole
from ..core.database import db
from ..core.money import Money
from ..core.tables import Problem, Row, Table, WrongCell
from .changes import record_changes, wait_for_other_imports
from .known import MODEL_SLUG, NAME_SLUG, former_names
from .models import Brand, Category, Model, OldBrandName, Product
from .report import Report
from .rules import slugify
from .standard import category_values

REQUIRED = ("model", "name", "brand", "category")
COLUMNS = (
    *REQUIRED,
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
    "new_price",
    "new_price_on",
    "new_price_source",
    "description_en",
    "description_fr",
)


def import_models(path: Path, *, currency: str) -> Report:
    """Load device models within the caller's transaction; a model whose slug is known is changed.

    Raises `core.tables.WrongTable` when the file as a whole can't be read.
    """
    wait_for_other_imports()
    report = Report()
    known = {model.slug: model for model in db.session.scalars(select(Model))}
    former = former_names()
    changed = set()
    lines: dict[str, int] = {}
    for row in Table(path, required=REQUIRED, known=COLUMNS):
        if isinstance(row, Problem):
            report.problems.append(row)
            continue
        try:
            values = _read_model(row, currency)
            first = lines.setdefault(values["slug"], row.line)
            if first != row.line:
                raise WrongCell("model", f"{values['slug']!r} stands on line {first}, too")
            if values["slug"] in former and values["slug"] not in known:
                raise WrongCell(
                    "model", f"{values['slug']!r} is called {former[values['slug']]!r} in this shop"
                )
        except WrongCell as error:
            report.problems.append(Problem(row.line, error.column, error.reason))
            continue
        model = known.get(values["slug"])
        if model is None:
            model = known[values["slug"]] = Model(**values)
            db.session.add(model)
            report.created += 1
        elif _change(model, values):
            changed.add(model.id)
            report.updated += 1
        else:
            report.unchanged += 1
    db.session.flush()
    record_changes(db.session.scalars(select(Product.id).where(Product.model_id.in_(changed))), text=True)
    return report


def _change(model: Model, values: dict[str, Any]) -> bool:
    changed = {name: value for name, value in values.items() if getattr(model, name) != value}
    for name, value in changed.items():
        setattr(model, name, value)
    return bool(changed)


def _read_model(row: Row, currency: str) -> dict[str, Any]:
    slug = slugify(needed(row, "model", 120), MODEL_SLUG)
    if not slug:
        raise WrongCell("model", "has no letter or digit")
    price = parsed(row, "new_price", lambda text: Money.parse(text, currency), 'an amount such as "909.00"')
    if price is not None and price.minor <= 0:
        raise WrongCell("new_price", "must be above 0")
    return {
        "slug": slug,
        "name": needed(row, "name", 160),
        "brand_id": _brand(needed(row, "brand", 80)),
        "category_id": _category(needed(row, "category", 80)),
        "released_on": parsed(row, "released_on", date.fromisoformat, "a date such as 2021-09-24"),
        "security_until": parsed(row, "security_until", date.fromisoformat, "a date such as 2028-09-30"),
        "supported_on": parsed(row, "supported_on", date.fromisoformat, "a date such as 2026-11-22"),
        "height_mm": _size(row, "height_mm"),
        "width_mm": _size(row, "width_mm"),
        "screen_in": _size(row, "screen_in"),
        "weight_g": _size(row, "weight_g"),
        "lenses": whole(row, "lenses", 0, 9),
        "front": optional(row, "front", 12),
        "drawing": optional(row, "drawing", 20),
        "new_price_minor": price.minor if price else None,
        "new_price_on": parsed(row, "new_price_on", date.fromisoformat, "a date such as 2021-09-24"),
        "new_price_source": optional(row, "new_price_source", 160),
        "description_en": optional(row, "description_en", 5_000),
        "description_fr": optional(row, "description_fr", 5_000),
    }


def _size(row: Row, column: str) -> float | None:
    size = parsed(row, column, float, "a number such as 146.7")
    if size is not None and not 0 < size < 1_000_000:
        raise WrongCell(column, "must be above 0, and below 1000000")
    return size


def _brand(name: str) -> int:
    slug = slugify(name, NAME_SLUG)
    if not slug:
        raise WrongCell("brand", "has no letter or digit")
    former = select(Brand).join(OldBrandName, OldBrandName.brand_id == Brand.id)
    brand = db.session.scalar(select(Brand).where(Brand.slug == slug)) or db.session.scalar(
        former.where(OldBrandName.slug == slug)
    )
    if brand is None:
        brand = Brand(slug=slug, name=name)
        db.session.add(brand)
        db.session.flush()
    return brand.id


def _category(name: str) -> int:
    slug = slugify(name, NAME_SLUG)
    if not slug:
        raise WrongCell("category", "has no letter or digit")
    category = db.session.scalar(select(Category).where(Category.slug == slug))
    if category is None:
        category = Category(**category_values(slug, name))
        db.session.add(category)
        db.session.flush()
    return category.id
