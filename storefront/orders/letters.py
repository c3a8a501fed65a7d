"""Mails about an order, in the language it was placed in; each goes into the outbox with what it tells."""

from collections.abc import Sequence
from datetime import datetime

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from ..config import current_settings
from ..core.links import address_of
from ..core.mail import Letter, enqueue
from ..core.money import Money
from .models import OrderLine, Parcel, ShopOrder
from .rules import AGAIN, CANCELLED, CUSTOMER, GONE, STARTED, SYSTEM, TOO_MUCH
from .shown import shown


def order_placed(order: ShopOrder, *, now: datetime) -> None:
    with force_locale(order.language):
        subject = _("Your order %(number)s", number=order.number)
        _send(order, subject, "mail/order_placed", f"order-placed-{order.id}", now)


def money_came(order: ShopOrder, did: str, *, now: datetime) -> None:
    """What the money did (`rules.what_money_did`), and what comes back of it."""
    with force_locale(order.language):
        back = current_app.jinja_env.filters["money"](order.balance)
        news = {
            STARTED: _("Your payment has come, thank you. The seller gets your parcel ready now."),
            TOO_MUCH: _(
                "Your payment has come, thank you. The seller gets your parcel ready now. It was more than was due: "
                "we pay %(money)s back.",
                money=back,
            ),
            GONE: _(
                "Your payment has come, but after its time, and the device is no longer there. We pay %(money)s back.",
                money=back,
            ),
            CANCELLED: _(
                "Your payment has come, but the order had been cancelled before. We pay %(money)s back.",
                money=back,
            ),
            AGAIN: _(
                "Another payment for this order has come, though it was paid. We pay %(money)s back.",
                money=back,
            ),
        }[did]
        _update(
            order,
            _("Payment received: order %(number)s", number=order.number),
            news,
            f"order-paid-{order.id}" + (f"-{order.paid_minor}" if did == AGAIN else ""),
            now,
        )


def parcel_shipped(parcel: Parcel, *, now: datetime) -> None:
    order = parcel.order
    with force_locale(order.language):
        if parcel.shipping_method == "pickup":
            subject = _("Ready to pick up: order %(number)s", number=order.number)
            news = _(
                "Your parcel waits for you at %(seller)s, %(address)s. Bring your order number.",
                seller=parcel.seller_name,
                address=parcel.seller_address,
            )
        else:
            subject = _("On its way: order %(number)s", number=order.number)
            news = _("%(seller)s has sent your parcel.", seller=parcel.seller_name)
        _update(order, subject, news, f"parcel-shipped-{parcel.id}", now, link=parcel.tracking_url)


def parcels_cancelled(order: ShopOrder, parcels: Sequence[Parcel], *, by: str, now: datetime) -> None:
    with force_locale(order.language):
        titles = ", ".join(line.title for parcel in parcels for line in parcel.lines)
        if by == CUSTOMER:
            news = _("As you asked, this is cancelled: %(titles)s.", titles=titles)
        elif by == SYSTEM:
            news = _("Its time is over without payment, so this is cancelled: %(titles)s.", titles=titles)
        else:
            news = _("We are sorry: this can't be sent, and is cancelled: %(titles)s.", titles=titles)
        if order.balance.minor > 0:
            news += " " + _("What you paid for it comes back the way you paid it, within 14 days.")
        reason = "parcels-cancelled-" + "-".join(f"{parcel.id}.{_times(order, parcel)}" for parcel in parcels)
        _update(order, _("Cancelled: order %(number)s", number=order.number), news, reason[:160], now)


def _times(order: ShopOrder, parcel: Parcel) -> int:
    """How often it has been cancelled: money that comes late may bring a parcel back once."""
    return sum(event.parcel_id == parcel.id and event.verb in ("cancel", "refuse") for event in order.events)


def refunded(order: ShopOrder, amount: Money, *, now: datetime) -> None:
    with force_locale(order.language):
        money = current_app.jinja_env.filters["money"](amount)
        news = _(
            "We have paid %(money)s back to you, the way you paid. Banks may take a few days.", money=money
        )
        reason = f"order-refunded-{order.id}-{order.refunded_minor}"
        _update(order, _("Paid back: order %(number)s", number=order.number), news, reason, now)


def withdrawal_received(
    order: ShopOrder,
    *,
    cancelled: Sequence[Parcel],
    to_return: Sequence[OrderLine],
    in_time: bool,
    now: datetime,
) -> None:
    """The receipt that Directive 2023/2673 asks for: what was declared, when, and what follows from it."""
    with force_locale(order.language):
        subject = _("Your withdrawal: order %(number)s", number=order.number)
        reason = f"withdrawal-{order.id}-{now.timestamp():.6f}"
        _send(
            order,
            subject,
            "mail/withdrawal",
            reason,
            now,
            cancelled=[line.title for parcel in cancelled for line in parcel.lines],
            to_return=[
                (line.title, line.parcel.seller_name, line.parcel.seller_address) for line in to_return
            ],
            in_time=in_time,
            received_at=now,
        )


def _update(order: ShopOrder, subject: str, news: str, reason: str, now: datetime, link: str = "") -> None:
    _send(order, subject, "mail/order_update", reason, now, news=news, link=link)


def _send(
    order: ShopOrder, subject: str, template: str, reason: str, now: datetime, **context: object
) -> None:
    values = {
        "order": shown(order, now=now),
        "language": order.language,
        "subject": subject,
        "order_url": address_of("orders.show", order.language, token=order.token),
        "withdraw_url": address_of("orders.withdraw_order", order.language, token=order.token),
        "guarantee_url": address_of("orders.guarantee", order.language),
        **context,
    }
    letter = Letter(
        recipient=order.email,
        subject=_("%(shop)s: %(subject)s", shop=current_settings().shop.name, subject=subject),
        text=render_template(f"{template}.txt", **values).strip() + "\n",
        html=render_template(f"{template}.html", **values),
    )
    enqueue(letter, reason=reason, now=now)
