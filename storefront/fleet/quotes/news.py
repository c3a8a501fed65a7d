"""What mails about a quote say, by what happened: to the firm that asked, and to the shop's operator."""

from flask import current_app
from flask_babel import gettext as _

from .models import Quote
from .sums import sums_of

# Who reads a mail.
FIRM, OPERATOR = "firm", "operator"
# What happened, and which of the two is told of it.
READERS = {
    "made": (FIRM,),
    "open": (FIRM, OPERATOR),
    "adjusted": (FIRM,),
    "said-by-firm": (OPERATOR,),
    "said-by-operator": (FIRM,),
    "soon": (FIRM,),
    "expired": (FIRM,),
    "declined": (OPERATOR,),
    "ordered": (FIRM, OPERATOR),
}


def subject(quote: Quote, side: str, news: str) -> str:
    """It names the quote, and nobody."""
    number = quote.number
    if side == OPERATOR:
        return {
            "open": _("A firm holds units: quote %(number)s", number=number),
            "said-by-firm": _("A firm writes about quote %(number)s", number=number),
            "declined": _("Declined: quote %(number)s", number=number),
            "ordered": _("Ordered: quote %(number)s", number=number),
        }[news]
    return {
        "made": _("Your proposals: quote %(number)s", number=number),
        "open": _("Held for you: quote %(number)s", number=number),
        "adjusted": _("We have changed quote %(number)s", number=number),
        "said-by-operator": _("An answer about quote %(number)s", number=number),
        "soon": _("Held until soon: quote %(number)s", number=number),
        "expired": _("No longer held: quote %(number)s", number=number),
        "ordered": _("Ordered: quote %(number)s", number=number),
    }[news]


def sentences(quote: Quote, side: str, news: str) -> list[str]:
    """The mail, a paragraph each."""
    if side == OPERATOR:
        return [
            {
                "open": _("A firm has chosen a proposal; its units are held. %(sum)s", sum=_in_all(quote)),
                "said-by-firm": _(
                    "There is a new message on the quote. The answer goes to the firm by mail."
                ),
                "declined": _(
                    "The firm doesn't take it; what was held is on sale again. Its reason is on the page."
                ),
                "ordered": _(
                    "The firm has accepted it, and the order is placed. %(sum)s", sum=_in_all(quote)
                ),
            }[news]
        ]
    return [
        *_to_firm(quote, news),
        _(
            "All about it, and what you can do, is on this page. Keep its address to yourself: it needs no password."
        ),
    ]


def _to_firm(quote: Quote, news: str) -> list[str]:
    until = current_app.jinja_env.filters["weekday_moment"](quote.expires_at) if quote.expires_at else ""
    return {
        "made": [
            _("We have looked through what is in stock: up to three ways to do it, side by side."),
            _(
                "Nothing is held yet. Once you choose one, its units are kept for you while you make up your mind."
            ),
        ],
        "open": [
            _("The units are held for you until %(time)s. %(sum)s", time=until, sum=_in_all(quote)),
            _(
                "Until then nobody else can buy them, and no price moves. Accept it on the page when you are ready."
            ),
        ],
        "adjusted": [
            _("We have changed your quote. It holds until %(time)s. %(sum)s", time=until, sum=_in_all(quote)),
            _("What changed, and why, is on the page, beside what it was before."),
        ],
        "said-by-operator": [_("We have answered you on the page of your quote.")],
        "soon": [
            _("Your units are held until %(time)s. After that they go back on sale.", time=until),
            _("Not ready yet? Write to us on the page: we can often hold them a little longer."),
        ],
        "expired": [
            _("Time is up, and the units are on sale again. No harm done, and nothing is owed."),
            _("One press on the page makes new proposals from today's stock."),
        ],
        "ordered": [
            _(
                "Thank you! The quote has become an order, and each seller sends its part. %(sum)s",
                sum=_in_all(quote),
            ),
            _("The order's own mail tells how to pay, and when things arrive."),
        ],
    }[news]


def _in_all(quote: Quote) -> str:
    """What the version in force comes to, in a sentence; empty where none is."""
    version = quote.in_force
    if version is None:
        return ""
    money = current_app.jinja_env.filters["money"]
    return _("It comes to %(money)s in all, VAT and delivery included.", money=money(sums_of(version).total))
