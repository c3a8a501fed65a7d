"""Words for what an order is, and for what can't be done to it."""

from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from . import rules
from .rules import ON_INVOICE, PAY_AT_PICKUP

# Lazy, since a list asks for one of them in each row.
_STATES = {
    "placed": lazy_gettext("Ordered"),
    "paid": lazy_gettext("Paid"),
    "accepted": lazy_gettext("Being prepared"),
    "shipped": lazy_gettext("On its way"),
    "delivered": lazy_gettext("Delivered"),
    "cancelled": lazy_gettext("Cancelled"),
    "refused": lazy_gettext("Cancelled by the seller"),
    "returned": lazy_gettext("Returned"),
    "refunded": lazy_gettext("Paid back"),
}


# What the log says by itself, by its code; an amount stands beside it.
FACTS = {
    rules.UNPAID: lazy_gettext("Not paid in time."),
    rules.WITHDRAWN: lazy_gettext("The customer has withdrawn from the contract."),
    rules.TOO_LATE: lazy_gettext("It came too late, and changes nothing."),
    rules.AT_COUNTER: lazy_gettext("At the counter."),
    rules.TOO_MUCH: lazy_gettext("More came than was owed: the rest is to be paid back."),
    rules.AGAIN: lazy_gettext("It was paid twice: the second time is to be paid back."),
    rules.GONE: lazy_gettext("The money came too late, the units are gone: it is to be paid back."),
    rules.CANCELLED: lazy_gettext("The money came after it was cancelled: it is to be paid back."),
    rules.WRONG_AMOUNT: lazy_gettext("The payment provider was paid another amount than was asked."),
    rules.REFUND_SENT: lazy_gettext("The payment provider has paid it back."),
    rules.REFUND_FAILED: lazy_gettext("The payment provider could not pay it back: find another way."),
    "defect": lazy_gettext("Because of a defect."),
    "wrong_grade": lazy_gettext("Not in the condition that was agreed."),
}


def state_label(state: str, *, pickup: bool = False) -> str:
    """The state of a parcel or an order, in a word or two."""
    if pickup and state == "shipped":
        return _("Ready to pick up")
    if pickup and state == "delivered":
        return _("Picked up")
    return str(_STATES[state])


def shipping_label(method: str) -> str:
    return {
        "standard": _("Standard delivery"),
        "express": _("Express delivery"),
        "pickup": _("Pick up at the seller's"),
    }[method]


def next_step(state: str, *, payment_method: str, pickup: bool) -> str:
    """What happens next, in a sentence for the customer; empty when nothing does."""
    waiting = _("Waiting for your payment. Your device is kept for you until then.")
    if payment_method == PAY_AT_PICKUP:
        waiting = _("The seller gets it ready, and writes to you when you can come. You pay there.")
    if payment_method == ON_INVOICE:
        waiting = _(
            "The seller gets it ready. The invoice comes with it, and says until when it is to be paid."
        )
    on_its_way = _(
        "The carrier has it. When it arrives, try everything: you have 14 days to change your mind."
    )
    if pickup:
        on_its_way = _("It waits for you at the seller's. Bring your order number.")
    return {
        "placed": waiting,
        "paid": _("The seller checks it once more and packs it."),
        "accepted": _("The seller is packing it."),
        "shipped": on_its_way,
        "delivered": _("Enjoy it! If something is wrong, tell the seller: both guarantees run from today."),
        "cancelled": _("Nothing is sent."),
        "refused": _("The seller can't send it after all. We are sorry."),
        "returned": _("It is back at the seller's. Your money follows within 14 days."),
        "refunded": _("Your money is on its way back."),
    }[state]


def refusal(verb: str, state: str) -> str:
    """Why `verb` can't be done to something in `state`."""
    now = state_label(state)
    return {
        "pay": _("This can't be marked as paid: it is “%(state)s” now.", state=now),
        "unpay": _("This payment can't be taken back: it is “%(state)s” now.", state=now),
        "accept": _("This can't be accepted: it is “%(state)s” now.", state=now),
        "ship": _("This can't be sent: it is “%(state)s” now.", state=now),
        "deliver": _("This can't be marked as delivered: it is “%(state)s” now.", state=now),
        "cancel": _("This can't be cancelled any more: it is “%(state)s” now.", state=now),
        "refuse": _("This can't be refused any more: it is “%(state)s” now.", state=now),
        "return": _("This can't be returned: it is “%(state)s” now.", state=now),
        "refund": _("This can't be paid back: it is “%(state)s” now.", state=now),
        "serials": _("Serial numbers can't be changed: it is “%(state)s” now.", state=now),
        "track": _("The carrier's link can't be changed: it is “%(state)s” now.", state=now),
        "reduce": _("Nothing can be given back on this: it is “%(state)s” now.", state=now),
        "revive": _("This can't be taken up again: it is “%(state)s” now.", state=now),
    }[verb]


def country_name(code: str) -> str:
    """`France`, `Allemagne`; a code that nobody named stays as it is."""
    locale = get_locale()
    return str(locale.territories.get(code, code)) if locale else code


def payment_label(method: str) -> str:
    """How it was paid, as a paper says it; a method that is gone by now stays as it was called."""
    return {
        "bank-transfer": _("bank transfer"),
        "pickup": _("at the counter"),
        "stripe": _("card"),
        "invoice": _("on account, by invoice"),
    }.get(method, method)


def reason_label(reason: str) -> str:
    """Why something was taken back: one of the returns' reasons, or what somebody wrote."""
    return {
        "withdrawn": _("withdrawal from the contract"),
        "defect": _("defect"),
        "wrong_grade": _("not in the condition that was agreed"),
    }.get(reason, reason)
