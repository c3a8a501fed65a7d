"""Words for what a quote is, what happens next, and what happened to it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from .rules import FIRM, OPERATOR

# Lazy, since a list asks for one of them in each row.
_STATES = {
    "proposed": lazy_gettext("Proposals to choose from"),
    "open": lazy_gettext("Held"),
    "ordered": lazy_gettext("Ordered"),
    "declined": lazy_gettext("Declined"),
    "expired": lazy_gettext("No longer held"),
}


def state_label(state: str) -> str:
    """The state of a quote, in a word or two."""
    return str(_STATES[state])


def alternative_label(kind: str) -> str:
    """The sticker of an alternative."""
    return {"value": _("Best value"), "uniform": _("All alike"), "lasting": _("Lasts longest")}[kind]


def alternative_note(kind: str) -> str:
    """What an alternative is after, in a sentence."""
    return {
        "value": _("The least money for what you asked, with each seller's record counted in."),
        "uniform": _("As few models and grades as can be: one charger, one manual, one set of spares."),
        "lasting": _("Security updates for as long as can be, as far as we know them, in few parcels."),
    }[kind]


def version_label(kind: str, side: str, alternative: str) -> str:
    """What a version of a quote is, in its history."""
    if kind == "proposal":
        return _("Proposed: %(what)s", what=alternative_label(alternative)) if alternative else _("Proposed")
    if kind == "chosen":
        chosen = alternative_label(alternative) if alternative else ""
        return _("Chosen: %(what)s", what=chosen) if chosen else _("Chosen")
    return {
        "request": _("Asked for"),
        "adjusted": _("Changed by the shop"),
        "ordered": _("Accepted and ordered"),
        "declined": _("Declined"),
        "expired": _("Ended by the shop") if side == OPERATOR else _("Time was up"),
    }[kind]


def side_label(side: str) -> str:
    """Who did or said something."""
    return {FIRM: _("the firm"), OPERATOR: _("the shop")}.get(side, _("by itself"))


def fewer_devices(units: int) -> str:
    return ngettext("%(num)d device fewer than can be had.", "%(num)d devices fewer than can be had.", units)


def payment_label(method: str) -> str:
    """How the firm means to pay."""
    return {
        "bank-transfer": _("Bank transfer, before the goods are sent"),
        "stripe": _("Card, when ordering"),
        "invoice": _("Invoice, after the goods are sent"),
    }[method]


def refusal(state: str) -> str:
    """Why something can't be done to a quote in this state."""
    return _("This can't be done to the quote any more: it is “%(state)s” now.", state=state_label(state))


def near_label(need: str, units: int) -> str:
    """What would have to give for so many units more of a wish, as a part of a sentence."""
    return {
        "grade": ngettext("%(num)d more in a lower grade", "%(num)d more in a lower grade", units),
        "battery": ngettext(
            "%(num)d more with a weaker battery", "%(num)d more with a weaker battery", units
        ),
        "budget": ngettext("%(num)d more for more money each", "%(num)d more for more money each", units),
        "storage": ngettext("%(num)d more with less storage", "%(num)d more with less storage", units),
        "words": ngettext(
            "%(num)d more without the words besides", "%(num)d more without the words besides", units
        ),
        "date": ngettext("%(num)d more on a later day", "%(num)d more on a later day", units),
        "vat_only": ngettext(
            "%(num)d more whose VAT can't be recovered", "%(num)d more whose VAT can't be recovered", units
        ),
    }[need]
