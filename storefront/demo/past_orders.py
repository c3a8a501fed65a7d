"""The demo shop's orders of the last weeks: placed, paid, sent and sent back by the actions of people's orders."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random

from flask_babel import force_locale
from sqlalchemy import select

from ..cart.shown import SellerLines
from ..catalog.sale import OfferForSale, offers_for_sale
from ..checkout.payments import METHODS
from ..checkout.shipping import choices, pickup_places
from ..config import Settings
from ..core.database import db
from ..core.mail import discard_unsent
from ..core.money import Money
from ..house.running import home_zone
from ..orders import actions
from ..orders.models import Parcel, ShopOrder
from ..orders.rules import CUSTOMER, OPERATOR, PAY_AT_PICKUP, SELLER, SYSTEM, UNPAID
from ..orders.withdrawing import withdraw
from .baskets import Basket, baskets
from .generator import SEED
from .lives import Fate, Hours, Journey, Step, placed_at, steps
from .serials import Serials

# What needs nobody's doing but the operator's: a card's payment page would have to know of invented people.
PREPAID = "bank-transfer"
REFUSED_BECAUSE = "the screen has a dead line that we had not seen"
CANCELLED_BECAUSE = "found the same in a shop nearby"


def place_past_orders(settings: Settings, *, now: datetime) -> int:
    """Place the orders of the last five weeks, and do with each what has happened to it since; returns how many.

    The same offers and the same moment give the same orders, but for what is secret. Their mails don't go out.
    Called within the caller's transaction.
    """
    hours = Hours(now, settings.shop.time_zone, Random(f"{SEED}/hours"))
    ordered = [
        (placed_at(basket.fate, basket.nth, _window(basket.fate, now), hours), basket)
        for basket in baskets(pickup=settings.shipping.pickup)
    ]
    ordered.sort(key=lambda one: one[0])
    serials = Serials()
    for number, (placed, basket) in enumerate(ordered, 1):
        _live(number, basket, placed, hours, serials)
        # A session that remembers every order before it would be slower with each.
        db.session.flush()
        db.session.expunge_all()
    sellers = set(db.session.scalars(select(Parcel.seller_email).distinct()))
    discard_unsent({basket.customer.email for _, basket in ordered} | sellers)
    return len(ordered)


def _payment_method(fate: Fate) -> str:
    return PAY_AT_PICKUP if fate.at_counter else PREPAID


def _window(fate: Fate, now: datetime) -> timedelta:
    """How long the customer has to pay."""
    return METHODS[_payment_method(fate)].pay_by(now) - now


def _live(number: int, basket: Basket, placed: datetime, hours: Hours, serials: Serials) -> None:
    """Place one order, the `number`-th, and let happen to it what is to happen."""
    fate, customer = basket.fate, basket.customer
    with force_locale(customer.language):
        offers = offers_for_sale(offer_id for parcel in basket.parcels for offer_id in parcel)
        wishes = [_wish(parcel, offers, basket.method) for parcel in basket.parcels]
    order = actions.place_order(
        # As secret as everybody's: who knows an order's key is led to its page.
        key=secrets.token_urlsafe(24),
        customer=customer,
        parcels=wishes,
        payment_method=_payment_method(fate),
        pay_by=placed + _window(fate, placed),
        now=placed,
    )
    noted = _serials(order, fate, serials)
    journeys = [Journey(parcel.handling_days, parcel.travel_days) for parcel in order.parcels]
    for step in steps(fate, placed, order.pay_by, journeys, hours):
        _do(step, number, order, noted)


def _wish(items: dict[int, int], offers: dict[int, OfferForSale], method: str) -> actions.ParcelWish:
    """The parcel of one seller, as the checkout makes it; the ordinary way where `method` can't be had."""
    first = offers[next(iter(items))]
    seller = SellerLines(first.seller_id, first.seller_name, first.handling_days, (), first.price.currency)
    ways = choices(seller, pickup_places([first.seller_id]), home_zone())
    way = next((way for way in ways if way.code == method), ways[0])
    return actions.ParcelWish(
        seller_id=first.seller_id,
        items=tuple((offers[offer_id], quantity) for offer_id, quantity in items.items()),
        shipping_method=way.code,
        shipping=way.price,
        standard_shipping=ways[0].price,
        travel_days=way.travel_days,
    )


def _serials(order: ShopOrder, fate: Fate, serials: Serials) -> dict[int, tuple[str, ...]]:
    """What its sellers note when they send it: a number for each device, by line id."""
    kept = "deliver" in fate.verbs and not set(fate.verbs) & {"withdraw", "return"}
    return {
        line.id: tuple(serials.next(line.category, kept=kept) for _ in range(line.quantity))
        for parcel in order.parcels
        for line in parcel.lines
    }


def _do(step: Step, number: int, order: ShopOrder, noted: Mapping[int, tuple[str, ...]]) -> None:
    """Do one step with the order, by whom it would be done."""
    now, parcel = step.at, order.parcels[step.parcel or 0]
    match step.verb:
        case "accept":
            actions.accept(parcel_id=parcel.id, by=SELLER, now=now)
        case "ship":
            link = "" if parcel.shipping_method == "pickup" else _tracking(number, parcel)
            serials = {line.id: noted[line.id] for line in parcel.lines}
            actions.ship(parcel_id=parcel.id, by=SELLER, now=now, tracking_url=link, serials=serials)
        case "deliver":
            actions.deliver(parcel_id=parcel.id, by=SELLER, now=now)
        case "refuse":
            actions.refuse(parcel_id=parcel.id, by=SELLER, now=now, note=REFUSED_BECAUSE)
        case "return":
            reason = "withdrawn" if parcel.lines[0].withdrawn_at else "defect"
            lines = [line.id for line in parcel.lines]
            actions.return_lines(parcel_id=parcel.id, line_ids=lines, reason=reason, by=SELLER, now=now)
        case _:
            _do_with_the_whole(step, number, order)


def _do_with_the_whole(step: Step, number: int, order: ShopOrder) -> None:
    now = step.at
    match step.verb:
        case "pay":
            reference = f"VIR {now:%y%m%d} {number:05d}"
            due = Money(order.total_minor, order.currency)
            actions.mark_paid(order_id=order.id, amount=due, by=OPERATOR, now=now, reference=reference)
        case "expire":
            actions.cancel(order_id=order.id, by=SYSTEM, now=now, code=UNPAID)
        case "cancel":
            actions.cancel(order_id=order.id, by=CUSTOMER, now=now, note=CANCELLED_BECAUSE)
        case "withdraw":
            withdraw(order_id=order.id, line_ids=None, now=now)
        case "refund":
            actions.refund(order_id=order.id, by=OPERATOR, now=now)
        case unknown:
            raise ValueError(unknown)


def _tracking(number: int, parcel: Parcel) -> str:
    return f"https://suivi.colis.example/{number:04d}{parcel.seller_id:03d}"
