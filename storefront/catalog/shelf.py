"""Where each row of an offers file belongs: which seller, category, brand, model, product and offer it means."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from ..config import Settings
from ..core.database import Base, db
from ..core.tables import Problem, Row, WrongCell
from ..sellers.actions import newcomers_risk
from ..sellers.models import Seller
from .changes import raise_generation, record_changes, wait_for_other_imports
from .formats import Options
from .history import FILE, Repricing, note_prices
from .known import (
    MODEL_SLUG,
    NAME_SLUG,
    PRODUCT_SLUG,
    KnownBrand,
    KnownModel,
    Place,
    known_brands,
    known_categories,
    known_models,
    known_sellers,
    title_identity,
    with_unique_slugs,
)
from .models import Brand, Category, Offer, Product
from .offer_file import OfferLine, Withdrawn
from .report import Ledger
from .retelling import Retelling
from .rules import product_title, slugify, title_slug
from .standard import category_values
from .terms import KnownOffer, difference, known_offers, off_sale, settled, terms_of
from .twins import Twins


class Shelf:
    """Sorts rows in, batch by batch, within the caller's transaction.

    With `pretend` it decides the same, counts the same and writes nothing: what would be new gets an id below 0.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        settings: Settings,
        now: datetime,
        options: Options,
        pretend: bool,
        by: int | None = None,
    ) -> None:
        self.ledger = ledger
        self.report = report = ledger.report
        self.settings = settings
        self.now = now
        self.options = options
        self.pretend = pretend
        # The person who loads the file, where somebody is known.
        self.by = by
        self.invented = 0
        self._look_around()
        self.pretended: dict[str, int] = {}
        self.first_lines: dict[tuple[int, str], int] = {}
        self.retelling = Retelling(report, pretend=pretend)
        self.twins = Twins()
        self.made: set[int] = set()

    def _look_around(self) -> None:
        """Learn what there is to belong to."""
        self.sellers, self.guarantees, self.seller_slugs = known_sellers()
        self.categories = known_categories()
        self.brands = known_brands()
        self.models = known_models()

    def put(self, lines: Iterable[OfferLine], withdrawn: Iterable[Withdrawn] = ()) -> None:
        """Load these rows, and take these off sale; rows that can't be placed become problems of the report."""
        if not self.pretend:
            wait_for_other_imports()
            # Another import may have added some since the last batch.
            self._look_around()
        places = [place for line in lines if (place := self._place(line))]
        known = known_offers({(place.seller_id, place.line.sku) for place in places})
        places = [settled(place, known.get((place.seller_id, place.line.sku))) for place in places]
        places = self.twins.joined(places, known.values())
        products, new_products = self._products(places)
        retold = self.retelling.of(places, products, new_products)
        # New to the shop for every row of the file, also for those of a later batch, as its preview said.
        self.made |= new_products
        changed = self._offers(places, products, known) | self._withdraw(withdrawn)
        if not self.pretend:
            record_changes(new_products | retold, text=True)
            record_changes(changed - new_products - retold, text=False)
            # Last: a shop's first change of all would look like one whose products are forgotten.
            if self.report.new_sellers:
                raise_generation()

    def faults_of_names(self, row: Row) -> list[WrongCell]:
        """What is wrong with the seller and the category that a row names, where it names any."""
        faults = []
        for column, known in (("seller", self.sellers), ("category", self.categories)):
            name = row.cells.get(column, "")
            try:
                if name:
                    self._slug_of(column, name, known)
            except WrongCell as error:
                faults.append(error)
        return faults

    def _place(self, line: OfferLine) -> Place | None:
        faults = self._faults(line)
        if faults:
            self.report.refuse(Problem(line.line, fault.column, fault.reason) for fault in faults)
            return None
        seller_id = self._seller(self._slug_of("seller", line.seller, self.sellers), line.seller)
        self.first_lines[seller_id, line.sku] = line.line
        category = self._slug_of("category", line.category, self.categories)
        category_id = self._category(category, line.category)
        model = self._model(line)
        if model:
            identity = f"model/{model.id}/{line.storage_gb or ''}/{line.colour}"
            named = (model.category, model.name)
            return Place(line, seller_id, model.category_id, model.brand_id, model.id, identity, *named)
        brand = self._brand(line)
        identity = title_identity(brand.name if brand else "", line.title, line.storage_gb, line.colour)
        return Place(line, seller_id, category_id, brand.id if brand else None, None, identity, category)

    def _faults(self, line: OfferLine) -> list[WrongCell]:
        """All is looked at before anything is made: a row that is left out leaves nothing behind."""
        faults = []
        for column, name, known in (
            ("seller", line.seller, self.sellers),
            ("category", line.category, self.categories),
        ):
            try:
                slug = self._slug_of(column, name, known)
                self._check_seller(column, name, slug)
            except WrongCell as error:
                faults.append(error)
                continue
            first = self.first_lines.get((known.get(slug, 0), line.sku)) if column == "seller" else None
            if first is not None:
                again = _(
                    "this seller's %(sku)s stands on line %(line)d, too", sku=repr(line.sku), line=first
                )
                faults.append(WrongCell("sku", again))
        return [*faults, *self._faults_of_brand(line)]

    def _faults_of_brand(self, line: OfferLine) -> list[WrongCell]:
        """A brand is the whole shop's, as a category is: a row that isn't a known model's needs a known one."""
        slug = slugify(line.brand, NAME_SLUG)
        if not slug or slug in self.brands or self.options.create or self._model(line):
            return []
        said = _(
            "%(name)s is not known; leave it empty, add it first, or let the file add what is new",
            name=repr(line.brand),
        )
        return [WrongCell("brand", said)]

    def _check_seller(self, column: str, name: str, slug: str) -> None:
        if column == "seller" and self.options.only and slug != self.options.only:
            raise WrongCell(
                "seller",
                _(
                    "is %(name)s; this file is loaded for %(own)s alone",
                    name=repr(name),
                    own=self.options.only,
                ),
            )

    def _slug_of(self, column: str, name: str, known: Mapping[str, int]) -> str:
        """The key under which a seller or a category of this name is known, or will be. Raises `WrongCell`."""
        if name in known:
            return name
        slug = slugify(name, NAME_SLUG)
        if not slug:
            raise WrongCell(column, _("has no letter or digit"))
        if slug not in known and not self.options.create:
            sentences = {
                "seller": _(
                    "%(name)s is not known; add the seller first, or let the file add what is new",
                    name=repr(name),
                ),
                "category": _(
                    "%(name)s is not known; add it first, or let the file add what is new", name=repr(name)
                ),
            }
            raise WrongCell(column, sentences[column])
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
            self.seller_slugs[self.sellers[slug]] = slug
            self.report.new_sellers.append(name)
        return self.sellers[slug]

    def _category(self, slug: str, name: str) -> int:
        if slug not in self.categories:
            self.categories[slug] = self._add(Category, category_values(slug, name))
            self.report.new_categories.append(name)
        return self.categories[slug]

    def _brand(self, line: OfferLine) -> KnownBrand | None:
        slug = slugify(line.brand, NAME_SLUG)
        if not slug:
            return None
        if slug not in self.brands:
            self.brands[slug] = KnownBrand(self._add(Brand, {"slug": slug, "name": line.brand}), line.brand)
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

    def _offers(
        self,
        places: list[Place],
        products: Mapping[str, int],
        known: Mapping[tuple[int, str], KnownOffer],
    ) -> set[int]:
        """Write the offers; returns the ids of the products whose offers changed."""
        new: list[dict[str, Any]] = []
        updates, repriced, changed = [], [], set()
        for place in places:
            old = known.get((place.seller_id, place.line.sku))
            product_id = products[place.identity]
            terms = terms_of(place.line, old, self.guarantees[place.seller_id])
            change = difference(place, self.seller_slugs[place.seller_id], old, terms)
            if change is None:
                continue
            self.ledger.note(replace(change, new_product=product_id < 0 or product_id in self.made))
            changed.add(product_id)
            values = {**terms, "product_id": product_id}
            if old is None:
                new.append(
                    {**values, "seller_id": place.seller_id, "sku": place.line.sku, "created_at": self.now}
                )
            else:
                updates.append({**values, "id": old.id, "changed_at": self.now})
                changed.add(old.product_id)
                if "price_minor" in change.before:
                    was = cast(int, old.terms["price_minor"])
                    repriced.append(Repricing(old.id, was, place.line.price.minor))
        self.report.created += len(new)
        self.report.updated += len(updates)
        self.report.unchanged += len(places) - len(new) - len(updates)
        if new and not self.pretend:
            db.session.execute(insert(Offer), new)
        self._update(updates)
        if not self.pretend:
            note_prices(repriced, source=FILE, person_id=self.by, at=self.now)
        return changed

    def _withdraw(self, rows: Iterable[Withdrawn]) -> set[int]:
        """Take offers that the file calls drafts off sale; returns the ids of their products."""
        named = {}
        for row in rows:
            seller_id = self.sellers.get(row.seller) or self.sellers.get(slugify(row.seller, NAME_SLUG))
            named[seller_id or 0, row.sku] = row
        known = known_offers(named.keys()) if named else {}
        updates, changed = [], set()
        for key, row in named.items():
            old = known.get(key)
            if old is None:
                self.report.aside += 1
            elif old.terms["stock"]:
                self.ledger.note(off_sale(row, self.seller_slugs[key[0]], old))
                updates.append({"id": old.id, "stock": 0, "changed_at": self.now})
                changed.add(old.product_id)
        self.report.updated += len(updates)
        self.report.unchanged += len(known) - len(updates)
        self._update(updates)
        return changed

    def _update(self, updates: list[dict[str, Any]]) -> None:
        if updates and not self.pretend:
            # In the order in which orders lock them, so that neither waits for the other for ever.
            db.session.execute(update(Offer), sorted(updates, key=itemgetter("id")))
