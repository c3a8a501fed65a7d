"""Who isn't shown to customers any more learns no stranger's name; what it had taken goes on."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail, written
from storefront.core.money import Money
from storefront.repair.network import standings
from storefront.repair.network.models import RepairEntry
from storefront.repair.network.rules import SUSPEND
from storefront.repair.referrals import actions, due
from storefront.repair.referrals.errors import ReferralRefused
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import CUSTOMER, REPAIRER
from tests.factories import NOW, make_repairer, make_town

from .makers import EMAIL, NAME, PHONE, link_of, make_claim, make_referral

pytestmark = pytest.mark.usefixtures("db_session")
DAY = timedelta(days=1)


def suspend(referral: Referral) -> None:
    """As an operator does."""
    repairer = referral.repairer
    assert repairer is not None
    standings.move(
        repairer_id=repairer.id, move=SUSPEND, reason="Bricks", checked=(), seen=repairer.version, person_id=None,
        today=NOW.date(), now=NOW,
    )  # fmt: skip


def lapse(referral: Referral) -> None:
    assert referral.repairer is not None
    referral.repairer.verified_until = NOW.date() - DAY
    db.session.flush()


@pytest.mark.parametrize("leave", [suspend, lapse])
def test_who_is_not_shown_any_more_takes_no_case_and_learns_no_name(client, leave):
    referral = make_referral()
    page = client.get(link_of(referral, REPAIRER))
    leave(referral)
    if leave is suspend:
        answer = client.submit(page, "do=accept")
        assert (answer.status_code, "You aren&#39;t among the repairers" in answer.text) == (409, True)
        assert [fact for fact in (NAME, EMAIL, PHONE) if fact in answer.text] == []
    with pytest.raises(ReferralRefused, match="goes back to whoever asked"):
        actions.accept(referral_id=referral.id, now=NOW)
    assert (referral.state, referral.answered_at) == ("sent", None)


def test_on_its_last_day_it_still_takes_one():
    referral = make_referral(make_repairer(verified_until=NOW.date()))
    assert due.tick(now=NOW) == (0, 0)
    actions.accept(referral_id=referral.id, now=NOW)
    assert referral.state == "accepted"


@pytest.mark.parametrize("leave", [suspend, lapse])
def test_what_waited_for_it_is_free_for_the_next_one_and_counts_against_nobody(client, leave):
    make_town()
    referral = make_referral()
    second = make_repairer()
    leave(referral)
    assert due.tick(now=NOW) == (0, 1)
    assert due.tick(now=NOW + 8 * DAY) == (0, 0)
    assert (referral.state, db.session.scalars(sa.select(RepairEntry.id)).all()) == ("declined", [])
    told = db.session.scalars(sa.select(OutgoingMail).where(OutgoingMail.reason.endswith("-released"))).all()
    assert [mail.recipient for mail in told] == [EMAIL]
    said = " ".join(written(told[0])[0].split())
    assert f"{second.name} could have a look: on the page, one press hands your case on." in said
    # It ended by the clock of the tests: its links are still to be read.
    referral.ended_at = utcnow()
    db.session.flush()
    page = client.get(link_of(referral, CUSTOMER))
    assert "This repairer takes no cases of ours any more" in page.text
    assert "went back to whoever asked" in " ".join(client.get(link_of(referral, REPAIRER)).text.split())
    assert f"Hand my case to {second.name}" in page.text


@pytest.mark.parametrize("state", ["accepted", "quoted", "agreed"])
def test_what_it_had_taken_goes_on(state):
    referral = make_referral()
    actions.accept(referral_id=referral.id, now=NOW)
    if state != "accepted":
        actions.quote(referral_id=referral.id, price=Money(7990, "EUR"), now=NOW)
    if state == "agreed":
        actions.agree(referral_id=referral.id, now=NOW)
    suspend(referral)
    assert due.tick(now=NOW) == (0, 0)
    actions.not_repairable(referral_id=referral.id, now=NOW)


def test_a_claim_is_its_sellers_whoever_is_suspended():
    claim = make_claim()
    make_repairer(standing="suspended")
    assert due.tick(now=claim.created_at) == (0, 0)
    actions.accept(referral_id=claim.id, now=claim.created_at)


def test_more_than_one_run_releases_are_released_by_the_next(monkeypatch):
    monkeypatch.setattr(due, "AT_ONCE", 2)
    repairer = make_repairer()
    for _number in range(3):
        make_referral(repairer)
    repairer.verified_until = date(2020, 1, 1)
    db.session.flush()
    assert [due.tick(now=NOW)[1] for _run in range(3)] == [2, 1, 0]
