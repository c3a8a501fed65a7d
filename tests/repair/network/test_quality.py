"""How well repairers do: by the sellers' own sums, from what became of their referrals."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from storefront.core.mail import OutgoingMail
from storefront.repair.network import quality, standings
from storefront.repair.network.actions import note_answer, note_outcome, note_rating
from storefront.repair.network.models import RepairEntry, Repairer
from storefront.repair.network.rules import ANSWERED_WITHIN, OUTCOME_WEIGHTS, OUTCOMES
from storefront.sellers.rules import PRIOR_OF_AN_EMPTY_MARKET, Record, risk
from tests.factories import NOW, make_repairer

TODAY = NOW.date()


def tell(repairer: Repairer, outcome: str, count: int, *, day: date = TODAY) -> None:
    for place in range(count):
        note_outcome(
            repairer_id=repairer.id, reference=f"{outcome}-{day}-{place}", outcome=outcome, day=day, now=NOW
        )


def refreshed(db_session: scoped_session[Any], repairer: Repairer) -> Repairer:
    quality.refresh(today=TODAY)
    db_session.expire_all()
    return repairer


def test_the_risk_is_worked_out_as_a_sellers_is(db_session: scoped_session[Any]) -> None:
    repairer = make_repairer()
    tell(repairer, "repaired", 10)
    tell(repairer, "expired", 2)
    tell(repairer, "declined", 1)
    refreshed(db_session, repairer)

    assert repairer.finished == 13
    assert repairer.bad == pytest.approx(2.3)
    assert repairer.risk == pytest.approx(risk(Record(13, 2.3), PRIOR_OF_AN_EMPTY_MARKET), abs=1e-6)


def test_few_lucky_repairs_beat_no_long_record(db_session: scoped_session[Any]) -> None:
    lucky, proven, silent, new = (make_repairer() for _ in range(4))
    tell(lucky, "repaired", 2)
    tell(proven, "repaired", 80)
    tell(silent, "expired", 6)
    refreshed(db_session, lucky)

    assert proven.risk < lucky.risk < new.risk < silent.risk


def test_who_answers_in_time_stands_before_who_answers_late_and_both_before_silence(
    db_session: scoped_session[Any],
) -> None:
    prompt, late, silent = (make_repairer() for _ in range(3))
    for place in range(8):
        for repairer, after in ((prompt, ANSWERED_WITHIN), (late, ANSWERED_WITHIN + timedelta(seconds=1))):
            reference = f"referral-{place}-answer"
            note_answer(repairer_id=repairer.id, reference=reference, after=after, day=TODAY, now=NOW)
    for repairer in (prompt, late):
        tell(repairer, "repaired", 8)
    tell(silent, "expired", 8)
    refreshed(db_session, prompt)

    assert (prompt.finished, prompt.bad, late.finished, late.bad) == (16, 0.0, 16, 4.0)
    assert prompt.risk < late.risk < silent.risk


def test_the_same_told_twice_counts_once_and_the_later_word_counts(db_session: scoped_session[Any]) -> None:
    repairer = make_repairer()
    for outcome in ("declined", "declined", "repaired"):
        note_outcome(repairer_id=repairer.id, reference="referral-1", outcome=outcome, day=TODAY, now=NOW)

    assert db_session.scalars(select(RepairEntry.outcome)).all() == ["repaired"]


def test_what_is_a_year_old_counts_no_more(db_session: scoped_session[Any]) -> None:
    repairer = make_repairer()
    tell(repairer, "expired", 5, day=TODAY - timedelta(days=365))
    tell(repairer, "repaired", 1, day=TODAY - timedelta(days=364))
    refreshed(db_session, repairer)
    assert (repairer.finished, repairer.bad) == (1, 0.0)

    quality.refresh(today=TODAY + timedelta(days=1))
    db_session.expire_all()
    assert (repairer.finished, repairer.risk) == (0, make_newcomer(db_session).risk)


def make_newcomer(db_session: scoped_session[Any]) -> Repairer:
    return make_repairer(risk=quality.newcomers_risk())


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_can_be_told(db_session: scoped_session[Any], outcome: str) -> None:
    repairer = make_repairer()
    tell(repairer, outcome, 3)
    refreshed(db_session, repairer)

    assert repairer.bad == pytest.approx(3 * OUTCOME_WEIGHTS[outcome])


def test_the_number_of_statements_does_not_grow(db_session: scoped_session[Any], count_sql: Any) -> None:
    counts = []
    for count in (1, 5):
        for _ in range(count):
            tell(make_repairer(), "repaired", 3)
        with count_sql() as statements:
            quality.refresh(today=TODAY)
        counts.append(len(statements))

    assert counts == [4, 4]


@pytest.mark.parametrize("given", [1, 2, 3, 4, 5])
def test_a_rating_is_an_entry_with_its_words(db_session: scoped_session[Any], given: int) -> None:
    repairer = make_repairer()
    note_rating(
        repairer_id=repairer.id, reference="rating-1", stars=given, words="x" * 600, day=TODAY, now=NOW
    )
    entry = db_session.scalars(select(RepairEntry)).one()

    assert (entry.outcome, len(entry.words), entry.hidden) == (f"rated_{given}", 500, False)


@pytest.mark.parametrize(
    ("days_left", "values", "written"),
    [
        (30, {}, 1),
        (0, {}, 1),
        (31, {}, 0),
        (-1, {}, 0),
        (10, {"standing": "suspended"}, 0),
        (10, {"email": ""}, 0),
    ],
)
def test_who_is_reminded_and_once_for_each_end(
    db_session: scoped_session[Any], days_left: int, values: dict[str, Any], written: int
) -> None:
    repairer = make_repairer(verified_until=TODAY + timedelta(days=days_left), **values)
    for _ in range(2):
        standings.remind(today=TODAY, now=NOW)
    assert db_session.scalar(select(func.count()).select_from(OutgoingMail)) == written

    if written:
        repairer.verified_until = TODAY + timedelta(days=20 + days_left - 20 + 1)
        standings.remind(today=TODAY + timedelta(days=1), now=NOW)
        assert db_session.scalar(select(func.count()).select_from(OutgoingMail)) == 2
