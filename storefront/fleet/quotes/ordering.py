"""From a quote that was accepted to its order: what was agreed, line by line, in one parcel for each seller and day."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from flask_babel import gettext as _

from ...catalog.sale import OfferForSale
from ...checkout.payments import METHODS, offered_to_firms
from ...core.money import Money
from ...orders.actions import Business, Customer, ParcelWish, place_order
from ...orders.models import ShopOrder
from ...orders.rules import ON_INVOICE
from .errors import ProposalGone, QuoteRefused
from .models import Quote, QuoteLine, QuoteParcel, QuoteVersion
from .rules import units_by_offer
from .standing import check_vat, offers_of


def ordered_as_agreed(quote: Quote, version: QuoteVersion, *, now: datetime) -> ShopOrder:
    """The order of a quote's version in force; the quote must be locked. Asked again, the same order.

    The units are sold as they are held: no stock moves, so that no lock is taken in another order than anybody's.
    Raises `ProposalGone`, `sellers.errors.NoRoom`, `QuoteRefused`.
    """
    offers = offers_of(version.lines)
    check_vat(version)
    if quote.held != units_by_offer((line.offer_id, line.quantity) for line in version.lines):
        raise ProposalGone(_("Not all of it is held any more. Nothing was ordered; please look again."))
    if version.asks_for_credit:
        raise QuoteRefused(
            _("Goods before money is for the shop to grant: we look at your quote. Nothing was ordered yet.")
        )
    method = METHODS[version.payment]
    if version.payment != ON_INVOICE and method not in offered_to_firms():
        raise QuoteRefused(
            _("This way to pay isn't offered any more. Write to us below, and we change the quote.")
        )
    return place_order(
        key=f"quote-{quote.nonce}",
        customer=_customer(quote),
        business=_business(quote, version),
        parcels=[_wish(parcel, version, offers, quote.currency) for parcel in version.parcels],
        payment_method=version.payment,
        pay_by=method.pay_by(now),
        now=now,
        held=quote.held,
    )


def _customer(quote: Quote) -> Customer:
    return Customer(
        email=quote.email,
        # Whom to greet; where parcels go elsewhere, whoever receives them.
        name=(quote.contact if quote.delivery_name == quote.name else quote.delivery_name)[:120],
        phone=quote.phone,
        street=quote.delivery_street,
        street_more=quote.delivery_street_more,
        postcode=quote.delivery_postcode,
        city=quote.delivery_city,
        country=quote.delivery_country,
        language=quote.language,
        person_id=quote.person_id,
    )


def _business(quote: Quote, version: QuoteVersion) -> Business:
    return Business(
        name=quote.name,
        register_number=quote.register_number,
        vat_id=quote.vat_id,
        street=quote.street,
        street_more=quote.street_more,
        postcode=quote.postcode,
        city=quote.city,
        country=quote.country,
        purchase_order=quote.purchase_order,
        invoice_days=version.invoice_days,
    )


def _wish(
    parcel: QuoteParcel, version: QuoteVersion, offers: Mapping[int, OfferForSale], currency: str
) -> ParcelWish:
    shipping = Money(parcel.shipping_minor, currency)
    lines = [line for line in version.lines if line.parcel_key == parcel.key]
    return ParcelWish(
        seller_id=parcel.seller_id,
        items=tuple((_as_agreed(line, offers, currency), line.quantity) for line in lines),
        shipping_method="standard",
        shipping=shipping,
        standard_shipping=shipping,
        travel_days=parcel.travel_days,
        wanted_on=parcel.wanted_on,
    )


def _as_agreed(line: QuoteLine, offers: Mapping[int, OfferForSale], currency: str) -> OfferForSale:
    """The offer with what the quote says of it, whatever its seller changed since."""
    cost = line.purchase_price_minor
    return replace(
        offers[line.offer_id or 0],
        sku=line.sku,
        title=line.title,
        grade=line.grade,
        price=Money(line.price_minor, currency),
        battery_percent=line.battery_percent,
        guarantee_months=line.guarantee_months,
        vat_scheme=line.vat_scheme,
        purchase_price=None if cost is None else Money(cost, currency),
        purchase_reference=line.purchase_reference,
        purchase_date=line.purchase_date,
    )
