"""The terms of an offer that a file sets: what they were, what a row makes of them, and the difference."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from ..core.database import db
from .known import Place
from .models import Offer, Product
from .offer_file import OfferLine, Withdrawn
from .report import OfferChange, Value
from .rules import title_slug

# What of an offer a row of a file sets, with the file's column; everything else stays as it was.
COLUMNS_OF_TERMS: Mapping[str, str] = {
    "grade": "grade",
    "price_minor": "price",
    "stock": "stock",
    "battery_percent": "battery_percent",
    "guarantee_months": "guarantee_months",
    "vat_scheme": "vat_scheme",
    "purchase_price_minor": "purchase_price",
    "purchase_reference": "purchase_reference",
    "purchase_date": "purchase_date",
}
PRODUCT = "product"
AMOUNTS = frozenset(("price_minor", "purchase_price_minor"))

Terms = dict[str, Value]


@dataclass(frozen=True, slots=True)
class KnownOffer:
    """An offer that the shop has, and what makes its product that product."""

    id: int
    product_id: int
    identity: str
    title: str
    brand_id: int | None
    model_id: int | None
    storage_gb: int | None
    colour: str
    terms: Terms


def known_offers(keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], KnownOffer]:
    """The offers with these (seller id, sku); one SQL statement."""
    statement = (
        select(
            Offer.__table__,
            Product.identity,
            Product.title,
            Product.brand_id,
            Product.model_id,
            Product.storage_gb,
            Product.colour,
        )
        .join(Product, Offer.product_id == Product.id)
        .where(_of(keys))
    )
    return {(row.seller_id, row.sku): _known(row) for row in db.session.execute(statement)}


def _of(keys: Collection[tuple[int, str]]) -> ColumnElement[bool]:
    """Seller by seller: PostgreSQL compares 500 pairs with every row of the table."""
    skus: dict[int, list[str]] = {}
    for seller_id, sku in sorted(keys):
        skus.setdefault(seller_id, []).append(sku)
    return or_(False, *(and_(Offer.seller_id == seller, Offer.sku.in_(own)) for seller, own in skus.items()))


def _known(row: Any) -> KnownOffer:
    return KnownOffer(
        id=row.id,
        product_id=row.product_id,
        identity=row.identity,
        title=row.title,
        brand_id=row.brand_id,
        model_id=row.model_id,
        storage_gb=row.storage_gb,
        colour=row.colour or "",
        terms={name: getattr(row, name) for name in COLUMNS_OF_TERMS},
    )


def settled(place: Place, old: KnownOffer | None) -> Place:
    """The place itself; of an offer whose product is what the row says already, with that product's identity.

    A product's title may have been mended since its identity was made: the row that says the same stays with it.
    """
    if old is None or old.identity == place.identity:
        return place
    line = place.line
    same = (line.storage_gb, line.colour, place.model_id) == (old.storage_gb, old.colour, old.model_id)
    if place.model_id is None:
        same = same and place.brand_id == old.brand_id and title_slug(line.title) == title_slug(old.title)
    return replace(place, identity=old.identity) if same else place


def terms_of(line: OfferLine, old: KnownOffer | None, usual_guarantee: int) -> Terms:
    """What the row makes of the offer: columns that its file doesn't have leave a known offer as it was."""
    terms: Terms = {
        "grade": line.grade,
        "price_minor": line.price.minor,
        "stock": line.stock,
        "battery_percent": line.battery_percent,
        "guarantee_months": usual_guarantee if line.guarantee_months is None else line.guarantee_months,
        "vat_scheme": line.vat_scheme,
        "purchase_price_minor": line.purchase_price.minor if line.purchase_price else None,
        "purchase_reference": line.purchase_reference or None,
        "purchase_date": line.purchase_date,
    }
    if old is not None:
        for name, column in COLUMNS_OF_TERMS.items():
            if column not in line.said:
                terms[name] = old.terms[name]
    return terms


def difference(place: Place, seller: str, old: KnownOffer | None, terms: Terms) -> OfferChange | None:
    """What a row changes of its offer; `None` when nothing."""
    if old is None:
        return _change(place, seller, {}, {**terms, PRODUCT: place.identity})
    before = {name: value for name, value in old.terms.items() if terms[name] != value}
    after = {name: terms[name] for name in before}
    if old.identity != place.identity:
        before[PRODUCT], after[PRODUCT] = old.identity, place.identity
    return _change(place, seller, before, after) if after else None


def _change(place: Place, seller: str, before: Terms, after: Terms) -> OfferChange:
    line = place.line
    return OfferChange(
        line=line.line,
        seller=seller,
        sku=line.sku,
        title=line.title,
        before=before,
        after=after,
        category=place.category,
        model=place.model,
        storage_gb=line.storage_gb,
        colour=line.colour,
    )


def off_sale(row: Withdrawn, seller: str, old: KnownOffer) -> OfferChange:
    """A known offer that the file calls a draft."""
    return OfferChange(row.line, seller, row.sku, old.title, {"stock": old.terms["stock"]}, {"stock": 0})


def term_name(name: str) -> str:
    """What a term of an offer is called."""
    names = {
        "price_minor": _("price"),
        "stock": _("stock"),
        "grade": _("grade"),
        "battery_percent": _("battery"),
        "guarantee_months": _("guarantee"),
        "vat_scheme": _("VAT scheme"),
        "purchase_price_minor": _("purchase price"),
        "purchase_reference": _("purchase document"),
        "purchase_date": _("purchase date"),
        "product": _("product"),
    }
    return names[name]
