"""What people do to orders by forms: how each form is read, and which action it calls."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from ...core.errors import FormInvalid
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


# An action with all that it needs but who does it, when, and on which version they decided: mypy checks it where it is
# made, and a page that asks twice shows its `keywords`.
Act = partial[Any]
Read = Callable[[Fields, Subject], Act]


@dataclass(frozen=True, slots=True)
class Deed:
    """`read` makes the act from a form, or raises `FormInvalid`. What can't be undone is `confirmed`; what else looks
    like a slip of the hand, by what was read, is `doubtful`. `done` is said afterwards.
    """

    name: str
    read: Read
    done: LazyString
    confirmed: bool = False
    doubtful: Callable[[Subject, Act], bool] = lambda _subject, _act: False


def _accept(_fields: Fields, subject: Subject) -> Act:
    return partial(actions.accept, parcel_id=subject.one.id)


def _ship(fields: Fields, subject: Subject) -> Act:
    errors: dict[str, str] = {}
    link, serials = "", {}
    try:
        link = order_forms.read_tracking(fields)
    except FormInvalid as invalid:
        errors |= invalid.errors
    try:
        serials = order_forms.read_serials(fields, subject.one)
    except FormInvalid as invalid:
        errors |= invalid.errors
    if errors:
        raise FormInvalid(errors)
    return partial(actions.ship, parcel_id=subject.one.id, tracking_url=link, serials=serials)


def _deliver(_fields: Fields, subject: Subject) -> Act:
    return partial(actions.deliver, parcel_id=subject.one.id)


def _track(fields: Fields, subject: Subject) -> Act:
    link = order_forms.read_tracking(fields)
    return partial(actions.change_tracking, parcel_id=subject.one.id, tracking_url=link)


def _serials(fields: Fields, subject: Subject) -> Act:
    serials = order_forms.read_serials(fields, subject.one)
    return partial(actions.change_serials, parcel_id=subject.one.id, serials=serials)


def _has_odd_imei(_subject: Subject, act: Act) -> bool:
    return any(is_doubtful_imei(serial) for serials in act.keywords["serials"].values() for serial in serials)


def _refuse(fields: Fields, subject: Subject) -> Act:
    return partial(actions.refuse, parcel_id=subject.one.id, note=order_forms.read_reason(fields))


def _cancel(fields: Fields, subject: Subject) -> Act:
    order_id, parcel_id = subject.found.order.id, subject.one.id
    note = order_forms.read_reason(fields)
    return partial(actions.cancel, order_id=order_id, parcel_id=parcel_id, note=note)


def _cancel_all(fields: Fields, subject: Subject) -> Act:
    note = order_forms.read_reason(fields)
    return partial(actions.cancel, order_id=subject.found.order.id, note=note)


def _take_back(fields: Fields, subject: Subject) -> Act:
    possible = {line.id for line in subject.one.lines if line.returned_at is None}
    ticked = set(fields.getlist("line"))
    chosen = frozenset(line_id for line_id in possible if str(line_id) in ticked)
    errors, reason = {}, ""
    if not chosen:
        errors["line"] = _("Please tick what came back.")
    try:
        reason = forms.read_return_reason(fields)
    except FormInvalid as invalid:
        errors |= invalid.errors
    if errors:
        raise FormInvalid(errors)
    return partial(actions.return_lines, parcel_id=subject.one.id, line_ids=chosen, reason=reason)


def _refund(fields: Fields, subject: Subject) -> Act:
    form = order_forms.read_reduction(fields, subject.one)
    if not form.delivery and not form.lines:
        raise FormInvalid({"amount": _("Please say how much is to be given back, and for what.")})
    return partial(
        actions.refund_part,
        parcel_id=subject.one.id,
        lines=form.lines,
        delivery=form.delivery,
        reason=form.reason,
    )


def _pay(fields: Fields, subject: Subject) -> Act:
    order = subject.found.order
    form = forms.read_payment(fields, order.currency)
    # Of an order that is paid, the reference tells new money from the same told twice.
    if order.paying.money_came and not form.reference:
        raise FormInvalid({"reference": _("It is paid already: what does the bank call the new payment?")})
    if form.reference and queries.is_known_payment(form.reference, but_of=order.id):
        raise FormInvalid({"reference": _("Another order was paid with this reference.")})
    return partial(actions.mark_paid, order_id=order.id, amount=form.amount, reference=form.reference)


def _is_too_much(subject: Subject, act: Act) -> bool:
    # The customer is told at once, and it waits to be paid back; less is refused anyway.
    return bool(subject.found.order.owed < act.keywords["amount"])


def _unpay(fields: Fields, subject: Subject) -> Act:
    note = order_forms.read_reason(fields)
    return partial(actions.take_back_payments, order_id=subject.found.order.id, note=note)


def _pay_back(fields: Fields, subject: Subject) -> Act:
    note, order_id = " ".join(fields.get("note", "").split()), subject.found.order.id
    if len(note) > 200:
        raise FormInvalid({"note": _("Please shorten this: it has room for 200 characters.")})
    if forms.read_way_back(fields) == forms.BY_HAND:
        return partial(actions.refund_by_hand, order_id=order_id, note=note)
    return partial(actions.refund, order_id=order_id, note=note)


def _note(fields: Fields, subject: Subject) -> Act:
    """A seller's note is one on its parcel; the shop's may be its own."""
    text, mine = order_forms.read_note(fields), [parcel.id for parcel in subject.found.parcels]
    chosen = whole_number(fields.get("parcel", ""))
    if chosen not in mine:
        chosen = None if subject.found.is_whole else mine[0]
    return partial(_write_note, order_id=subject.found.order.id, text=text, parcel_id=chosen)


def _write_note(
    *, order_id: int, text: str, parcel_id: int | None, by: Who, now: datetime, seen: int | None
) -> None:
    # What others do meanwhile is no reason to lose a note.
    del seen
    actions.write_note(order_id=order_id, text=text, parcel_id=parcel_id, by=by, now=now)


ACCEPT = Deed("accept", _accept, lazy_gettext("Accepted: it waits to be sent."))
SHIP = Deed("ship", _ship, lazy_gettext("Noted as sent. The customer knows."), doubtful=_has_odd_imei)
DELIVER = Deed("deliver", _deliver, lazy_gettext("Noted as arrived."))
TRACK = Deed("track", _track, lazy_gettext("The customer has the new link."))
SERIALS = Deed("serials", _serials, lazy_gettext("The serial numbers are noted."), doubtful=_has_odd_imei)
REFUSE = Deed("refuse", _refuse, lazy_gettext("Refused. The customer knows."), confirmed=True)
CANCEL = Deed("cancel", _cancel, lazy_gettext("Cancelled. The customer knows."), confirmed=True)
TAKE_BACK = Deed("take_back", _take_back, lazy_gettext("Noted: it came back."), confirmed=True)
REFUND = Deed("refund", _refund, lazy_gettext("Given back. The log says how much."), confirmed=True)
PAY = Deed("pay", _pay, lazy_gettext("The payment is noted."), doubtful=_is_too_much)
UNPAY = Deed(
    "unpay", _unpay, lazy_gettext("Taken back: the order waits for its money again."), confirmed=True
)
PAY_BACK = Deed("pay_back", _pay_back, lazy_gettext("Noted. The log says how much."), confirmed=True)
CANCEL_ALL = Deed("cancel_all", _cancel_all, lazy_gettext("Cancelled. The customer knows."), confirmed=True)
NOTE = Deed("note", _note, lazy_gettext("Written down."))
