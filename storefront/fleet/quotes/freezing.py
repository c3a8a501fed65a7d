"""From what was shared out or agreed on to the lines and parcels of a version, with all facts as they are now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from ...catalog.models import Model, Offer, Product
from ...catalog.offers import new_price
from ...catalog.sale import OfferForSale, offers_for_sale
from ...catalog.shown import NewPrice
from ...config import current_settings
from ...core.database import db
from ...house.rules import Zone, parcel_price
from ...house.running import current_house
from ..allocation.rules import Allotment
from .errors import QuoteRefused
from .models import Quote, QuoteLine, QuoteParcel, QuoteVersion


@dataclass(frozen=True, slots=True)
class Agreed:
    """So many units of an offer for the wish at this position, each at `price` (minor units, VAT included)."""

    wish: int
    offer_id: int
    quantity: int
    price: int


def taken(allotment: Allotment) -> list[Agreed]:
    """What an allotment gives to each wish."""
    return [Agreed(take.wish, take.offer_id, take.units, take.unit_price) for take in allotment.takes]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known now of the offers that are spoken of, by their ids; of one that is gone, nothing."""

    offers: Mapping[int, OfferForSale]
    new: Mapping[int, NewPrice]


def facts_of(offer_ids: Iterable[int], language: str) -> Facts:
    """Titles and sources in `language`; two SQL statements."""
    ids = sorted(set(offer_ids))
    with force_locale(language):
        offers = offers_for_sale(ids)
    models = db.session.execute(
        select(Offer.id, Model)
        .join(Product, Product.id == Offer.product_id)
        .join(Model, Model.id == Product.model_id)
        .where(Offer.id.in_(ids))
    )
    return Facts(offers, {row.id: new for row in models if (new := new_price(row.Model))})


def freeze(version: QuoteVersion, quote: Quote, request: QuoteVersion, agreed: Sequence[Agreed]) -> None:
    """Give a version the lines and parcels of what was agreed; what nobody offers any more is left out.

    Raises `QuoteRefused` where nothing is sent to the firm's country.
    """
    zone = current_house().tariff.zone_of(quote.delivery_country)
    if zone is None:
        raise QuoteRefused(
            _("We send no parcels to that country. Please give another address for the delivery.")
        )
    facts = facts_of((one.offer_id for one in agreed), quote.language)
    days = {wish.position: wish.wanted_on or request.wanted_on for wish in request.wishes}
    with force_locale(quote.language):
        lines = [_line(one, days.get(one.wish), facts) for one in agreed if one.offer_id in facts.offers]
    lines.sort(key=lambda line: (*_in_order(line.parcel_key), line.wish, line.offer_id or 0))
    for position, line in enumerate(lines):
        line.position = position
    version.lines = lines
    version.parcels = _parcels(lines, facts, zone)


def _in_order(key: tuple[int, date | None]) -> tuple[int, date]:
    seller_id, day = key
    return seller_id, day or date.max


def _line(one: Agreed, wanted_on: date | None, facts: Facts) -> QuoteLine:
    offer, new = facts.offers[one.offer_id], facts.new.get(one.offer_id)
    impact = offer.impact
    return QuoteLine(
        wish=one.wish,
        offer_id=offer.id,
        seller_id=offer.seller_id,
        seller_name=offer.seller_name,
        sku=offer.sku,
        title=offer.title,
        product_slug=offer.product_slug,
        category=offer.category,
        grade=offer.grade,
        battery_percent=offer.battery_percent,
        guarantee_months=offer.guarantee_months,
        sent_weight_g=offer.sent_weight_g,
        wanted_on=wanted_on,
        vat_scheme=offer.vat_scheme,
        vat_rate=int(current_settings().vat.percent * 100),
        quantity=one.quantity,
        list_price_minor=offer.price.minor,
        price_minor=one.price,
        purchase_price_minor=offer.purchase_price.minor if offer.purchase_price is not None else None,
        purchase_reference=offer.purchase_reference,
        purchase_date=offer.purchase_date,
        new_price_minor=new.price.minor if new else None,
        new_price_on=new.on if new else None,
        new_price_source=new.source if new else "",
        impact_avoided_kg=impact.avoided if impact else None,
        impact_new_kg=impact.new if impact else None,
        impact_refurbished_kg=impact.refurbished if impact else None,
        impact_per=impact.per if impact else "",
        impact_source=impact.source if impact else "",
        impact_year=impact.year if impact else None,
        impact_url=impact.url if impact else "",
    )


def _parcels(lines: Sequence[QuoteLine], facts: Facts, zone: Zone) -> list[QuoteParcel]:
    """One for each seller and day, sent by the ordinary way."""
    method = zone.methods[0]
    parcels = []
    for position, key in enumerate(dict.fromkeys(line.parcel_key for line in lines)):
        inside = [line for line in lines if line.parcel_key == key]
        first = facts.offers[inside[0].offer_id or 0]
        parcels.append(
            QuoteParcel(
                position=position,
                seller_id=first.seller_id,
                seller_name=first.seller_name,
                wanted_on=key[1],
                shipping_minor=parcel_price(
                    method,
                    weight_g=sum(line.sent_weight_g * line.quantity for line in inside),
                    goods_minor=sum(line.gross_minor for line in inside),
                ),
                handling_days=first.handling_days,
                travel_days=method.travel_days,
            )
        )
    return parcels
