"""What happens by itself: reminders, an end to waiting, and both only once."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from storefront.core.database import db
from storefront.core.errors import FormInvalid
from storefront.core.mail import OutgoingMail
from storefront.core.money import Money
from storefront.periodic import TASKS, run_task
from storefront.repair.network.models import RepairEntry
from storefront.repair.referrals import actions, due
from storefront.repair.referrals.forms import read_meeting
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import MEET_WITHIN
from tests.factories import NOW

from .makers import EMAIL, make_claim, make_referral

pytestmark = pytest.mark.usefixtures("db_session")
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def mailed(news: str) -> list[bool]:
    """Whom the mails with this news went to: whether it was the customer."""
    found = db.session.scalars(
        sa.select(OutgoingMail.recipient)
        .where(OutgoingMail.reason.endswith(f"-{news}"))
        .order_by(OutgoingMail.id)
    )
    return [recipient == EMAIL for recipient in found]


def outcomes() -> list[str]:
    return list(db.session.scalars(sa.select(RepairEntry.outcome).order_by(RepairEntry.id)))


def in_state(state: str) -> Referral:
    referral = make_referral()
    if state != "sent":
        actions.accept(referral_id=referral.id, now=NOW)
    if state in ("quoted", "agreed"):
        actions.quote(referral_id=referral.id, price=Money(7990, "EUR"), now=NOW)
    if state == "agreed":
        actions.agree(referral_id=referral.id, now=NOW)
    return referral


@pytest.mark.parametrize(
    ("state", "days", "to_customer"),
    [("sent", 2, False), ("accepted", 2, False), ("quoted", 2, True), ("agreed", 14, False)],
)
def test_whose_turn_it_is_is_reminded_once(state, days, to_customer):
    referral = in_state(state)
    assert due.tick(now=NOW + days * DAY - timedelta(seconds=1)) == (0, 0)
    assert due.tick(now=NOW + days * DAY) == (1, 0)
    assert due.tick(now=NOW + days * DAY + DAY) == (0, 0)
    assert mailed("remind") == [to_customer]
    assert referral.state == state


@pytest.mark.parametrize(
    ("state", "days", "counted"),
    [
        ("sent", 7, ["expired"]),
        ("accepted", 7, ["answered", "expired"]),
        ("quoted", 7, ["answered"]),
        ("agreed", 60, ["answered", "expired"]),
    ],
)
def test_silence_ends_it_and_counts_against_whose_turn_it_was(state, days, counted):
    referral = in_state(state)
    assert due.tick(now=NOW + days * DAY - timedelta(seconds=1))[1] == 0
    assert due.tick(now=NOW + days * DAY) == (0, 1)
    assert (referral.state, outcomes()) == ("expired", counted)
    assert mailed("expired") == [True, False]
    assert due.tick(now=NOW + 2 * days * DAY) == (0, 0)


@pytest.mark.parametrize("answer", ["accept", "decline"])
@pytest.mark.parametrize(("after", "counted"), [(2 * DAY, "answered"), (2 * DAY + SECOND, "answered_late")])
def test_how_soon_an_answer_came_counts_whichever_it_was_and_once(answer, after, counted):
    referral = make_referral()
    no = partial(actions.decline, referral_id=referral.id, note="Too many devices here.")
    if answer == "accept":
        actions.accept(referral_id=referral.id, now=referral.created_at + after)
        # Said no after it had said yes: the first answer is the one that was waited for.
        no(now=referral.created_at + 6 * DAY)
    else:
        no(now=referral.created_at + after)

    assert outcomes() == [counted, "declined"]


def test_a_sellers_answer_to_a_claim_is_no_entry_of_the_network():
    claim = make_claim()
    actions.accept(referral_id=claim.id, now=claim.created_at + DAY)

    assert outcomes() == []


def test_an_answer_begins_the_waiting_anew():
    referral = make_referral()
    actions.accept(referral_id=referral.id, now=NOW + 6 * DAY)
    assert due.tick(now=NOW + 7 * DAY) == (0, 0)
    assert due.tick(now=NOW + 13 * DAY) == (0, 1)


def test_a_time_to_meet_is_waited_for():
    referral = in_state("accepted")
    actions.propose(referral_id=referral.id, at=NOW + 20 * DAY, now=NOW)
    assert due.tick(now=NOW + 21 * DAY) == (0, 0)
    assert due.tick(now=NOW + 22 * DAY) == (1, 0)
    assert due.tick(now=NOW + 27 * DAY) == (0, 1)


def test_a_time_to_meet_leaves_a_price_its_seven_days():
    referral = in_state("accepted")
    actions.propose(referral_id=referral.id, at=NOW + 29 * DAY, now=NOW)
    actions.quote(referral_id=referral.id, price=Money(7990, "EUR"), now=NOW)
    assert due.tick(now=NOW + 2 * DAY) == (1, 0)
    assert due.tick(now=NOW + 7 * DAY - SECOND) == (0, 0)
    assert due.tick(now=NOW + 7 * DAY) == (0, 1)


def test_a_time_to_meet_lies_within_thirty_days(app):
    """By the shop's clock, of which a minute is the smallest part."""
    start = NOW.replace(second=0, microsecond=0)
    zone = ZoneInfo(app.config["SETTINGS"].shop.time_zone)

    def read(at: datetime) -> object:
        here = at.astimezone(zone)
        return read_meeting({"day": f"{here:%Y-%m-%d}", "time": f"{here:%H:%M}"}, now=start)["at"]

    assert read(start + MEET_WITHIN) == start + MEET_WITHIN
    for at in (start + MEET_WITHIN + timedelta(minutes=1), start):
        with pytest.raises(FormInvalid) as refused:
            read(at)
        assert "within the next 30 days" in refused.value.errors["day"]


def test_a_claim_on_a_silent_seller_ends_and_nobody_of_the_network_is_blamed():
    referral = make_claim()
    assert due.tick(now=referral.created_at + 7 * DAY) == (0, 1)
    assert (referral.state, outcomes()) == ("expired", [])


def test_more_than_one_run_takes_are_taken_by_the_next(monkeypatch):
    monkeypatch.setattr(due, "AT_ONCE", 2)
    for _number in range(3):
        make_referral()
    assert [due.tick(now=NOW + 8 * DAY)[1] for _run in range(3)] == [2, 1, 0]


def test_a_reminder_makes_no_open_page_stale():
    referral = make_referral()
    seen = referral.version
    assert due.tick(now=NOW + 3 * DAY) == (1, 0)
    actions.accept(referral_id=referral.id, seen=seen, now=NOW + 3 * DAY)
    assert referral.state == "accepted"


def test_the_server_and_the_command_do_it(app, db_session):
    referral = make_referral()
    db_session.commit()
    task = next(task for task in TASKS if task.name == "look after repairs")
    run_task(app, task)
    db_session.expire_all()
    assert db_session.get_one(Referral, referral.id).state == "expired"


def test_the_commands_say_what_they_did(app):
    with app.app_context():
        make_referral()
        db.session.commit()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["repair", "tick"]).output == "0 reminded, 1 ended.\n"
    assert runner.invoke(args=["repair", "purge"]).output == "0 referrals blanked.\n"
