"""Invoices and credit notes: when each is drawn up, what is copied into it, and numbers without a gap.

docs/adr/0012-invoices.md says why. All within the transaction of what they tell, the order locked.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from ..config import current_settings
from ..core.clock import local_day, shop_day
from ..core.database import db
from ..core.money import Money
from ..sellers.models import Seller
from .buyers import buyer_of
from .documents import CREDIT, DELIVERY, GOODS, INVOICE, Invoice, InvoiceLine, InvoiceSeries
from .models import OrderLine, Parcel
from .rules import spread
from .vat import STANDARD, shared, vat_of_margin, vat_within

# "F" as in facture, "A" as in avoir; then the seller, for each has a series of its own.
_LETTERS = {INVOICE: "F", CREDIT: "A"}


def issue(parcel: Parcel, *, now: datetime) -> Invoice:
    """Draw up the invoice of a parcel that is paid and on its way, or was picked up; the one it has, if it has one."""
    found = _documents(parcel)
    if found:
        return found[0]
    invoice = _drawn_up(parcel, INVOICE, now)
    invoice.lines = _invoice_lines(parcel)
    invoice.total_minor = sum(line.total_minor for line in invoice.lines)
    _add(invoice, now, days_to_pay=parcel.order.invoice_days)
    return invoice


def credit(
    parcel: Parcel,
    *,
    goods: Mapping[int, int],
    delivery: int,
    returned: Collection[int],
    reason: str,
    now: datetime,
) -> Invoice | None:
    """Draw up the credit note for what is taken back of an invoice: minor units by order line, and of the delivery;
    `returned` are the lines whose goods came back. None where nothing was invoiced or nothing is taken back.
    """
    documents = _documents(parcel)
    if not documents or sum(goods.values()) + delivery == 0:
        return None
    note = _drawn_up(parcel, CREDIT, now)
    note.corrects_id, note.reason = documents[0].id, reason[:200]
    note.lines = _credit_lines(_left(documents, parcel.order.currency), goods, delivery, returned)
    note.total_minor = sum(line.total_minor for line in note.lines)
    _add(note, now)
    return note


def _documents(parcel: Parcel) -> list[Invoice]:
    """The parcel's invoice, then its credit notes."""
    statement = select(Invoice).where(Invoice.parcel_id == parcel.id).order_by(Invoice.id)
    return list(db.session.scalars(statement.options(selectinload(Invoice.lines))))


def _drawn_up(parcel: Parcel, kind: str, now: datetime) -> Invoice:
    order, settings = parcel.order, current_settings()
    zone, contact = settings.shop.time_zone, settings.contact
    seller = db.session.get_one(Seller, parcel.seller_id)
    return Invoice(
        kind=kind,
        order_id=order.id,
        parcel_id=parcel.id,
        supplied_on=local_day(parcel.shipped_at or parcel.delivered_at or now, zone),
        paid_on=local_day(order.paid_at, zone) if order.paid_at else None,
        language=order.language,
        currency=order.currency,
        order_number=order.number,
        ordered_on=local_day(order.placed_at, zone),
        payment_method=order.payment_method,
        seller_id=parcel.seller_id,
        seller_name=parcel.seller_name,
        seller_legal_name=parcel.seller_legal_name,
        seller_address=parcel.seller_address,
        seller_phone=parcel.seller_phone,
        seller_email=parcel.seller_email,
        seller_register_number=parcel.seller_register_number,
        seller_vat_id=parcel.seller_vat_id,
        seller_country=seller.country,
        issuer_name=contact.company,
        issuer_address=contact.address,
        issuer_register_number=contact.register_number,
        **buyer_of(order),
    )


def _add(document: Invoice, now: datetime, *, days_to_pay: int | None = None) -> None:
    """Give it the next number of its series, and a time that is not before its predecessor's."""
    document.sequence = _next(document.seller_id, document.kind)
    document.number = f"{_LETTERS[document.kind]}{document.seller_id}-{document.sequence:06d}"
    last = db.session.scalar(
        select(Invoice.issued_at).where(
            Invoice.seller_id == document.seller_id,
            Invoice.kind == document.kind,
            Invoice.sequence == document.sequence - 1,
        )
    )
    document.issued_at = max(now, last) if last else now
    document.issued_on = shop_day(document.issued_at)
    if days_to_pay is not None:
        document.due_on = document.issued_on + timedelta(days=days_to_pay)
    db.session.add(document)
    db.session.flush()


def _next(seller_id: int, kind: str) -> int:
    """The next number of a seller's series. Its row stays locked until the transaction ends: who comes next waits, and
    gets this very number when the transaction is rolled back.
    """
    this = (InvoiceSeries.seller_id == seller_id, InvoiceSeries.kind == kind)
    raised = (
        update(InvoiceSeries).where(*this).values(last=InvoiceSeries.last + 1).returning(InvoiceSeries.last)
    )
    number = db.session.scalar(raised)
    if number is None:
        _begin_series(seller_id, kind)
        number = db.session.scalars(raised).one()
    return number


def _begin_series(seller_id: int, kind: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(InvoiceSeries(seller_id=seller_id, kind=kind, last=0))
    except IntegrityError:
        # Somebody else has just begun it.
        return


def _invoice_lines(parcel: Parcel) -> list[InvoiceLine]:
    lines = [line for line in parcel.lines if line.left_minor > 0]
    delivery = parcel.shipping_minor - parcel.delivery_given_up_minor
    parts = shared(delivery, [line.left_minor for line in lines])
    goods = [_goods_line(line, part, parcel.order.currency) for line, part in zip(lines, parts, strict=True)]
    return goods + _delivery_lines(goods, parcel.order.currency)


def _goods_line(line: OrderLine, delivery: int, currency: str) -> InvoiceLine:
    money = Money(line.left_minor, currency)
    share, purchase = Money(delivery, currency), _money(line.purchase_price_minor, currency)
    vat = (
        vat_within(money, line.vat_percent)
        if line.vat_scheme == STANDARD
        else vat_of_margin(money + share, line.quantity, purchase, line.vat_percent)
    )
    return InvoiceLine(
        kind=GOODS,
        order_line_id=line.id,
        title=line.title,
        sku=line.sku,
        grade=line.grade,
        quantity=line.quantity,
        unit_minor=line.price_minor,
        reduction_minor=line.given_up_minor,
        total_minor=line.left_minor,
        delivery_minor=delivery,
        vat_scheme=line.vat_scheme,
        vat_rate=line.vat_rate,
        vat_minor=None if vat is None else vat.minor,
        purchase_minor=line.purchase_price_minor,
        purchase_reference=line.purchase_reference,
        purchase_date=line.purchase_date,
    )


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(minor, currency)


def _delivery_lines(goods: Sequence[InvoiceLine], currency: str) -> list[InvoiceLine]:
    """What delivery costs, by the scheme and rate of the goods that travel."""
    parts: dict[tuple[str, int], int] = defaultdict(int)
    for line in goods:
        parts[line.vat_scheme, line.vat_rate] += line.delivery_minor
    lines = []
    for (scheme, rate), minor in parts.items():
        line = InvoiceLine(kind=DELIVERY, total_minor=minor, vat_scheme=scheme, vat_rate=rate)
        if scheme == STANDARD:
            line.vat_minor = vat_within(Money(minor, currency), line.vat_percent).minor
        if minor:
            lines.append(line)
    return lines


@dataclass(slots=True)
class _Left:
    """What an invoiced thing still comes to after the credit notes so far."""

    line: InvoiceLine
    goods: int
    delivery: int
    vat: int | None
    returned: bool
    currency: str

    def vat_now(self) -> int | None:
        """The VAT within what is left of it. Of goods that came back, only what was kept for delivery is a sale."""
        percent = self.line.vat_percent
        if self.line.vat_scheme == STANDARD:
            return vat_within(Money(self.goods, self.currency), percent).minor
        sale = Money(self.goods + self.delivery, self.currency)
        bought = Money(0, self.currency) if self.returned else _money(self.line.purchase_minor, self.currency)
        vat = vat_of_margin(sale, self.line.quantity, bought, percent)
        return None if vat is None or self.vat is None else vat.minor


def _left(documents: Sequence[Invoice], currency: str) -> dict[tuple[str, int], "_Left"]:
    """By order line (`goods`, its id) or by scheme and rate of the delivery (`margin` or `standard`, the rate)."""
    left: dict[tuple[str, int], _Left] = {}
    for line in documents[0].lines:
        left[_key(line)] = _Left(
            line, line.total_minor, line.delivery_minor, line.vat_minor, returned=False, currency=currency
        )
    for line in (line for note in documents[1:] for line in note.lines):
        one = left[_key(line)]
        one.goods -= line.total_minor
        one.delivery -= line.delivery_minor
        one.vat = None if one.vat is None or line.vat_minor is None else one.vat - line.vat_minor
        one.returned = one.returned or line.quantity > 0
    return left


def _key(line: InvoiceLine) -> tuple[str, int]:
    return (GOODS, line.order_line_id or 0) if line.kind == GOODS else (line.vat_scheme, line.vat_rate)


def _credit_lines(
    left: Mapping[tuple[str, int], "_Left"],
    goods: Mapping[int, int],
    delivery: int,
    returned: Collection[int],
) -> list[InvoiceLine]:
    things = [one for key, one in left.items() if key[0] == GOODS]
    parts = spread(delivery, [one.delivery for one in things])
    lines: list[InvoiceLine] = []
    by_rate: dict[tuple[str, int], int] = defaultdict(int)
    for one, part in zip(things, parts, strict=True):
        by_rate[one.line.vat_scheme, one.line.vat_rate] += part
        line_id = one.line.order_line_id or 0
        amount = goods.get(line_id, 0)
        if amount or part:
            one.returned = one.returned or line_id in returned
            lines.append(_taken_back(one, amount, part, quantity=one.line.quantity * (line_id in returned)))
    lines += [_taken_back(left[key], part, 0, quantity=0) for key, part in by_rate.items() if part]
    return lines


def _taken_back(one: "_Left", amount: int, delivery: int, *, quantity: int) -> InvoiceLine:
    """The credit note's line; its VAT is what there was less what there is now, so that all of them add up."""
    before, line = one.vat, one.line
    one.goods -= amount
    one.delivery -= delivery
    after = one.vat_now() if line.kind == GOODS or line.vat_scheme == STANDARD else None
    return InvoiceLine(
        kind=line.kind,
        order_line_id=line.order_line_id,
        title=line.title,
        sku=line.sku,
        grade=line.grade,
        quantity=quantity,
        unit_minor=line.unit_minor,
        reduction_minor=0,
        total_minor=amount,
        delivery_minor=delivery,
        vat_scheme=line.vat_scheme,
        vat_rate=line.vat_rate,
        vat_minor=None if before is None or after is None else before - after,
        purchase_minor=line.purchase_minor,
        purchase_reference=line.purchase_reference,
        purchase_date=line.purchase_date,
    )
