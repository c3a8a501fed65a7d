"""The quality record: told twice it is the same, told differently it is the later, told long ago it is forgotten."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from storefront.core.database import db, transaction
from storefront.sellers.actions import (
    Outcome,
    newcomers_risk,
    quality_records,
    record_outcomes,
    refresh_quality,
)
from storefront.sellers.models import QualityEntry, Seller
from storefront.sellers.rules import OUTCOME_WEIGHTS, PRIOR_OF_AN_EMPTY_MARKET, Record, risk

TODAY = date(2026, 3, 2)


@pytest.fixture
def seller(db_session) -> int:
    return add("usine-seconde")


def add(slug: str) -> int:
    seller = Seller(slug=slug, name=slug, joined_on=TODAY)
    db.session.add(seller)
    db.session.commit()
    return seller.id


def tell(now, seller_id: int, *outcomes: str, since: int = 0, reference: str = "line") -> int:
    with transaction():
        return record_outcomes(
            [
                Outcome(seller_id, f"{reference}-{n}", TODAY - timedelta(days=since), outcome)
                for n, outcome in enumerate(outcomes)
            ],
            now=now,
        )


def test_the_record_is_the_weighted_sum(seller, now):
    told = ("good", "late", "cancelled", "wrong_grade", "defect", "good")
    assert tell(now, seller, *told) == 6
    record = quality_records(today=TODAY)[seller]
    assert record.finished == 6
    assert record.bad == pytest.approx(sum(OUTCOME_WEIGHTS[outcome] for outcome in told))
    assert record.bad == pytest.approx(3.2)


def test_told_twice_it_changes_nothing(seller, now):
    tell(now, seller, "good", "defect")
    before = db.session.execute(sa.select(QualityEntry.__table__)).all()
    assert tell(now + timedelta(days=1), seller, "good", "defect") == 0
    assert db.session.execute(sa.select(QualityEntry.__table__)).all() == before


def test_told_differently_later_the_later_holds(seller, now):
    tell(now, seller, "good", "good")
    assert tell(now, seller, "good", "defect") == 1
    assert quality_records(today=TODAY)[seller] == Record(2, 1.0)


def test_told_twice_in_one_breath_the_later_holds(seller, now):
    with transaction():
        outcomes = [Outcome(seller, "line-1", TODAY, outcome) for outcome in ("good", "late", "defect")]
        assert record_outcomes(outcomes, now=now) == 1
    assert quality_records(today=TODAY)[seller] == Record(1, 1.0)


def test_references_belong_to_their_seller(seller, now):
    other = add("other")
    tell(now, seller, "good")
    assert tell(now, other, "defect") == 1
    assert quality_records(today=TODAY) == {seller: Record(1, 0.0), other: Record(1, 1.0)}


def test_many_at_once(seller, now):
    assert tell(now, seller, *["good", "late"] * 1234) == 2468
    assert quality_records(today=TODAY)[seller] == Record(2468, 617.0)


@pytest.mark.parametrize(
    ("days", "counted"), [(-1, False), (0, True), (1, True), (364, True), (365, False), (366, False)]
)
def test_the_window_is_the_last_365_days(seller, now, days, counted):
    tell(now, seller, "defect", since=days)
    assert quality_records(today=TODAY) == ({seller: Record(1, 1.0)} if counted else {})


def test_nothing_told_changes_nothing(seller, now):
    assert tell(now, seller) == 0


def test_quality_is_refreshed_for_all_and_names_those_that_moved(seller, now):
    other = add("other")
    tell(now, seller, *["good"] * 90, *["defect"] * 10)
    assert sorted(refresh_quality(today=TODAY)) == sorted([seller, other])
    db.session.commit()
    first, second = (db.session.get(Seller, number) for number in (seller, other))
    assert first
    assert second
    assert (first.finished_lines, first.bad_lines) == (100, 10.0)
    assert first.risk == pytest.approx(risk(Record(100, 10.0), PRIOR_OF_AN_EMPTY_MARKET), abs=1e-6)
    assert second.risk == newcomers_risk(today=TODAY)
    assert first.risk > second.risk
    assert refresh_quality(today=TODAY) == []


def test_what_is_long_ago_is_forgiven(seller, now):
    tell(now, seller, *["defect"] * 30)
    refresh_quality(today=TODAY)
    then = TODAY + timedelta(days=400)
    assert refresh_quality(today=then) == [seller]
    db.session.commit()
    assert db.session.scalar(sa.select(Seller.risk)) == newcomers_risk(today=then)
