"""Why an offer is first, in a sentence a shopper can check."""

from flask_babel import gettext as _

from .rules import Reason


def sentence(reason: Reason) -> str:
    """The sentence for a card or a product page; "problems" are the bad outcomes of the quality record."""
    if reason.kind in ("safer", "longer", "value"):
        return _dearer(reason)
    sentences = {
        "only": _("The only one in this grade today."),
        "cheapest": _("Best value, and the cheapest, too."),
        "fits": _("The best value among those that fit your filters."),
        "far_safer": _(
            "The cheapest costs far less, from a seller with more problems: this is better value in the end."
        ),
        "far_longer": _(
            "The cheapest costs far less, from a seller with a shorter record: this is better value in the end."
        ),
        "turn": _(
            "Newcomer's turn: one place in ten goes to sellers who have yet to earn a record. The same guarantees."
        ),
        "newcomer": _("From a newcomer on trial: no long record yet, the same guarantees."),
        "cheapest_newcomer": _(
            "The cheapest, from a newcomer on trial: no long record yet, the same guarantees."
        ),
    }
    return sentences[reason.kind]


def _dearer(reason: Reason) -> str:
    compared = _("a longer record") if reason.kind == "longer" else comparison(reason.times)
    if not compared:
        return _(
            "%(percent)d %% dearer than the cheapest, and better value in the end.", percent=reason.percent
        )
    return _(
        "%(percent)d %% dearer than the cheapest, from a seller with %(compared)s.",
        percent=reason.percent,
        compared=compared,
    )


def comparison(times: float) -> str:
    """How the other seller's problems compare: `times` as many as this one's; empty when hardly more."""
    if times >= 3.5:
        return _("a quarter of the problems")
    if times >= 2.5:
        return _("a third of the problems")
    if times >= 1.7:
        return _("half the problems")
    if times >= 1.15:
        return _("%(percent)d %% fewer problems", percent=round(100 * (1 - 1 / times)))
    return ""
