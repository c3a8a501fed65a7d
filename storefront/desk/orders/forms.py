"""What people ask the chapter's lists for, and type into forms that only the desk has."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ...core.errors import FormInvalid
from ...core.money import Money
from ...core.typed import whole_number
from ...orders.desk_queries import NEEDS, OrderFilters
from ...orders.rules import STATES

# A page of the list has no more.
MOST_SELECTED = 50
RETURN_REASONS = ("withdrawn", "defect", "wrong_grade")
BY_PROVIDER, BY_HAND = PAYING_BACK = ("provider", "hand")
KINDS = ("lines", "margin", "vat")


def read_filters(fields: Mapping[str, str]) -> OrderFilters:
    """What the list is narrowed to. It stands in the address: what can't be read narrows nothing."""
    state, need, seller = (fields.get(name, "") for name in ("state", "needs", "seller"))
    return OrderFilters(
        state=state if state in STATES else "",
        need=need if need in NEEDS else "",
        seller_id=whole_number(seller),
        text=fields.get("q", "").replace("\0", "").strip()[:200],
        placed_from=_day(fields.get("from", "")),
        placed_until=_day(fields.get("until", "")),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # Beyond, a time zone's hours may lead out of the calendar.
    return day if 1970 <= day.year <= 2200 else None


def read_selected(fields: MultiDict[str, str]) -> list[tuple[int, int]]:
    """The ticked parcels, as (id, version seen). Raises `FormInvalid` when there is none."""
    chosen = []
    for value in fields.getlist("parcel")[:MOST_SELECTED]:
        parcel, _dash, seen = value.partition("-")
        if (parcel_id := whole_number(parcel)) is not None:
            chosen.append((parcel_id, whole_number(seen) or 0))
    if not chosen:
        raise FormInvalid({"parcel": _("Please tick the parcels that you accept.")})
    return chosen


@dataclass(frozen=True, slots=True)
class PaymentForm:
    """Money that came, and what the bank calls it."""

    amount: Money
    reference: str | None


def read_payment(fields: Mapping[str, str], currency: str) -> PaymentForm:
    """Raises `FormInvalid`."""
    errors, amount = {}, Money(0, currency)
    try:
        amount = Money.parse(fields.get("amount", ""), currency)
    except ValueError:
        errors["amount"] = _("Please write an amount such as 12.50.")
    if "amount" not in errors and amount.minor <= 0:
        errors["amount"] = _("Please write an amount such as 12.50.")
    reference = " ".join(fields.get("reference", "").split())
    if len(reference) > 200:
        errors["reference"] = _("Please shorten this: it has room for 200 characters.")
    if errors:
        raise FormInvalid(errors)
    return PaymentForm(amount, reference or None)


def read_return_reason(fields: Mapping[str, str]) -> str:
    """Raises `FormInvalid` for none of them."""
    reason = fields.get("reason", "")
    if reason not in RETURN_REASONS:
        raise FormInvalid({"reason": _("Please say why it came back.")})
    return reason


def read_way_back(fields: Mapping[str, str]) -> str:
    """Who pays back: the provider, or a person at the bank. Raises `FormInvalid` for neither."""
    way = fields.get("way", "")
    if way not in PAYING_BACK:
        raise FormInvalid({"way": _("Please say how it is paid back.")})
    return way


@dataclass(frozen=True, slots=True)
class ExportForm:
    """Which records, of which days (the shop's, both included), of which seller."""

    kind: str
    first: date
    last: date
    seller_id: int | None


def read_export(fields: Mapping[str, str], today: date) -> ExportForm:
    """Days `from` and `until`, or a `month` such as 2026-03; nothing at all is this month. Raises `FormInvalid`."""
    kind = fields.get("kind", KINDS[0])
    month = fields.get("month", "")
    first, last = _day(fields.get("from", "")), _day(fields.get("until", ""))
    errors = {}
    if kind not in KINDS:
        errors["kind"] = _("Please choose one of these.")
    if not (fields.get("from") or fields.get("until")):
        first = _day(f"{month}-01") if month else today.replace(day=1)
        last = first.replace(day=monthrange(first.year, first.month)[1]) if first else None
    if first is None:
        errors["from"] = _("Please give the first day.")
    if last is None:
        errors["until"] = _("Please give the last day.")
    elif first is not None and last < first:
        errors["until"] = _("The last day is before the first.")
    if errors or first is None or last is None:
        raise FormInvalid(errors)
    return ExportForm(kind, first, last, whole_number(fields.get("seller", "")))


def months_before(today: date, count: int = 24) -> list[date]:
    """The first days of this month and of those before it, the newest first."""
    last = today.year * 12 + today.month - 1
    return [date(nth // 12, nth % 12 + 1, 1) for nth in range(last, last - count, -1)]
