"""A seller has 30 days from the asking to repair or replace (FR: L217-10); after them, its customer may choose."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail, written
from storefront.orders import actions as orders
from storefront.orders.dates import CONFORM_DAYS, conform_by, over_at
from storefront.orders.rules import SELLER as BY_SELLER
from storefront.repair.referrals import actions, due
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.needs import LATE, needs
from storefront.repair.referrals.rules import CUSTOMER, REPAIRER
from tests.factories import NOW, make_person

from ..advice.test_advice import delivered
from .makers import EMAIL, delivered_order, line_of, link_of, make_claim, make_referral

pytestmark = pytest.mark.usefixtures("db_session")
DAY = timedelta(days=1)
# A claim of NOW is told of when the 30th day after it is over in Paris.
OVER = over_at(conform_by(NOW.date()), "Europe/Paris")


def told() -> list[OutgoingMail]:
    wanted = OutgoingMail.reason.endswith("-late")
    return list(db.session.scalars(sa.select(OutgoingMail).where(wanted).order_by(OutgoingMail.id)))


def is_late(referral: Referral, now) -> bool:
    found = sa.select(Referral.id).where(Referral.id == referral.id, needs(LATE, now=now))
    return db.session.scalar(found) is not None


def test_the_term_is_30_days_after_the_asking():
    assert conform_by(date(2026, 3, 1)) == date(2026, 3, 31)
    assert conform_by(date(2028, 2, 1)) == date(2028, 3, 2)
    # By the shop's clock, over the change to summer time.
    assert over_at(date(2026, 3, 29), "Europe/Paris").isoformat() == "2026-03-29T22:00:00+00:00"
    assert make_claim(now=NOW).conform_by == conform_by(NOW.date())


@pytest.mark.parametrize("verb", ["", "accept", "decline", "not_repairable"])
def test_both_are_told_once_when_it_is_over(verb):
    claim = make_claim(now=NOW)
    if verb in ("accept", "not_repairable"):
        actions.accept(referral_id=claim.id, now=NOW + DAY)
    if verb in ("decline", "not_repairable"):
        getattr(actions, verb)(referral_id=claim.id, note="no", now=NOW + DAY)
    due.tick(now=OVER - timedelta(seconds=1))
    assert (told(), is_late(claim, OVER - timedelta(seconds=1))) == ([], False)
    due.tick(now=OVER)
    assert is_late(claim, OVER)
    due.tick(now=OVER + DAY)
    assert [mail.recipient == EMAIL for mail in told()] == [True, False]


def test_the_mail_says_what_may_be_chosen():
    claim = make_claim(now=NOW)
    actions.accept(referral_id=claim.id, now=NOW + DAY)
    due.tick(now=OVER)
    customer, seller = (written(mail)[0] for mail in told())
    choice = ("1 April 2026", "ask for a part of the price back", "send it back", "L217-14")
    for said in (*choice, link_of(claim, CUSTOMER)):
        assert said in " ".join(customer.split()), said
    assert "30 days have passed" in " ".join(seller.split())
    assert link_of(claim, REPAIRER) in seller


@pytest.mark.parametrize("verb", ["repaired", "no_show", "cancel"])
def test_what_is_settled_is_not_late(verb):
    claim = make_claim(now=NOW)
    if verb != "cancel":
        actions.accept(referral_id=claim.id, now=NOW + DAY)
    getattr(actions, verb)(referral_id=claim.id, now=NOW + 2 * DAY)
    due.tick(now=OVER)
    assert (told(), is_late(claim, OVER)) == ([], False)


def test_nor_is_what_went_back():
    order = delivered_order()
    claim = make_claim(order, now=NOW)
    actions.decline(referral_id=claim.id, note="no", now=NOW + DAY)
    line = line_of(order)
    orders.return_lines(
        parcel_id=line.parcel_id, line_ids=[line.id], reason="defect", by=BY_SELLER, now=NOW + 2 * DAY
    )
    due.tick(now=OVER)
    assert (told(), is_late(claim, OVER)) == ([], False)


def test_the_seller_may_still_repair_it_later_and_six_months_come_on_top():
    order = delivered_order()
    claim = make_claim(order, now=NOW)
    actions.accept(referral_id=claim.id, now=NOW + DAY)
    due.tick(now=OVER)
    seen = claim.version
    actions.repaired(referral_id=claim.id, now=OVER + DAY, seen=seen)
    assert "extend" in {event.verb for event in claim.events}
    assert not is_late(claim, OVER + DAY)


def test_the_sellers_own_guarantee_has_no_such_term():
    order = delivered_order(guarantee_months=36)
    claim = make_claim(order, now=NOW + 800 * DAY)
    assert (claim.conform_by, claim.late_at) == (None, None)
    assert (make_referral().conform_by, make_referral().late_at) == (None, None)


@pytest.mark.parametrize(("days_ago", "over"), [(CONFORM_DAYS - 1, False), (CONFORM_DAYS + 1, True)])
def test_the_pages_say_until_when(client, days_ago, over):
    claim = make_claim(delivered(90), now=utcnow() - days_ago * DAY)
    page = client.get(link_of(claim, CUSTOMER)).text
    assert ("30 days ended on" in page) == over
    assert ("L217-14" in page) == over
    assert ("has 30 days from your asking" in page) == (not over)
    assert "30 days from the asking" in client.get(link_of(claim, REPAIRER)).text


def test_a_customer_elsewhere_is_told_no_french_article(client):
    claim = make_claim(delivered(1), now=utcnow())
    claim.country = "BE"
    page = client.get(link_of(claim, CUSTOMER)).text
    assert "L217" not in page
    assert "as this shop asks of all its sellers" in page


def test_who_closed_the_account_is_left_alone():
    person, claim = make_person(), make_claim(now=NOW)
    claim.person_id = person.id
    actions.decline(referral_id=claim.id, note="no", now=NOW + DAY)
    due.forget_person(person_id=person.id, now=NOW + 2 * DAY)
    db.session.expire_all()
    assert claim.late_at is None
    due.tick(now=OVER)
    assert told() == []
