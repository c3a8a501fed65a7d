"""Why an offer is first: no word about a rival that its record does not bear out."""

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalog.reasons import sentence
from storefront.catalog.rules import Reason, Rival, reason
from storefront.sellers.rules import Record, risk

PRIOR = (2.0, 48.0)


def offer(id: int, price: int, record: Record, worth: float, *, probation: bool = False) -> Rival:
    return Rival(id, price, risk(record, PRIOR), worth, probation, record=record)


def why(first: Record, cheapest: Record, *, dearer: int = 7, probation: bool = False) -> Reason:
    """Why an offer is first that is so many percent dearer than the cheapest."""
    best = offer(1, 100_00 + dearer * 100, first, 0.6)
    return reason(best, [best, offer(2, 100_00, cheapest, 0.5, probation=probation)])


@pytest.mark.parametrize(
    ("first", "cheapest", "probation", "kind"),
    [
        # The reviewer's newcomer: no bad line of 7, against 2.5 of 544.
        (Record(544, 2.5), Record(7, 0.0), True, "longer"),
        # On probation with a bad record even: it is short, and that is all there is to say.
        (Record(544, 2.5), Record(7, 3.0), True, "longer"),
        (Record(544, 2.5), Record(29, 3.0), False, "longer"),
        # A record long enough, and no worse than the first one's.
        (Record(544, 2.5), Record(60, 0.0), False, "longer"),
        (Record(600, 6.0), Record(60, 0.6), False, "longer"),
        (Record(544, 2.5), Record(60, 6.0), False, "safer"),
        (Record(200, 0.0), Record(400, 16.0), False, "safer"),
        # The first one's own record is too short to boast of.
        (Record(12, 0.0), Record(400, 30.0), False, "value"),
        (Record(0, 0.0), Record(0, 0.0), True, "value"),
    ],
)
def test_what_is_said_of_the_cheapest_follows_from_its_record(first, cheapest, probation, kind):
    assert why(first, cheapest, probation=probation).kind == kind


@pytest.mark.parametrize(
    ("first", "cheapest", "kind"),
    [
        (Record(544, 2.5), Record(60, 6.0), "far_safer"),
        (Record(544, 2.5), Record(7, 0.0), "far_longer"),
        (Record(12, 0.0), Record(400, 30.0), "value"),
    ],
)
def test_far_dearer_ones_are_no_bolder(first, cheapest, kind):
    assert why(first, cheapest, dearer=40).kind == kind


records = st.integers(0, 900).flatmap(
    lambda finished: st.builds(Record, st.just(finished), st.floats(0, finished))
)


@given(records, records, st.integers(1, 80), st.booleans())
def test_nobody_is_said_to_have_more_problems_than_the_record_tells(first, cheapest, dearer, probation):
    told = why(first, cheapest, dearer=dearer, probation=probation)
    if told.kind in ("safer", "far_safer"):
        assert not probation
        assert min(first.finished, cheapest.finished) >= 30
        assert first.bad * cheapest.finished * told.times <= cheapest.bad * first.finished * 1.000001
    if told.kind in ("longer", "far_longer"):
        assert first.finished > cheapest.finished


@pytest.mark.parametrize(
    ("told", "english", "french"),
    [
        (
            Reason("longer", 7),
            "7 % dearer than the cheapest, from a seller with a longer record.",
            "7\u00a0% de plus que la moins chère, chez un vendeur qui a davantage d’expérience ici.",
        ),
        (
            Reason("far_longer", 40),
            "The cheapest costs far less, from a seller with a shorter record: this is better value in the end.",
            "La moins chère coûte bien moins, mais son vendeur a moins d’expérience ici\u00a0: "
            "au bout du compte, celle-ci vaut mieux.",
        ),
        (
            Reason("far_safer", 40),
            "The cheapest costs far less, from a seller with more problems: this is better value in the end.",
            "La moins chère coûte bien moins, mais son vendeur a plus de soucis\u00a0: "
            "au bout du compte, celle-ci vaut mieux.",
        ),
        (
            Reason("value", 7),
            "7 % dearer than the cheapest, and better value in the end.",
            None,
        ),
    ],
)
def test_the_sentences(app, told, english, french):
    with app.test_request_context(), force_locale("en"):
        assert sentence(told) == english
    if french:
        with app.test_request_context(), force_locale("fr"):
            assert sentence(told) == french
