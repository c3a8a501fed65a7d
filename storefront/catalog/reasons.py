"""Why an offer is first, in a sentence a shopper can check."""

from flask_babel import gettext as _

from .rules import Reason


def sentence(reason: Reason) -> str:
    """The sentence for a card or a product page; "problems" are the bad outcomes of the quality record."""
    if reason.kind == "only":
        return str(_("The only one in this grade today."))
    if reason.kind == "newcomer":
        return str(_("A newcomer's turn: a seller on trial, with the same guarantees."))
    if reason.kind == "cheapest":
        return str(_("Best value, and the cheapest, too."))
    if reason.kind == "fits":
        return str(_("The best value among those that fit your filters."))
    compared = comparison(reason.times)
    if not compared:
        return str(_("%(percent)d %% dearer than the cheapest, and better value in the end.", percent=reason.percent))
    return str(
        _(
            "%(percent)d %% dearer than the cheapest, from a seller with %(compared)s.",
            percent=reason.percent,
            compared=compared,
        )
    )


def comparison(times: float) -> str:
    """How the other seller's problems compare: `times` as many as this one's; empty when hardly more."""
    if times >= 3.5:
        return str(_("a quarter of the problems"))
    if times >= 2.5:
        return str(_("a third of the problems"))
    if times >= 1.7:
        return str(_("half the problems"))
    if times >= 1.15:
        return str(_("%(percent)d %% fewer problems", percent=round(100 * (1 - 1 / times))))
    return ""
