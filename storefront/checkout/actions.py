"""From a cart to an order, and from what a payment provider says to a paid one."""

import logging
from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from ..accounts import addresses
from ..cart import actions as carts
from ..cart.queries import view_of
from ..cart.shown import CartView, SellerLines
from ..core.clock import utcnow
from ..core.database import db, transaction
from ..core.money import total
from ..house.running import current_house
from ..orders import queries as orders
from ..orders.actions import Customer, ParcelWish, place_order
from ..orders.models import ShopOrder
from .errors import CartChanged
from .forms import CheckoutForm
from .models import PaymentEvent
from .payments import METHODS, attempts, refunds, stripe_api
from .payments.signatures import Event
from .shipping import ShippingChoice, choices, pickup_places

log = logging.getLogger(__name__)

_SWEPT_AT_ONCE = 50


def place(
    *, cart_token: str | None, form: CheckoutForm, language: str, now: datetime, person_id: int | None = None
) -> ShopOrder:
    """Order what is in the cart, and empty it. The same form again gives the same order.

    With a `person_id` the order is listed in that account, and the address kept there if the form says so.

    Raises `CartChanged` when the cart or its total is not what the page showed, `catalog.errors.OutOfStock` when
    somebody was faster.
    """
    # The cart's lock comes first: of two presses, the second waits here and then finds the order.
    cart = carts.locked(cart_token)
    found = orders.by_key(form.key)
    if found:
        return found
    if cart is None:
        raise CartChanged(_("Your cart is empty. Perhaps you have ordered already, in another tab?"))
    view = view_of(cart.lines)
    wishes = _wishes(view, form)
    _check_seen(view, wishes, form)
    order = place_order(
        key=form.key,
        customer=_customer(form, language, person_id),
        parcels=wishes,
        payment_method=form.payment,
        pay_by=METHODS[form.payment].pay_by(now),
        now=now,
    )
    carts.empty(cart)
    if person_id is not None and form.keep_address:
        values = {name: getattr(form, name) for name in addresses.FIELDS}
        addresses.keep(person_id=person_id, values=values, now=now)
    return order


def _check_seen(view: CartView, wishes: list[ParcelWish], form: CheckoutForm) -> None:
    if view.seen != form.seen or not wishes:
        raise CartChanged(
            _("Your cart has changed since you opened this page. Nothing was ordered: please look again.")
        )
    amount = view.total + total((wish.shipping for wish in wishes), view.currency)
    # Nobody pays more than was shown; less (a pickup chosen without a fresh look at the total) surprises nobody.
    if amount.minor > form.shown_total:
        raise CartChanged(
            _("With the delivery that you chose, the total is another one. If it suits you, order now.")
        )


def _wishes(view: CartView, form: CheckoutForm) -> list[ParcelWish]:
    places = pickup_places([parcel.seller_id for parcel in view.sent_parcels])
    zone = current_house().tariff.zone_of(form.country)
    if zone is None:
        raise CartChanged(_("We no longer send parcels to that country. Please choose another one."))
    return [_wish(parcel, choices(parcel, places, zone), form.shipping) for parcel in view.sent_parcels]


def _wish(parcel: SellerLines, ways: tuple[ShippingChoice, ...], shipping: Mapping[int, str]) -> ParcelWish:
    way = next((way for way in ways if way.code == shipping.get(parcel.seller_id)), ways[0])
    return ParcelWish(
        seller_id=parcel.seller_id,
        items=tuple((line.offer, line.units) for line in parcel.lines if line.offer and line.units),
        shipping_method=way.code,
        shipping=way.price,
        standard_shipping=ways[0].price,
        travel_days=way.travel_days,
    )


def _customer(form: CheckoutForm, language: str, person_id: int | None) -> Customer:
    return Customer(
        email=form.email,
        name=form.name,
        phone=form.phone,
        street=form.street,
        street_more=form.street_more,
        postcode=form.postcode,
        city=form.city,
        country=form.country,
        language=language,
        person_id=person_id,
    )


def take_event(event: Event, *, now: datetime) -> None:
    """Deal with a webhook whose signature was checked: ask the provider how it stands, and take that over.

    The webhook is a hint and no more; so one that is late, or out of order, does no harm. Raises `PaymentUnavailable`.
    Not to be called within a transaction.
    """
    if db.session.get(PaymentEvent, event.id):
        return
    db.session.rollback()
    told = _asked_back(event)
    with transaction():
        if not _is_new(event, now):
            return
        if isinstance(told, attempts.ProviderSession):
            attempts.settle(told, now=now)
        elif told is not None:
            refunds.heed(told, now=now)


def _asked_back(event: Event) -> attempts.ProviderSession | stripe_api.ProviderRefund | None:
    """How what the webhook speaks of stands by now; none where it is nothing of ours."""
    try:
        if event.kind.startswith("checkout.session."):
            return stripe_api.retrieve(event.subject)
        if event.kind.startswith(("refund.", "charge.refund.")):
            return stripe_api.retrieve_refund(event.subject)
    except stripe_api.NotTaken as error:
        log.warning("webhook %s speaks of what the provider doesn't know: %s", event.id, error)
    return None


def _is_new(event: Event, now: datetime) -> bool:
    row = PaymentEvent(id=event.id, kind=event.kind[:80], session_id=event.subject, received_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def sweep_open_payments() -> int:
    """Ask the provider how the open payments stand, and close the pages that nobody needs any more; returns how many
    were looked at. For the periodic work: a webhook may get lost. Not to be called within a transaction.
    """
    waiting = [
        (attempt.id, attempt.session_id)
        for attempt in attempts.to_look_after(now=utcnow(), limit=_SWEPT_AT_ONCE)
    ]
    db.session.rollback()
    for attempt_id, session_id in waiting:
        try:
            _look_after(attempt_id, session_id)
        except stripe_api.PaymentUnavailable:
            log.warning("the payment provider can't be reached; the open payments wait")
            break
    return len(waiting)


def _look_after(attempt_id: int, session_id: str | None) -> None:
    with transaction():
        awaited, over = attempts.look_at(attempt_id, now=utcnow(), has_page=session_id is not None)
    if session_id is None or over:
        return
    try:
        session = _closed_unless(awaited, stripe_api.retrieve(session_id))
    except stripe_api.NotTaken as error:
        # The provider has no such page (any more): nobody can pay on it. Should money come all the same, its webhook
        # finds the attempt.
        log.warning("payment page %s is unknown, and over for us: %s", session_id, error)
        with transaction():
            attempts.give_up(attempt_id)
        return
    with transaction():
        attempts.settle(session, now=utcnow())


def _closed_unless(awaited: bool, session: attempts.ProviderSession) -> attempts.ProviderSession:
    """The page as it stands, closed when its order doesn't wait for that money any more."""
    if awaited or session.paid or session.expired:
        return session
    try:
        return stripe_api.expire(session.id)
    except stripe_api.NotTaken:
        return stripe_api.retrieve(session.id)
