"""All that the shop knows of a person, as they may take it with them (GDPR art. 15 and 20)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ..accounts import addresses
from ..accounts.models import Person, SignIn
from ..accounts.queries import live_sign_ins
from ..fleet.quotes.models import Quote, QuoteVersion
from ..fleet.quotes.queries import all_of_person as quotes_of
from ..fleet.wishes.rules import FIRM_FIELDS
from ..orders.models import OrderEvent, OrderLine, Parcel, ShopOrder
from ..orders.queries import PersonsDocuments, all_of_person, documents_of_person
from ..repair.referrals.models import Referral
from ..repair.referrals.news import other_name
from ..repair.referrals.queries import of_person as referrals_of
from ..sellers.members import sellers_of

# More than anybody has; who has more is told so by `orders_left_out`.
MOST_ORDERS = 2_000
_ORDER = (
    "number", "language", "email", "name", "phone", "street", "street_more", "postcode", "city", "country",
    "payment_method", "payment_reference", "currency", "goods_minor", "shipping_minor", "total_minor", "paid_minor",
    "refunded_minor", "placed_at", "paid_at",
)  # fmt: skip
_PARCEL = (
    "seller_name", "status", "shipping_method", "shipping_minor", "tracking_url", "send_by", "arrives_from",
    "arrives_until", "shipped_at", "delivered_at",
)  # fmt: skip
_LINE = (
    "sku", "title", "grade", "battery_percent", "guarantee_months", "price_minor", "quantity", "vat_scheme",
    "withdrawn_at", "returned_at", "return_reason",
)  # fmt: skip

_INVOICE = ("number", "kind", "issued_on", "total_minor")
_REFUND = ("amount_minor", "state", "wanted_at", "done_at")
_REPAIR = (
    "kind", "state", "language", "name", "email", "phone", "words", "times", "way", "place_text", "town", "country",
    "firm", "agreed_at", "category", "device", "fault", "currency", "quote_minor", "bonus_minor", "meeting_at",
    "rating", "rating_words", "created_at", "answered_at", "ended_at",
)  # fmt: skip
_QUOTE = (
    "number",
    "state",
    "language",
    "currency",
    "purchase_order",
    "accepted_name",
    "created_at",
    "ended_at",
)
_VERSION = (
    "number",
    "kind",
    "by_side",
    "at",
    "note",
    "alternative",
    "payment",
    "wanted_on",
    "vat_only",
    "terms",
)
_WISH = ("quantity", "spare", "text", "grade", "battery", "budget", "wanted_on")
_QUOTED = ("title", "sku", "grade", "quantity", "price_minor", "seller_name")


def everything(person: Person, *, now: datetime) -> dict[str, Any]:
    """As plain values for JSON: times in UTC, amounts in the currency's smallest unit; a fixed number of statements."""
    orders = all_of_person(person.id, limit=MOST_ORDERS + 1)
    documents = documents_of_person(person.id)
    return {
        "made_at": _plain(now),
        "account": {
            **_values(
                person, ("email", "name", "language", "created_at", "confirmed_at", "has_second_factor")
            ),
            "roles": sorted(person.roles),
            "sellers": [membership.name for membership in sellers_of(person.id)],
        },
        "sessions": [_session(sign_in) for sign_in in live_sign_ins(person, now=now)],
        "addresses": [addresses.values_of(address) for address in addresses.of_person(person.id)],
        "orders": [_order(order, documents) for order in orders[:MOST_ORDERS]],
        "orders_left_out": len(orders) > MOST_ORDERS,
        "quotes": [_quote(quote) for quote in quotes_of(person.id)],
        "repairs": [_repair(referral) for referral in referrals_of(person.id)],
    }


def _repair(referral: Referral) -> dict[str, Any]:
    told = ("at", "side", "verb", "to_state", "fact")
    log = [{**_values(event, told), "note": event.told_note} for event in referral.events]
    return {**_values(referral, _REPAIR), "to": other_name(referral), "log": log}


def _quote(quote: Quote) -> dict[str, Any]:
    said = [_values(message, ("at", "side", "text")) for message in quote.messages]
    versions = [_version(version) for version in quote.versions]
    return {**_values(quote, (*_QUOTE, *FIRM_FIELDS)), "versions": versions, "messages": said}


def _version(version: QuoteVersion) -> dict[str, Any]:
    return {
        **_values(version, _VERSION),
        "wishes": [_values(wish, _WISH) for wish in version.wishes],
        "lines": [_values(line, _QUOTED) for line in version.lines],
    }


def _session(sign_in: SignIn) -> dict[str, Any]:
    return _values(sign_in, ("browser", "began_at", "seen_at"))


def _order(order: ShopOrder, documents: PersonsDocuments) -> dict[str, Any]:
    return {
        **_values(order, _ORDER),
        "parcels": [_parcel(parcel) for parcel in order.parcels],
        "invoices": [_values(row, _INVOICE) for row in documents.invoices.get(order.id, ())],
        "refunds": [_values(row, _REFUND) for row in documents.refunds.get(order.id, ())],
        # What the shop's people note for each other is theirs.
        "log": [_event(event) for event in order.events if event.verb != "note" or event.code],
    }


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return {**_values(parcel, _PARCEL), "lines": [_line(line) for line in parcel.lines]}


def _line(line: OrderLine) -> dict[str, Any]:
    units = [_values(unit, ("place", "serial", "extra_months", "came_back_at")) for unit in line.units]
    return {**_values(line, _LINE), "units": units}


def _event(event: OrderEvent) -> dict[str, Any]:
    """What somebody wrote is in it where that was the customer."""
    told = _values(event, ("at", "actor", "verb", "to_state", "code", "amount_minor"))
    return {**told, "words": event.note if event.actor == "customer" else ""}


def _values(row: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
