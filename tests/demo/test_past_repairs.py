"""The demo shop's repairs: in several states, and whole; told to nobody."""

from collections import Counter
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.demo.past_repairs import CLAIMS, STORIES, place_past_repairs
from storefront.demo.tables import customers
from storefront.repair.faults import fault_called
from storefront.repair.network.models import RepairEntry
from storefront.repair.network.rules import CATEGORIES
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import NETWORK

from ..factories import make_brand, make_category, make_model, make_repairer
from ..repair.referrals.makers import delivered_order

NOW = datetime(2026, 11, 25, 15, 20, tzinfo=UTC)


@pytest.fixture
def shop(db_session) -> None:
    """The models that the stories speak of, somebody to repair each, and two phones that arrived."""
    kinds = {"lenovo": "laptops", "apple-macbook": "laptops", "nintendo": "consoles"}
    for slug in {story.model for story in STORIES}:
        kind = next((kind for start, kind in kinds.items() if slug.startswith(start)), "smartphones")
        make_model(slug, slug=slug, brand_id=make_brand("Pomme").id, category_id=make_category(kind).id)
    for _number in range(3):
        make_repairer(categories=CATEGORIES)
    for _claim in CLAIMS:
        delivered_order()


def test_they_are_in_many_states_and_every_story_has_begun(shop):
    assert place_past_repairs(now=NOW) == len(STORIES) + len(CLAIMS)
    states = Counter(db.session.scalars(sa.select(Referral.state)))
    assert set(states) >= {
        "sent",
        "accepted",
        "quoted",
        "agreed",
        "repaired",
        "not_repairable",
        "declined",
        "quote_refused",
    }
    assert states["repaired"] >= 4
    outcomes = Counter(db.session.scalars(sa.select(RepairEntry.outcome)))
    assert outcomes["repaired"] >= 4
    assert any(outcome.startswith("rated_") for outcome in outcomes)


def test_their_repairers_read_towns(shop):
    place_past_repairs(now=NOW)
    towns = set(db.session.scalars(sa.select(Referral.town).where(Referral.kind == NETWORK)))
    assert towns == {customers()[story.customer].city for story in STORIES}


def test_nothing_of_them_lies_ahead_and_no_mail_goes_out(shop):
    place_past_repairs(now=NOW)
    latest = db.session.scalars(sa.select(Referral.moved_at).order_by(Referral.moved_at.desc())).first()
    assert latest is not None
    assert latest <= NOW
    reasons = db.session.scalars(sa.select(OutgoingMail.reason)).all()
    assert [reason for reason in reasons if reason.startswith("referral-")] == []


def test_without_repairers_there_are_claims_only(db_session):
    for slug in {story.model for story in STORIES}:
        make_model(slug, slug=slug)
    delivered_order()
    assert place_past_repairs(now=NOW) == 1


def test_stories_speak_of_faults_and_customers_that_there_are():
    kinds = {"lenovo": "laptops", "apple-macbook": "laptops", "nintendo": "consoles"}
    for story in STORIES:
        kind = next((kind for start, kind in kinds.items() if story.model.startswith(start)), "smartphones")
        assert fault_called(kind, story.fault) is not None, story
        assert story.customer < len(customers())
