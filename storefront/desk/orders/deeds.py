"""What people do to orders by forms: how each form is read, and which action it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from ...core.errors import FormInvalid
from ...core.money import Money
from ...core.typed import whole_number
from ...orders import actions
from ...orders import forms as order_forms
from ...orders.desk_order import OrderForDesk
from ...orders.models import Parcel
from ...orders.rules import Who
from ...orders.serials import is_doubtful_imei
from . import forms, queries

Fields = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """An order as somebody may see it, and the parcel that is meant, or none for the order as a whole."""

    found: OrderForDesk
    parcel: Parcel | None

    @property
    def version(self) -> int:
        return self.parcel.version if self.parcel else self.found.order.version

    @property
    def one(self) -> Parcel:
        """The parcel, where the deed is one on parcels."""
        if self.parcel is None:
            raise LookupError("a deed on a parcel was asked of an order")
        return self.parcel

    @property
    def names(self) -> dict[str, int]:
        """The actions' name for it."""
        return {"parcel_id": self.parcel.id} if self.parcel else {"order_id": self.found.order.id}


@dataclass(frozen=True, slots=True)
class Deed:
    """`read` makes the arguments of `act` from a form, or raises `FormInvalid`. What can't be undone is `confirmed`;
    what else looks like a slip of the hand, by what was read, is `doubtful`. `done` is said afterwards.
    """

    name: str
    act: Callable[..., object]
    done: LazyString
    read: Callable[[Fields, Subject], dict[str, Any]] = lambda _fields, _subject: {}
    confirmed: bool = False
    doubtful: Callable[[Subject, dict[str, Any]], bool] = lambda _subject, _given: False


def _cancel_parcel(*, parcel_id: int, order_id: int, **values: Any) -> None:
    actions.cancel(order_id=order_id, parcel_id=parcel_id, **values)


def _read_cancel(fields: Fields, subject: Subject) -> dict[str, Any]:
    return {"order_id": subject.found.order.id, "note": order_forms.read_reason(fields)}


def _read_reason(fields: Fields, _subject: Subject) -> dict[str, Any]:
    return {"note": order_forms.read_reason(fields)}


def _read_tracking(fields: Fields, _subject: Subject) -> dict[str, Any]:
    return {"tracking_url": order_forms.read_tracking(fields)}


def _read_sending(fields: Fields, subject: Subject) -> dict[str, Any]:
    errors: dict[str, str] = {}
    given: dict[str, Any] = {}
    for read in (_read_tracking, _read_serials):
        try:
            given |= read(fields, subject)
        except FormInvalid as invalid:
            errors |= invalid.errors
    if errors:
        raise FormInvalid(errors)
    return given


def _read_serials(fields: Fields, subject: Subject) -> dict[str, Any]:
    return {"serials": order_forms.read_serials(fields, subject.one)}


def _has_odd_imei(_subject: Subject, given: dict[str, Any]) -> bool:
    return any(is_doubtful_imei(serial) for serials in given["serials"].values() for serial in serials)


def _read_returned(fields: Fields, subject: Subject) -> dict[str, Any]:
    possible = {line.id for line in subject.one.lines if line.returned_at is None}
    ticked = set(fields.getlist("line"))
    chosen = frozenset(line_id for line_id in possible if str(line_id) in ticked)
    errors = {}
    if not chosen:
        errors["line"] = _("Please tick what came back.")
    try:
        reason = forms.read_return_reason(fields)
    except FormInvalid as invalid:
        errors |= invalid.errors
    if errors:
        raise FormInvalid(errors)
    return {"line_ids": chosen, "reason": reason}


def _read_refund(fields: Fields, subject: Subject) -> dict[str, Any]:
    form = order_forms.read_reduction(fields, subject.one)
    if not form.delivery and not form.lines:
        raise FormInvalid({"amount": _("Please say how much is to be given back, and for what.")})
    return {"lines": form.lines, "delivery": form.delivery, "reason": form.reason}


def _read_payment(fields: Fields, subject: Subject) -> dict[str, Any]:
    order = subject.found.order
    form = forms.read_payment(fields, order.currency)
    # Of an order that is paid, the reference tells new money from the same told twice.
    if order.paying.money_came and not form.reference:
        raise FormInvalid({"reference": _("It is paid already: what does the bank call the new payment?")})
    if form.reference and queries.is_known_payment(form.reference, but_of=order.id):
        raise FormInvalid({"reference": _("Another order was paid with this reference.")})
    return {"amount": form.amount, "reference": form.reference}


def _is_too_much(subject: Subject, given: dict[str, Any]) -> bool:
    # The customer is told at once, and it waits to be paid back; less is refused anyway.
    return subject.found.order.owed < given["amount"]


def _read_pay_back(fields: Fields, _subject: Subject) -> dict[str, Any]:
    note = " ".join(fields.get("note", "").split())
    if len(note) > 200:
        raise FormInvalid({"note": _("Please shorten this: it has room for 200 characters.")})
    return {"way": forms.read_way_back(fields), "note": note}


def _pay_back(*, way: str, **values: Any) -> Money:
    verb = {forms.BY_PROVIDER: actions.refund, forms.BY_HAND: actions.refund_by_hand}[way]
    return verb(**values)


def _read_note(fields: Fields, subject: Subject) -> dict[str, Any]:
    """A seller's note is one on its parcel; the shop's may be its own."""
    text, mine = order_forms.read_note(fields), [parcel.id for parcel in subject.found.parcels]
    chosen = whole_number(fields.get("parcel", ""))
    if chosen not in mine:
        chosen = None if subject.found.is_whole else mine[0]
    return {"text": text, "parcel_id": chosen}


def _write_note(
    *, order_id: int, text: str, parcel_id: int | None, by: Who, now: datetime, seen: int | None
) -> None:
    # What others do meanwhile is no reason to lose a note.
    del seen
    actions.write_note(order_id=order_id, text=text, parcel_id=parcel_id, by=by, now=now)


ACCEPT = Deed("accept", actions.accept, lazy_gettext("Accepted: it waits to be sent."))
SHIP = Deed(
    "ship",
    actions.ship,
    lazy_gettext("Noted as sent. The customer knows."),
    _read_sending,
    doubtful=_has_odd_imei,
)
DELIVER = Deed("deliver", actions.deliver, lazy_gettext("Noted as arrived."))
TRACK = Deed("track", actions.change_tracking, lazy_gettext("The customer has the new link."), _read_tracking)
SERIALS = Deed(
    "serials",
    actions.change_serials,
    lazy_gettext("The serial numbers are noted."),
    _read_serials,
    doubtful=_has_odd_imei,
)
REFUSE = Deed(
    "refuse", actions.refuse, lazy_gettext("Refused. The customer knows."), _read_reason, confirmed=True
)
CANCEL = Deed(
    "cancel", _cancel_parcel, lazy_gettext("Cancelled. The customer knows."), _read_cancel, confirmed=True
)
TAKE_BACK = Deed(
    "take_back", actions.return_lines, lazy_gettext("Noted: it came back."), _read_returned, confirmed=True
)
REFUND = Deed(
    "refund",
    actions.refund_part,
    lazy_gettext("Given back. The log says how much."),
    _read_refund,
    confirmed=True,
)
PAY = Deed(
    "pay", actions.mark_paid, lazy_gettext("The payment is noted."), _read_payment, doubtful=_is_too_much
)
UNPAY = Deed(
    "unpay",
    actions.take_back_payments,
    lazy_gettext("Taken back: the order waits for its money again."),
    _read_reason,
    confirmed=True,
)
PAY_BACK = Deed(
    "pay_back", _pay_back, lazy_gettext("Noted. The log says how much."), _read_pay_back, confirmed=True
)
CANCEL_ALL = Deed(
    "cancel_all", actions.cancel, lazy_gettext("Cancelled. The customer knows."), _read_reason, confirmed=True
)
NOTE = Deed("note", _write_note, lazy_gettext("Written down."), _read_note)
