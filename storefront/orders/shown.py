"""What the order's page and its mails show: plain values, made from an order that was read whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..config import current_settings
from ..core.clock import local_day
from ..core.money import Money
from .dates import add_months, legal_guarantee_until, withdrawal_until
from .labels import next_step, shipping_label, state_label
from .models import OrderLine, Parcel, ShopOrder
from .rules import CUSTOMER, PROGRESS, target
from .units import key_of
from .vat import STANDARD, Taxed, vat_by_percent


@dataclass(frozen=True, slots=True)
class UnitShown:
    """One device of a line, known by its number or not. `legal_until` where a repair made its legal guarantee longer;
    `key` names it in an address (`units.key_of`).
    """

    place: int
    serial: str
    legal_until: date | None
    key: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line; the guarantees have dates once it was delivered."""

    id: int
    title: str
    slug: str
    grade: str
    battery_percent: int | None
    quantity: int
    price: Money
    total: Money
    margin: bool
    guarantee_months: int
    legal_until: date | None
    seller_until: date | None
    units: tuple[UnitShown, ...]
    withdrawn: bool
    returned: bool
    impact_avoided_kg: float | None
    impact_per: str
    impact_source: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a parcel's way: done at a time, or still to come."""

    label: str
    at: datetime | None
    done: bool


@dataclass(frozen=True, slots=True)
class ParcelShown:
    """A parcel. `received` says whether its customer may say that it arrived, `due` what it costs with its delivery."""

    id: int
    seller_name: str
    seller_legal_name: str
    seller_address: str
    seller_phone: str
    seller_email: str
    seller_register_number: str
    seller_vat_id: str
    state: str
    label: str
    next: str
    steps: tuple[Step, ...]
    pickup: bool
    shipping_label: str
    shipping: Money
    arrives_from: date | None
    arrives_until: date | None
    wanted_on: date | None
    tracking_url: str
    lines: tuple[LineShown, ...]
    received: bool
    due: Money


@dataclass(frozen=True, slots=True)
class FirmShown:
    """The firm that buys; `days` and `due_on` where it pays on account."""

    name: str
    register_number: str
    vat_id: str
    address: tuple[str, ...]
    country: str
    purchase_order: str
    days: int | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class OrderShown:
    """A whole order. `vat` are amounts by percent, of what shows VAT; `margin` if some of it doesn't."""

    number: str
    token: str
    state: str
    label: str
    placed_at: datetime
    name: str
    email: str
    phone: str
    address: tuple[str, ...]
    country: str
    payment_method: str
    pay_by: datetime
    paid_at: datetime | None
    goods: Money
    shipping: Money
    total: Money
    vat: tuple[tuple[Decimal, Money], ...]
    margin: bool
    to_pay: Money | None
    to_pay_back: Money | None
    paid_back: Money | None
    parcels: tuple[ParcelShown, ...]
    cancellable: bool
    withdrawable: bool
    withdraw_until: date | None
    firm: FirmShown | None


def shown(order: ShopOrder, *, now: datetime) -> OrderShown:
    """The order as its customer sees it now."""
    zone = current_settings().shop.time_zone
    currency, balance = order.currency, order.balance.minor
    until = last_day_to_withdraw(order, zone)
    return OrderShown(
        number=order.number,
        token=order.token,
        state=order.state,
        label=state_label(order.state, pickup=all(p.shipping_method == "pickup" for p in order.parcels)),
        placed_at=order.placed_at,
        name=order.name,
        email=order.email,
        phone=order.phone,
        address=tuple(t for t in (order.street, order.street_more, f"{order.postcode} {order.city}") if t),
        country=order.country,
        payment_method=order.payment_method,
        pay_by=order.pay_by,
        paid_at=order.paid_at,
        goods=Money(order.goods_minor, currency),
        shipping=Money(order.shipping_minor, currency),
        total=Money(order.total_minor, currency),
        vat=_vat(order),
        margin=any(line.vat_scheme != STANDARD for parcel in order.parcels for line in parcel.lines),
        to_pay=order.owed if order.owed.minor else None,
        to_pay_back=Money(balance, currency) if balance > 0 else None,
        paid_back=Money(order.refunded_minor, currency) if order.refunded_minor else None,
        parcels=tuple(_parcel(parcel, zone) for parcel in order.parcels),
        cancellable=any(_customer_may(parcel, "cancel") for parcel in order.parcels),
        withdrawable=is_withdrawable(order, local_day(now, zone), zone),
        withdraw_until=until,
        firm=firm_of(order),
    )


def firm_of(order: ShopOrder) -> FirmShown | None:
    """The firm that an order is placed by; none for a person."""
    if not order.firm_name:
        return None
    town = f"{order.billing_postcode or ''} {order.billing_city or ''}".strip()
    lines = (order.billing_street, order.billing_street_more, town)
    return FirmShown(
        name=order.firm_name,
        register_number=order.register_number or "",
        vat_id=order.vat_id or "",
        address=tuple(line for line in lines if line),
        country=order.billing_country or order.country,
        purchase_order=order.purchase_order or "",
        days=order.invoice_days,
        due_on=order.due_on,
    )


def _customer_may(parcel: Parcel, verb: str) -> bool:
    return target(verb, parcel.status, CUSTOMER, parcel.paying) is not None


def last_day_to_withdraw(order: ShopOrder, zone: str) -> date | None:
    """None as long as something is still to arrive."""
    going = [parcel for parcel in order.parcels if parcel.status in PROGRESS]
    arrived = [parcel.delivered_at for parcel in going if parcel.delivered_at]
    if not arrived or len(arrived) < len(going):
        return None
    return withdrawal_until(local_day(max(arrived), zone))


def is_withdrawable(order: ShopOrder, today: date, zone: str) -> bool:
    """Whether there is something to withdraw from, and still time."""
    until = last_day_to_withdraw(order, zone)
    open_lines = any(
        line.withdrawn_at is None and line.returned_at is None
        for parcel in order.parcels
        if parcel.status in PROGRESS
        for line in parcel.lines
    )
    return open_lines and (until is None or today <= until)


def _parcel(parcel: Parcel, zone: str) -> ParcelShown:
    order, pickup = parcel.order, parcel.shipping_method == "pickup"
    return ParcelShown(
        id=parcel.id,
        seller_name=parcel.seller_name,
        seller_legal_name=parcel.seller_legal_name,
        seller_address=parcel.seller_address,
        seller_phone=parcel.seller_phone,
        seller_email=parcel.seller_email,
        seller_register_number=parcel.seller_register_number,
        seller_vat_id=parcel.seller_vat_id,
        state=parcel.status,
        label=state_label(parcel.status, pickup=pickup),
        next=next_step(parcel.status, payment_method=order.payment_method, pickup=pickup),
        steps=_steps(parcel, pickup=pickup),
        pickup=pickup,
        shipping_label=shipping_label(parcel.shipping_method),
        shipping=Money(parcel.shipping_minor, order.currency),
        arrives_from=parcel.arrives_from,
        arrives_until=parcel.arrives_until,
        wanted_on=parcel.wanted_on,
        tracking_url=parcel.tracking_url,
        lines=tuple(_line(line, parcel, zone) for line in parcel.lines),
        received=_customer_may(parcel, "deliver"),
        due=Money(parcel.due_minor, order.currency),
    )


def _steps(parcel: Parcel, *, pickup: bool) -> tuple[Step, ...]:
    """What was done, then what is still to come if all goes well. Payment that comes later is no step of its own."""
    order = parcel.order
    done = [Step(state_label("placed"), order.placed_at, done=True)]
    reached = {"placed"}
    for event in order.events:
        if event.parcel_id == parcel.id and event.to_state:
            done.append(Step(state_label(event.to_state, pickup=pickup), event.at, done=True))
            reached.add(event.to_state)
    if parcel.status not in PROGRESS:
        return tuple(done)
    ahead = PROGRESS[PROGRESS.index(parcel.status) + 1 :]
    coming = [state for state in ahead if not (state == "paid" and order.paying.comes_later)]
    return tuple(done + [Step(state_label(state, pickup=pickup), None, done=False) for state in coming])


def _line(line: OrderLine, parcel: Parcel, zone: str) -> LineShown:
    price = Money(line.price_minor, parcel.order.currency)
    arrived = local_day(parcel.delivered_at, zone) if parcel.delivered_at else None
    return LineShown(
        id=line.id,
        title=line.title,
        slug=line.product_slug,
        grade=line.grade,
        battery_percent=line.battery_percent,
        quantity=line.quantity,
        price=price,
        total=price * line.quantity,
        margin=line.vat_scheme != STANDARD,
        guarantee_months=line.guarantee_months,
        legal_until=legal_guarantee_until(arrived) if arrived else None,
        seller_until=add_months(arrived, line.guarantee_months)
        if arrived and line.guarantee_months
        else None,
        units=tuple(_units(line, parcel.order, arrived)),
        withdrawn=line.withdrawn_at is not None,
        returned=line.returned_at is not None,
        impact_avoided_kg=line.impact_avoided_kg,
        impact_per=line.impact_per,
        impact_source=line.impact_source,
    )


def _units(line: OrderLine, order: ShopOrder, arrived: date | None) -> Iterator[UnitShown]:
    """Each device of the line, whether or not there is something to know of it."""
    known = {unit.place: unit for unit in line.units}
    for place in range(1, line.quantity + 1):
        unit = known.get(place)
        extra = unit.extra_months if unit else 0
        yield UnitShown(
            place=place,
            serial=(unit.serial if unit else "") or "",
            legal_until=legal_guarantee_until(arrived, extra) if arrived and extra else None,
            key=key_of(order, line, place),
        )


def _vat(order: ShopOrder) -> tuple[tuple[Decimal, Money], ...]:
    """VAT by percent, of what shows it."""
    return vat_by_percent(
        [(parcel.shipping_minor, [_taxed(line) for line in parcel.lines]) for parcel in order.parcels],
        order.currency,
    )


def _taxed(line: OrderLine) -> Taxed:
    return Taxed(line.vat_scheme, line.vat_percent, line.price_minor * line.quantity, line.vat_minor)
