"""Where each row of an offers file belongs: which seller, category, brand, model, product and offer it means."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import insert, select, update

from ..config import Settings
from ..core.database import Base, db
from ..core.tables import Problem, WrongCell
from ..sellers.actions import newcomers_risk
from ..sellers.models import Seller
from .changes import record_changes, wait_for_other_imports
from .known import (
    IDENTITY,
    MODEL_SLUG,
    NAME_SLUG,
    PRODUCT_SLUG,
    KnownModel,
    Place,
    known_categories,
    known_models,
    known_sellers,
    offers_of,
    with_unique_slugs,
)
from .models import Brand, Category, Offer, Product
from .offer_file import OfferLine
from .report import Report
from .retelling import Retelling
from .rules import product_title, shortened, slugify, title_slug
from .standard import category_values

# What of an offer a row of the file sets; everything else stays as it was.
OFFER_FIELDS = (
    "product_id",
    "grade",
    "price_minor",
    "stock",
    "battery_percent",
    "guarantee_months",
    "vat_scheme",
    "purchase_price_minor",
    "purchase_reference",
    "purchase_date",
)


class Shelf:
    """Sorts rows in, batch by batch, within the caller's transaction.

    With `pretend` it decides the same, counts the same and writes nothing: what would be new gets an id below 0.
    """

    def __init__(
        self, report: Report, *, settings: Settings, now: datetime, create: bool, pretend: bool
    ) -> None:
        self.report = report
        self.settings = settings
        self.now = now
        self.create = create
        self.pretend = pretend
        self.invented = 0
        self._look_around()
        self.pretended: dict[str, int] = {}
        self.first_lines: dict[tuple[int, str], int] = {}
        self.retelling = Retelling(report, pretend=pretend)

    def _look_around(self) -> None:
        """Learn what there is to belong to."""
        self.sellers, self.guarantees = known_sellers()
        self.categories = known_categories()
        self.brands = {row.slug: row.id for row in db.session.execute(select(Brand.slug, Brand.id))}
        self.models = known_models()

    def put(self, lines: Iterable[OfferLine]) -> None:
        """Load these rows; rows that can't be placed become problems of the report."""
        if not self.pretend:
            wait_for_other_imports()
            # Another import may have added some since the last batch.
            self._look_around()
        places = [place for line in lines if (place := self._place(line))]
        products, new_products = self._products(places)
        retold = self.retelling.of(places, products, new_products)
        changed = self._offers(places, products)
        if not self.pretend:
            record_changes(new_products | retold, text=True)
            record_changes(changed - new_products - retold, text=False)

    def _place(self, line: OfferLine) -> Place | None:
        try:
            # Both are looked at before either is made: a row that is left out leaves nothing behind.
            seller = self._slug_of("seller", line.seller, self.sellers, "add the seller first")
            category = self._slug_of("category", line.category, self.categories, "add it first")
            seller_id = self._seller(seller, line.seller)
            first = self.first_lines.setdefault((seller_id, line.sku), line.line)
            if first != line.line:
                raise WrongCell("sku", f"this seller's {line.sku!r} stands on line {first}, too")
        except WrongCell as error:
            self.report.problems.append(Problem(line.line, error.column, error.reason))
            return None
        category_id = self._category(category, line.category)
        model = self._model(line)
        if model:
            identity = f"model/{model.id}/{line.storage_gb or ''}/{line.colour}"
            return Place(line, seller_id, model.category_id, model.brand_id, model.id, identity)
        identity = (
            f"title/{slugify(line.brand)}/{title_slug(line.title)}/{line.storage_gb or ''}/{line.colour}"
        )
        return Place(line, seller_id, category_id, self._brand(line), None, shortened(identity, IDENTITY))

    def _slug_of(self, column: str, name: str, known: Mapping[str, int], advice: str) -> str:
        slug = slugify(name, NAME_SLUG)
        if not slug:
            raise WrongCell(column, "has no letter or digit")
        if slug not in known and not self.create:
            raise WrongCell(column, f"{name!r} is not known; {advice}, or load with --create")
        return slug

    def _model(self, line: OfferLine) -> KnownModel | None:
        name = slugify(line.model, MODEL_SLUG)
        if not name:
            return None
        return self.models.get(name) or self.models.get(slugify(f"{line.brand} {line.model}", MODEL_SLUG))

    def _seller(self, slug: str, name: str) -> int:
        if slug not in self.sellers:
            today = self.now.date()
            risk = newcomers_risk(today=today)
            values = {"slug": slug, "name": name, "joined_on": today, "risk": risk}
            self.sellers[slug] = self._add(Seller, values)
            self.guarantees[self.sellers[slug]] = 12
            self.report.new_sellers.append(name)
        return self.sellers[slug]

    def _category(self, slug: str, name: str) -> int:
        if slug not in self.categories:
            self.categories[slug] = self._add(Category, category_values(slug, name))
            self.report.new_categories.append(name)
        return self.categories[slug]

    def _brand(self, line: OfferLine) -> int | None:
        slug = slugify(line.brand, NAME_SLUG)
        if not slug:
            return None
        if slug not in self.brands:
            self.brands[slug] = self._add(Brand, {"slug": slug, "name": line.brand})
        return self.brands[slug]

    def _add(self, table: type[Base], values: dict[str, Any]) -> int:
        if self.pretend:
            self.invented -= 1
            return self.invented
        row = table(**values)
        db.session.add(row)
        db.session.flush()
        return int(row.id)  # type: ignore[attr-defined]

    def _products(self, places: list[Place]) -> tuple[dict[str, int], set[int]]:
        """(product id by identity, ids of those that are new)."""
        identities = {place.identity: place for place in reversed(places)}
        found = {
            row.identity: row.id
            for row in db.session.execute(
                select(Product.identity, Product.id).where(Product.identity.in_(list(identities)))
            )
        }
        found |= {identity: self.pretended[identity] for identity in identities if identity in self.pretended}
        missing = [place for identity, place in identities.items() if identity not in found]
        self.report.new_products += len(missing)
        if self.pretend:
            for place in missing:
                self.invented -= 1
                found[place.identity] = self.pretended[place.identity] = self.invented
            return found, set()
        if not missing:
            return found, set()
        rows = self._product_rows(missing)
        added = db.session.execute(insert(Product).returning(Product.id, Product.identity), rows).all()
        return found | {row.identity: row.id for row in added}, {row.id for row in added}

    def _product_rows(self, places: list[Place]) -> list[dict[str, Any]]:
        names = {model.id: model.name for model in self.models.values()}
        rows = [self._product_row(place, names.get(place.model_id or 0)) for place in places]
        return with_unique_slugs(rows, Product.slug)

    def _product_row(self, place: Place, model_name: str | None) -> dict[str, Any]:
        line = place.line
        title = product_title(model_name, line.storage_gb, line.colour) if model_name else line.title
        return {
            "slug": title_slug(title, PRODUCT_SLUG),
            "identity": place.identity,
            "title": title,
            "description": line.description,
            "model_id": place.model_id,
            "model_text": None if place.model_id else line.model or None,
            "brand_id": place.brand_id,
            "category_id": place.category_id,
            "storage_gb": line.storage_gb,
            "colour": line.colour or None,
            "ean": line.ean or None,
            "created_at": self.now,
        }

    def _offers(self, places: list[Place], products: dict[str, int]) -> set[int]:
        """Write the offers; returns the ids of the products whose offers changed."""
        statement = select(Offer.__table__).where(offers_of(places))
        known = {(row.seller_id, row.sku): row for row in db.session.execute(statement)}
        new, updates, changed = [], [], set()
        for place in places:
            values = self._offer_values(place, products[place.identity])
            old = known.get((place.seller_id, place.line.sku))
            if old is None:
                new.append(
                    {**values, "seller_id": place.seller_id, "sku": place.line.sku, "created_at": self.now}
                )
                changed.add(values["product_id"])
            elif any(getattr(old, name) != values[name] for name in OFFER_FIELDS):
                updates.append({**values, "id": old.id})
                changed |= {old.product_id, values["product_id"]}
        self.report.created += len(new)
        self.report.updated += len(updates)
        self.report.unchanged += len(places) - len(new) - len(updates)
        if new and not self.pretend:
            db.session.execute(insert(Offer), new)
        if updates and not self.pretend:
            # In the order in which orders lock them, so that neither waits for the other for ever.
            db.session.execute(update(Offer), sorted(updates, key=itemgetter("id")))
        return changed

    def _offer_values(self, place: Place, product_id: int) -> dict[str, Any]:
        line = place.line
        own = self.guarantees[place.seller_id]
        return {
            "product_id": product_id,
            "grade": line.grade,
            "price_minor": line.price.minor,
            "stock": line.stock,
            "battery_percent": line.battery_percent,
            "guarantee_months": own if line.guarantee_months is None else line.guarantee_months,
            "vat_scheme": line.vat_scheme,
            "purchase_price_minor": line.purchase_price.minor if line.purchase_price else None,
            "purchase_reference": line.purchase_reference or None,
            "purchase_date": line.purchase_date,
        }
