"""Single devices that were sold: their serial numbers, their guarantees, and a repair that makes one longer."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import Row, Select, select
from werkzeug.exceptions import NotFound

from ..catalog.models import OldProductSlug, Product
from ..core.clock import shop_day
from ..core.database import db
from ..core.money import Money
from . import labels, queries
from .dates import REPAIR_ADDS_MONTHS, add_months, legal_guarantee_until
from .errors import OrderRefused
from .log import record
from .models import OrderLine, Parcel, ShopOrder
from .moves import opened_parcel
from .rules import Who
from .serials import read_serial
from .sold import GuaranteeExtension, SoldUnit

# By line id: the serial numbers of its units, in order, empty where there is none.
Serials = Mapping[int, Sequence[str]]

# While a parcel is on its way to its customer, or there.
SERIALS_IN = ("paid", "accepted", "shipped", "delivered")

_KEY = re.compile(r"([A-Za-z0-9_-]{20,64})\.([0-9]{1,18})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A device that was delivered and kept, and how long it is guaranteed. Whose it is, is nobody's business here.

    `price` is what the unit was sold for; `model_id` is none for a thing of no known model.
    """

    line_id: int
    place: int
    title: str
    category: str
    product_slug: str
    model_id: int | None
    seller_id: int
    seller_name: str
    delivered_on: date
    legal_until: date
    seller_until: date | None
    price: Money


def key_of(order: ShopOrder, line: OrderLine, place: int = 1) -> str:
    """What an address names the unit by; only who has the order's link can make one."""
    return f"{order.token}.{line.id}" + (f".{place}" if place > 1 else "")


def unit_by_key(key: str) -> UnitFacts | None:
    """The unit that `key_of` names; none for any other, and for what was not delivered or went back. One statement."""
    match = _KEY.fullmatch(key)
    place = int(match[3] or 1) if match else 0
    if match is None or place == 0:
        return None
    found = _facts().where(
        ShopOrder.token == match[1], OrderLine.id == int(match[2]), OrderLine.quantity >= place
    )
    found = found.outerjoin(SoldUnit, (SoldUnit.line_id == OrderLine.id) & (SoldUnit.place == place))
    return _shown(db.session.execute(found).first(), place)


def unit_by_serial(serial: str) -> UnitFacts | None:
    """The unit with this serial number, however it is spelt; none as in `unit_by_key`. One statement."""
    try:
        known = read_serial(serial)
    except ValueError:
        return None
    found = _facts().join(SoldUnit, SoldUnit.line_id == OrderLine.id)
    row = db.session.execute(found.where(SoldUnit.serial == known, SoldUnit.came_back_at.is_(None))).first()
    return _shown(row, row.place if row else 1)


def _facts() -> Select[*tuple[object, ...]]:
    product = select(OldProductSlug.product_id).where(OldProductSlug.slug == OrderLine.product_slug)
    return (
        select(
            OrderLine.id, OrderLine.title, OrderLine.category, OrderLine.product_slug, OrderLine.price_minor,
            OrderLine.guarantee_months, Parcel.seller_id, Parcel.seller_name, Parcel.delivered_at,
            ShopOrder.currency, Product.model_id, SoldUnit.place, SoldUnit.extra_months,
        )
        .join(OrderLine.parcel)
        .join(Parcel.order)
        .outerjoin(
            Product, (Product.slug == OrderLine.product_slug) | (Product.id == product.scalar_subquery())
        )
        .where(
            Parcel.delivered_at.is_not(None),
            Parcel.status == "delivered",
            OrderLine.returned_at.is_(None),
            OrderLine.withdrawn_at.is_(None),
        )
    )  # fmt: skip


def _shown(row: Row[*tuple[object, ...]] | None, place: int) -> UnitFacts | None:
    if row is None:
        return None
    arrived = shop_day(row.delivered_at)
    return UnitFacts(
        line_id=row.id,
        place=place,
        title=row.title,
        category=row.category,
        product_slug=row.product_slug,
        model_id=row.model_id,
        seller_id=row.seller_id,
        seller_name=row.seller_name,
        delivered_on=arrived,
        legal_until=legal_guarantee_until(arrived, row.extra_months or 0),
        seller_until=add_months(arrived, row.guarantee_months) if row.guarantee_months else None,
        price=Money(row.price_minor, row.currency),
    )


def change_serials(
    *, parcel_id: int, serials: Serials, by: Who, now: datetime, seen: int | None = None
) -> None:
    """Somebody looked at the devices again. Raises `OrderRefused`: not of a parcel that is called off or went back, and
    for a number that another device has.
    """
    parcel = opened_parcel(parcel_id, seen)
    if parcel.status not in SERIALS_IN:
        raise OrderRefused(labels.refusal("serials", parcel.status))
    note_serials(parcel, serials)
    record(parcel.order, verb="serials", by=by, now=now, parcel=parcel)


def note_serials(parcel: Parcel, serials: Serials) -> None:
    """Note the serial numbers of a parcel's units, within another verb; the order must be locked."""
    lines = [line for line in parcel.lines if line.id in serials]
    _check_unique(lines, serials)
    for line in lines:
        # First all are forgotten: two that were typed in each other's place change places.
        for unit in line.units:
            unit.serial = None
        db.session.flush()
        for place, serial in enumerate(serials[line.id][: line.quantity], 1):
            if serial:
                unit_of(line, place).serial = serial
    db.session.flush()


def _check_unique(lines: Iterable[OrderLine], serials: Serials) -> None:
    lines = list(lines)
    given = [serial for line in lines for serial in serials[line.id] if serial]
    taken = select(SoldUnit.serial).where(
        SoldUnit.serial.in_(given),
        SoldUnit.came_back_at.is_(None),
        SoldUnit.line_id.not_in([line.id for line in lines]),
    )
    twice = {serial for serial in given if given.count(serial) > 1} | set(db.session.scalars(taken))
    if twice:
        raise OrderRefused(
            _("Another device was sold with this serial number: %(serial)s.", serial=min(map(str, twice)))
        )


def unit_of(line: OrderLine, place: int) -> SoldUnit:
    """The row of a line's unit, made if there is none."""
    found = next((unit for unit in line.units if unit.place == place), None)
    if found is None:
        found = SoldUnit(place=place, extra_months=0)
        line.units.append(found)
    return found


def come_back(lines: Iterable[OrderLine], *, now: datetime) -> None:
    """Their devices are the seller's again."""
    for line in lines:
        for unit in line.units:
            unit.came_back_at = unit.came_back_at or now


def extend_legal_guarantee(
    *, line_id: int, place: int, cause: str, claimed_on: date, by: Who, now: datetime
) -> date | None:
    """A unit was repaired under its legal guarantee, as asked for on the day `claimed_on`: 6 months more (L217-13).

    `cause` names the repair: told again, it changes nothing. Returns the guarantee's last day by now; none, and nothing
    is done, where the legal guarantee was over on that day, or the device went back. Raises `NotFound`.
    """
    line = _locked_line(line_id)
    parcel = line.parcel
    if not 1 <= place <= line.quantity:
        raise NotFound
    if parcel.delivered_at is None or line.returned_at is not None:
        return None
    unit = unit_of(line, place)
    arrived = shop_day(parcel.delivered_at)
    known = select(GuaranteeExtension.id).where(GuaranteeExtension.cause == cause)
    if db.session.scalar(known) is not None:
        return legal_guarantee_until(arrived, unit.extra_months)
    if claimed_on > legal_guarantee_until(arrived, unit.extra_months):
        return None
    unit.extra_months += REPAIR_ADDS_MONTHS
    db.session.flush()
    db.session.add(GuaranteeExtension(unit_id=unit.id, cause=cause, months=REPAIR_ADDS_MONTHS, at=now))
    until = legal_guarantee_until(arrived, unit.extra_months)
    record(parcel.order, verb="extend", by=by, now=now, parcel=parcel, note=f"{line.title}: {until}")
    db.session.flush()
    return until


def _locked_line(line_id: int) -> OrderLine:
    order_id = db.session.scalar(select(Parcel.order_id).join(Parcel.lines).where(OrderLine.id == line_id))
    if order_id is None:
        raise NotFound
    order = queries.locked(order_id)
    return next(line for parcel in order.parcels for line in parcel.lines if line.id == line_id)
