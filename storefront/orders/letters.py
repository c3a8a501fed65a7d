"""Mails about an order: to its customer in the language it was placed in, to its sellers in the shop's.

Each goes into the outbox as facts, within the transaction of what it tells; `write` makes the mail of them when it is
sent, outside any transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _

from ..config import current_settings
from ..core.links import address_of
from ..core.mail import Letter, enqueue
from ..core.money import Money
from . import queries
from .models import OrderLine, Parcel, ShopOrder
from .rules import (
    AGAIN,
    CANCELLED,
    CUSTOMER,
    GONE,
    SELLER,
    STARTED,
    SYSTEM,
    TOO_MUCH,
    Who,
    is_named,
)
from .shown import shown

# What the outbox knows `write` by.
WRITER = "orders"


def order_placed(order: ShopOrder, *, now: datetime) -> None:
    with force_locale(order.language):
        subject = _("Your order %(number)s", number=order.number)
        _send(order, subject, "mail/order_placed", f"order-placed-{order.id}", now)


def money_came(order: ShopOrder, did: str, *, now: datetime) -> None:
    """What the money did (`rules.what_money_did`), and what comes back of it."""
    with force_locale(order.language):
        back = current_app.jinja_env.filters["money"](order.balance)
        thanks = _("Your payment has come, thank you. The seller gets your parcel ready now.")
        if order.paying.on_account:
            thanks = _("Your payment has come, thank you.")
        news = {
            STARTED: thanks,
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
            f"order-paid-{order.id}{_nth_time(order)}" + (f"-{order.paid_minor}" if did == AGAIN else ""),
            now,
        )


def payment_taken_back(order: ShopOrder, *, now: datetime) -> None:
    """It was noted by mistake, and its customer was told that it had come."""
    with force_locale(order.language):
        subject = _("Not paid yet: order %(number)s", number=order.number)
        news = _("We are sorry: we wrote that your payment had come, and that was our mistake.")
        if order.owed:
            news += " " + _(
                "The order waits for %(money)s, until %(day)s. If you have sent them, there is nothing to do.",
                money=current_app.jinja_env.filters["money"](order.owed),
                day=current_app.jinja_env.filters["day"](order.pay_by),
            )
        _update(order, subject, news, f"order-unpaid-{order.id}-{_undone(order)}", now)


def _undone(order: ShopOrder) -> int:
    """How often its payments were taken back: what is told of the next one is news again."""
    return sum(event.parcel_id is None and event.verb == "unpay" for event in order.events)


def _nth_time(order: ShopOrder) -> str:
    return f"-after-{_undone(order)}" if _undone(order) else ""


def payment_awaited(parcel: Parcel, *, now: datetime) -> None:
    """Tell the seller, who was told to send it, to wait for the money."""
    with force_locale(current_settings().shop.language):
        subject = _("Please wait with order %(number)s: it is not paid yet", number=parcel.order.number)
        reason = f"payment-awaited-{parcel.id}-{_times(parcel.order, parcel)}"
        _to_seller(parcel, subject, "mail/order_waits", reason, now)


def parcel_shipped(parcel: Parcel, *, invoice: str, now: datetime) -> None:
    """`invoice` is the number of its invoice, empty where it is paid at the counter later."""
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
        _update(
            order,
            subject,
            news,
            f"parcel-shipped-{parcel.id}",
            now,
            link=parcel.tracking_url,
            invoice=invoice,
        )


def tracking_changed(parcel: Parcel, *, now: datetime) -> None:
    order = parcel.order
    with force_locale(order.language):
        subject = _("Where your parcel is: order %(number)s", number=order.number)
        news = _("The link to follow the parcel from %(seller)s has changed.", seller=parcel.seller_name)
        reason = f"parcel-tracking-{parcel.id}-{len(order.events)}"
        _update(order, subject, news, reason, now, link=parcel.tracking_url)


def parcels_cancelled(order: ShopOrder, parcels: Sequence[Parcel], *, by: Who, now: datetime) -> None:
    with force_locale(order.language):
        titles = ", ".join(line.title for parcel in parcels for line in parcel.lines)
        if by.role == CUSTOMER.role:
            news = _("As you asked, this is cancelled: %(titles)s.", titles=titles)
        elif by.role == SYSTEM.role:
            news = _("Its time is over without payment, so this is cancelled: %(titles)s.", titles=titles)
        else:
            news = _("We are sorry: this can't be sent, and is cancelled: %(titles)s.", titles=titles)
        if order.balance.minor > 0:
            news += " " + _("What you paid for it comes back the way you paid it, within 14 days.")
        reason = "parcels-cancelled-" + "-".join(f"{parcel.id}.{_times(order, parcel)}" for parcel in parcels)
        _update(order, _("Cancelled: order %(number)s", number=order.number), news, reason[:160], now)


def _times(order: ShopOrder, parcel: Parcel) -> int:
    """How often it was stopped: money may bring a parcel back, and what is told of it then is news again."""
    stops = ("cancel", "refuse", "unpay")
    return sum(event.parcel_id == parcel.id and event.verb in stops for event in order.events)


def refunded(order: ShopOrder, amount: Money, *, now: datetime) -> None:
    with force_locale(order.language):
        money = current_app.jinja_env.filters["money"](amount)
        news = _(
            "We have paid %(money)s back to you, the way you paid. Banks may take a few days.", money=money
        )
        # What came back and is paid once more comes to the same sum again.
        reason = f"order-refunded-{order.id}-{order.refunded_minor}"
        if failed := sum(refund.state == "failed" for refund in order.refunds):
            reason += f"-{failed}"
        _update(order, _("Paid back: order %(number)s", number=order.number), news, reason, now)


def refund_came_back(order: ShopOrder, amount: Money, *, refund_id: int, now: datetime) -> None:
    with force_locale(order.language):
        money = current_app.jinja_env.filters["money"](amount)
        news = _(
            "We wrote that %(money)s were paid back to you. Your bank has sent them back to us. The money is yours all "
            "the same: we look for another way, and write again.",
            money=money,
        )
        subject = _("Not paid back yet: order %(number)s", number=order.number)
        _update(order, subject, news, f"refund-came-back-{refund_id}", now)


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
        )


def to_accept(parcel: Parcel, *, now: datetime) -> None:
    """Tell the seller that a parcel can be made ready: it is paid, or will be at the counter."""
    order = parcel.order
    with force_locale(current_settings().shop.language):
        subject = _("New order %(number)s: please send by %(day)s", number=order.number, day=_day(parcel))
        if parcel.shipping_method == "pickup":
            subject = _(
                "New order %(number)s: get it ready by %(day)s", number=order.number, day=_day(parcel)
            )
        _to_seller(
            parcel, subject, "mail/order_for_seller", f"to-accept-{parcel.id}-{_times(order, parcel)}", now
        )


def _day(parcel: Parcel) -> str:
    return str(current_app.jinja_env.filters["day"](parcel.send_by)) if parcel.send_by else ""


def sending_called_off(parcel: Parcel, *, by: Who, now: datetime) -> None:
    """Tell the seller, who was told to send it, that it is not wanted any more; nothing where nobody was told."""
    order = parcel.order
    ready = parcel.status in ("paid", "accepted") or (parcel.status == "placed" and order.paying.comes_later)
    if not ready or by.role == SELLER.role:
        return
    with force_locale(current_settings().shop.language):
        subject = _("Cancelled, please don't send: order %(number)s", number=order.number)
        reason = f"called-off-{parcel.id}-{_times(order, parcel)}"
        _to_seller(parcel, subject, "mail/order_called_off", reason, now)


def _to_seller(parcel: Parcel, subject: str, template: str, reason: str, now: datetime) -> None:
    if parcel.seller_email:
        facts = {"order": parcel.order_id, "parcel": parcel.id, "language": current_settings().shop.language}
        _enqueue(parcel.seller_email, subject, {**facts, "template": template}, reason, now)


def _update(
    order: ShopOrder,
    subject: str,
    news: str,
    reason: str,
    now: datetime,
    *,
    link: str = "",
    invoice: str = "",
) -> None:
    _send(order, subject, "mail/order_update", reason, now, news=news, link=link, invoice=invoice)


def _send(
    order: ShopOrder, subject: str, template: str, reason: str, now: datetime, **context: object
) -> None:
    facts = {"order": order.id, "language": order.language, "template": template, "context": context}
    _enqueue(order.email, subject, facts, reason, now)


def _enqueue(recipient: str, subject: str, facts: Mapping[str, object], reason: str, now: datetime) -> None:
    shop = current_settings().shop.name
    letter = Letter(
        recipient=recipient,
        subject=_("%(shop)s: %(subject)s", shop=shop, subject=subject),
        writer=WRITER,
        facts={**facts, "subject": subject, "at": now.isoformat()},
    )
    enqueue(letter, reason=reason, now=now)


def write(facts: Mapping[str, Any]) -> tuple[str, str]:
    """Text and HTML of a mail that was enqueued here; the order as it is by now. Seven SQL statements."""
    order = queries.by_id(facts["order"])
    language, template = facts["language"], facts["template"]
    with force_locale(language):
        at = datetime.fromisoformat(facts["at"])
        values: dict[str, Any] = {
            "order": shown(order, now=at),
            "language": language,
            "subject": facts["subject"],
            "order_url": address_of("orders.show", language, token=order.token),
            "withdraw_url": address_of("orders.withdraw_order", language, token=order.token),
            "guarantee_url": address_of("orders.guarantee", language),
            "received_at": at,
            **facts.get("context", {}),
        }
        if values.get("invoice"):
            number = str(values["invoice"])
            values["invoice_url"] = address_of("orders.invoice", language, token=order.token, number=number)
        if "parcel" in facts:
            (parcel,) = (parcel for parcel in order.parcels if parcel.id == facts["parcel"])
            values |= {"parcel": parcel, "is_named": is_named(parcel.status, was_sent=False)}
        return (
            render_template(f"{template}.txt", **values).strip() + "\n",
            render_template(f"{template}.html", **values),
        )
