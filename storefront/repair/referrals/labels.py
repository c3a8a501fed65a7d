"""Words for what a referral is, whose turn it is, and what happened to it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ..network.rules import AT_HOME, DROP_OFF, MAIL_IN
from .rules import AGREED, CUSTOMER, GUARANTEE, REPAIRER, SENT

# Lazy, since a list asks for one of them in each row.
_STATES = {
    "sent": lazy_gettext("Waiting for the repairer"),
    "accepted": lazy_gettext("Taken on"),
    "quoted": lazy_gettext("Price given"),
    "agreed": lazy_gettext("Price agreed"),
    "repaired": lazy_gettext("Repaired"),
    "not_repairable": lazy_gettext("Not repairable"),
    "no_show": lazy_gettext("Customer didn't come"),
    "declined": lazy_gettext("Declined"),
    "expired": lazy_gettext("No answer in time"),
    "quote_refused": lazy_gettext("Price refused"),
    "cancelled": lazy_gettext("Called off"),
}


def state_label(state: str) -> str:
    """The state of a referral, in a word or two."""
    return str(_STATES[state])


def heading(state: str, side: str) -> str:
    """The state as the page of a side says it: nobody waits for themselves."""
    return _("Waiting for you") if (state, side) == ("sent", REPAIRER) else state_label(state)


def way_label(way: str) -> str:
    return {
        DROP_OFF: _("bring it along"),
        MAIL_IN: _("send it by parcel"),
        AT_HOME: _("have it repaired at home"),
    }[way]


def next_for_customer(state: str, kind: str) -> str:
    """What happens next, in a sentence for the customer."""
    guaranteed = kind == GUARANTEE
    return {
        "sent": _("Your case is there. An answer mostly comes within two days; we ask again if it doesn't."),
        "accepted": _("It will be repaired, and that costs you nothing. The seller says when and how.")
        if guaranteed
        else _("The repairer takes it, and says a price next. Nothing is owed before you agree to one."),
        "quoted": _("There is a price. It is up to you now: nothing happens before you say yes."),
        "agreed": _("You agreed on the price. Now the screwdriver has the word."),
        "repaired": _("It works again. Well done, both of you!"),
        "not_repairable": _("It could not be saved this time. We are sorry."),
        "no_show": _("You didn't meet. It happens: you can start again whenever you like."),
        "declined": _("Not this one, for the reason below."),
        "expired": _("Nobody answered in time, so we stopped waiting."),
        "quote_refused": _("You refused the price. Nothing is owed."),
        "cancelled": _("This is called off. Nothing is owed."),
    }[state]


def next_for_repairer(state: str, kind: str) -> str:
    """What happens next, in a sentence for whoever repairs it."""
    guaranteed = kind == GUARANTEE
    return {
        "sent": _("Can you repair this? Say yes or no; name, mail address and number follow with your yes."),
        "accepted": _("It is under guarantee, so it is free for the customer. Agree on how it gets to you.")
        if guaranteed
        else _("Thank you. Now say a price, or propose a time to look at it first."),
        "quoted": _("Your price is with the customer, who says yes or no."),
        "agreed": _("The price is agreed. Tell us how it ended, once it has."),
        "repaired": _("One device less in a drawer. Thank you!"),
        "not_repairable": _("Thank you for trying, and for saying so."),
        "no_show": _("Noted. It doesn't count against you."),
        "declined": _("Thank you for saying so. It goes back to the shop, which settles it with you.")
        if guaranteed
        else _("Thank you for saying so. The customer is shown others."),
        "expired": _("Nobody answered in time, so it is over here, and goes back to the shop.")
        if guaranteed
        else _("Nobody answered in time, so it is over. The customer is shown others."),
        "quote_refused": _("The customer refused the price. Nothing more to do."),
        "cancelled": _("This is called off. Nothing more to do."),
    }[state]


def how_it_ended(verb: str, before: str, side: str) -> str:
    """What a side is told in place of its state's sentence when `verb` led there from `before`; mostly empty."""
    return {
        ("release", SENT, CUSTOMER): _(
            "This repairer takes no cases of ours any more. Yours is free for another one."
        ),
        ("release", SENT, REPAIRER): _(
            "You aren't among the repairers that we show to customers at the moment, so this went back to whoever "
            "asked."
        ),
        ("cancel", AGREED, CUSTOMER): _(
            "You called it off after you had agreed to the price. What was done or ordered until then, and how your "
            "device comes back, is for the two of you to settle: please get in touch."
        ),
        ("cancel", AGREED, REPAIRER): _(
            "The customer called it off after agreeing to the price. Please stop here; the customer gets in touch "
            "about the device, and about what was done or ordered until then."
        ),
        ("call_off", AGREED, CUSTOMER): _(
            "The shop called it off. How your device comes back is for you and the repairer to settle: please get in "
            "touch."
        ),
    }.get((verb, before, side), "")


def event_label(verb: str, fact: str, *, side: str) -> str:
    """What happened, as both sides' pages say it; `fact` is a price or a time, already in words."""
    if verb == "rate":
        return _("%(stars)s of 5 stars", stars=fact)
    return {
        "refer": _("Case handed over"),
        "accept": _("Taken on"),
        "decline": _("Declined"),
        "propose": _("Time proposed: %(time)s", time=fact),
        "quote": _("Price: %(money)s", money=fact),
        "agree": _("Price agreed: %(money)s", money=fact),
        "refuse": _("Price refused"),
        "repaired": _("Repaired"),
        "not_repairable": _("Not repairable"),
        "no_show": _("Didn't come"),
        "cancel": _("Called off by the customer"),
        "call_off": _("Called off by the shop"),
        "expire": _("No answer in time"),
        "release": _("Back with the customer: the repairer takes no cases any more"),
        "remind": _("Reminded: the customer") if side == CUSTOMER else _("Reminded: the repairer"),
        "late": _("The seller's 30 days are over"),
        "extend": _("Legal guarantee runs until %(day)s now", day=fact),
        "blank": _("Personal data deleted"),
    }[verb]


def refusal(state: str) -> str:
    """Why something can't be done to a referral in this state."""
    return _("This can't be done any more: it is “%(state)s” now.", state=state_label(state))


def law_of_term(country: str) -> str:
    """What gives a seller 30 days."""
    french = _("art. L217-10 of the French consumer code")
    return french if country == "FR" else _("as this shop asks of all its sellers")


def law_of_choice(country: str) -> str:
    """What gives a customer the choice after them."""
    french = _("articles L217-14 to L217-17 of the French consumer code")
    return french if country == "FR" else _("Directive (EU) 2019/771, articles 13 and 16")
