"""One order as the desk's page says it: what can be done to each part by whoever looks, and the log in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from ...core.money import Money
from ...orders.desk_order import OrderForDesk
from ...orders.desk_queries import OrderRow
from ...orders.documents import Invoice, Refund
from ...orders.labels import FACTS
from ...orders.models import OrderEvent, OrderLine, Parcel
from ...orders.moves import may
from ...orders.paying import may_unpay
from ...orders.rules import OPERATOR, PAID_AT_PROVIDER, REDUCIBLE, Paying, Who, target
from ...orders.shown import FirmShown, firm_of
from ...orders.units import SERIALS_IN
from ..access import Actor
from . import queries


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log; `who` did `what` to the parcel at place `parcel` of the order (0: to the order as a whole).

    `fact` is what the shop itself says of it, `note` somebody's words.
    """

    id: int
    at: datetime
    who: str
    what: str
    parcel: int
    amount: Money | None
    fact: str
    note: str


@dataclass(frozen=True, slots=True)
class ParcelShown:
    """A parcel, its place in the order from 1, and the names of the deeds that can be done to it now.

    Amounts are what is still paid, or to be paid, for each line, the delivery and all of it (`due`).
    """

    parcel: Parcel
    place: int
    late: bool
    deeds: frozenset[str]
    lines: tuple[tuple[OrderLine, Money], ...]
    delivery: Money
    due: Money
    pickup: bool
    invoices: tuple[Invoice, ...]


@dataclass(frozen=True, slots=True)
class OrderPage:
    """The whole page; `alone` when there is one parcel to see. `money` and `refunds` are the operator's business."""

    found: OrderForDesk
    parcels: tuple[ParcelShown, ...]
    log: tuple[Entry, ...]
    deeds: frozenset[str]
    alone: bool
    money: tuple[tuple[str, Money], ...]
    refunds: tuple[tuple[Refund, Money], ...]
    firm: FirmShown | None


def order_page(found: OrderForDesk, actor: Actor) -> OrderPage:
    """The page of an order; one SQL statement more."""
    return OrderPage(
        found=found,
        parcels=tuple(_parcel(found, parcel, actor.who) for parcel in found.parcels),
        log=log(found),
        deeds=order_deeds(found, actor.who),
        alone=len(found.parcels) == 1,
        money=tuple(_money(found)) if found.is_whole else (),
        refunds=tuple((refund, Money(refund.amount_minor, found.order.currency)) for refund in found.refunds),
        firm=firm_of(found.order) if found.knows_customer else None,
    )


def _money(found: OrderForDesk) -> Iterator[tuple[str, Money]]:
    """What the order came to, and what became of it."""
    order = found.order
    given_up = sum(parcel.given_up_minor for parcel in order.parcels)
    amounts = (
        (_("Goods"), order.goods_minor),
        (_("Delivery"), order.shipping_minor),
        (_("Called off or given back"), -given_up),
        (_("Paid"), order.paid_minor),
        (_("Paid back, or on its way"), -order.refunded_minor),
    )
    for label, minor in amounts:
        if minor:
            yield label, Money(minor, order.currency)
    if order.balance.minor > 0:
        yield _("To be paid back"), order.balance
    elif order.owed:
        yield _("Still to be paid"), order.owed


def _parcel(found: OrderForDesk, parcel: Parcel, who: Who) -> ParcelShown:
    currency = found.order.currency
    return ParcelShown(
        parcel=parcel,
        place=found.order.parcels.index(parcel) + 1,
        late=parcel.id in found.late,
        deeds=parcel_deeds(parcel, who),
        lines=tuple((line, Money(line.left_minor, currency)) for line in parcel.lines),
        delivery=Money(parcel.shipping_minor - parcel.delivery_given_up_minor, currency),
        due=Money(parcel.due_minor, currency),
        pickup=parcel.shipping_method == "pickup",
        invoices=tuple(invoice for invoice in found.invoices if invoice.parcel_id == parcel.id),
    )


def acceptable(rows: Iterable[OrderRow], who: Who) -> frozenset[int]:
    """The ids of the parcels in a list that wait to be accepted."""
    return frozenset(
        parcel.id
        for row in rows
        for parcel in row.parcels
        # Before it is accepted, nothing was paid of what is paid later; whether at the counter makes no difference.
        if target(
            "accept", parcel.status, who, Paying(at_counter=row.paid_later, money_came=not row.paid_later)
        )
    )


def parcel_deeds(parcel: Parcel, who: Who) -> frozenset[str]:
    """What can be done to a parcel now by somebody."""
    deeds = {verb for verb in ("accept", "ship", "deliver", "refuse", "cancel") if may(parcel, verb, who)}
    if parcel.status == "shipped" and parcel.shipping_method != "pickup":
        deeds.add("track")
    if parcel.status in SERIALS_IN:
        deeds.add("serials")
    if may(parcel, "return", who) and not all(line.returned_at for line in parcel.lines):
        deeds.add("take_back")
    reducible = parcel.status in REDUCIBLE and parcel.paying.money_came and parcel.due_minor > 0
    if Who(who.role) == OPERATOR and reducible:
        deeds.add("refund")
    return frozenset(deeds)


def order_deeds(found: OrderForDesk, who: Who) -> frozenset[str]:
    """What can be done to the order as a whole; anybody may write notes."""
    order, deeds = found.order, {"note"}
    if not found.is_whole:
        return frozenset(deeds)
    if not order.paying.at_counter:
        deeds.add("pay")
    if Who(who.role) == OPERATOR and may_unpay(order):
        deeds.add("unpay")
    if order.balance.minor > 0:
        deeds.add("pay_back")
    if len(order.parcels) > 1 and any(may(parcel, "cancel", who) for parcel in order.parcels):
        deeds.add("cancel_all")
    return frozenset(deeds)


def paid_at_provider(found: OrderForDesk) -> bool:
    """Whether the provider can pay back by itself."""
    return found.order.payment_method in PAID_AT_PROVIDER


def log(found: OrderForDesk, *, since: int = 0) -> tuple[Entry, ...]:
    """The log in words, the newest first; with `since`, only what happened after that version. One statement.

    Sellers are told the names of their own people, and of nobody at the shop.
    """
    told = ("seller", "operator") if found.is_whole else ("seller",)
    people = {event.person_id for event in found.events if event.person_id and event.actor in told}
    names = queries.names_of(people)
    places = {parcel.id: place for place, parcel in enumerate(found.order.parcels, 1)}
    return tuple(
        Entry(
            id=event.id,
            at=event.at,
            who=names.get(event.person_id or 0, "") if event.actor in told else "",
            what=_said(event),
            parcel=places.get(event.parcel_id or 0, 0),
            amount=None if event.amount_minor is None else Money(event.amount_minor, found.order.currency),
            fact=str(FACTS[event.code]) if event.code else "",
            note=event.note,
        )
        for event in reversed(found.events)
        if event.id > since and not (found.is_whole and _is_echo(event))
    )


def _is_echo(event: OrderEvent) -> bool:
    """Money moves an order as a whole, and with it each parcel: whoever sees the whole need not read it twice."""
    return event.verb in ("pay", "unpay", "refund") and bool(event.to_state)


def _said(event: OrderEvent) -> str:
    """What happened, and in which role somebody did it."""
    what = {
        "place": _("Ordered"),
        "pay": _("Payment noted"),
        "unpay": _("Payment taken back: it was noted by mistake"),
        "accept": _("Accepted"),
        "ship": _("Sent"),
        "deliver": _("Delivered"),
        "cancel": _("Cancelled"),
        "refuse": _("Refused: it can't be sent"),
        "return": _("Came back"),
        "refund": _("Paid back"),
        "reduce": _("Part of the price given back"),
        "revive": _("Taken up again"),
        "track": _("Tracking changed"),
        "serials": _("Serial numbers noted"),
        "extend": _("Legal guarantee made longer by a repair"),
        "withdraw": _("Withdrawal declared"),
        "note": _("Note"),
    }.get(event.verb, event.verb)
    role = {
        "customer": _("the customer"),
        "seller": _("the seller"),
        "operator": _("the shop"),
        "system": _("by itself"),
    }[event.actor]
    return _("%(what)s, %(role)s", what=what, role=role)
