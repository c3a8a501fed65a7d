"""Who learns what, and until when: only the chosen repairer, only after its yes, nobody after ninety days."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import Base, db
from storefront.core.mail import OutgoingMail, as_message, send_waiting, written
from storefront.personal.actions import close
from storefront.personal.everything import everything
from storefront.repair.referrals import actions, due
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import BLANK_AFTER, CUSTOMER, READABLE_FOR, REPAIRER
from storefront.repair.referrals.tokens import token_of
from tests.factories import make_person, make_repairer, make_town

from .makers import EMAIL, NAME, PERSONAL, PHONE, TIMES, WORDS, link_of, make_claim, make_referral

# Who they are; their words are read before the answer.
WHO = (NAME, EMAIL, PHONE)


def told(text: str) -> set[str]:
    """What of the customer a text tells."""
    return {fact for fact in PERSONAL if fact in text}


def whole_database() -> str:
    """Every value of every row, as text."""
    db.session.flush()
    rows = (db.session.execute(sa.select(table)).all() for table in Base.metadata.sorted_tables)
    return "\n".join(str(row) for found in rows for row in found)


def mails_of(repairer) -> list[OutgoingMail]:
    statement = sa.select(OutgoingMail).where(OutgoingMail.recipient == repairer.email)
    return list(db.session.scalars(statement.order_by(OutgoingMail.id)))


@pytest.fixture
def referral(db_session) -> Referral:
    return make_referral(now=utcnow())


def test_before_its_yes_the_repairer_knows_the_device_and_nobody(client, referral):
    page = client.get(link_of(referral, REPAIRER)).text
    assert told(page) == {WORDS, TIMES}
    assert "Pomme 13" in page
    actions.accept(referral_id=referral.id, now=utcnow())
    assert told(client.get(link_of(referral, REPAIRER)).text) == set(PERSONAL)


@pytest.mark.parametrize(
    ("typed", "told_town"),
    [
        ("44000 Nantes", "Nantes"), ("12 rue des Orfèvres, 44000 Nantes", "Loire-Atlantique (44)"),
        ("chez Zoé, 44117 Nulle-Part", "Loire-Atlantique (44)"),
        ("12 rue des Orfèvres, 99123", "99123"), ("12 rue des Orfèvres", ""), ("", ""),
    ],
)  # fmt: skip
def test_before_its_yes_the_repairer_knows_a_town_and_no_address(client, db_session, typed, told_town):
    make_town()
    referral = make_referral(now=utcnow(), case={"place_text": typed})
    assert referral.town == told_town
    (mail,) = mails_of(referral.repairer)
    told_it = client.get(link_of(referral, REPAIRER)).text + "".join((mail.subject, *written(mail)))
    assert [part for part in ("Orfèvres", "chez", "Nulle-Part") if part in told_it] == []


@pytest.mark.parametrize("end", ["decline", "cancel", "not_repairable", "call_off"])
def test_after_the_end_the_repairer_knows_nobody_any_more(client, referral, end):
    verbs: dict[str, dict[str, Any]] = {
        "decline": {"note": "No time"}, "cancel": {}, "not_repairable": {},
        "call_off": {"note": "x", "person_id": None},
    }  # fmt: skip
    actions.accept(referral_id=referral.id, now=utcnow())
    getattr(actions, end)(referral_id=referral.id, now=utcnow(), **verbs[end])
    assert told(client.get(link_of(referral, REPAIRER)).text) == set()
    # Its customer still sees what they wrote.
    assert WORDS in client.get(link_of(referral, CUSTOMER)).text


def test_no_mail_to_a_repairer_names_the_customer(referral):
    repairer = referral.repairer
    actions.accept(referral_id=referral.id, now=utcnow())
    due.tick(now=utcnow() + timedelta(days=3))
    due.tick(now=utcnow() + timedelta(days=9))
    mails = mails_of(repairer)
    assert len(mails) == 3
    for mail in mails:
        assert told("".join((mail.subject, mail.facts, *written(mail)))) == set()


def test_nobody_but_the_chosen_one_is_written_to_or_sees_anything(client, referral):
    other = make_repairer()
    actions.decline(referral_id=referral.id, note="No time", now=utcnow())
    assert mails_of(other) == []
    for token in ("0" * 40, "", "x", link_of(referral, CUSTOMER).rpartition("/")[2]):
        assert client.get(f"/repair/for/{token}").status_code == 404
    assert client.get(f"/repair/{token_of(referral.nonce, REPAIRER)}").status_code == 404


def test_the_next_one_gets_the_case_by_a_press_and_the_first_learns_nothing_of_it(client, referral):
    make_town()
    second = make_repairer()
    actions.decline(referral_id=referral.id, note="No time", now=utcnow())
    page = client.get(link_of(referral, CUSTOMER))
    assert f"Hand my case to {second.name}" in page.text
    moved = client.submit(page, "/next")
    assert moved.status_code == 303
    assert (len(mails_of(second)), len(mails_of(referral.repairer))) == (1, 1)
    following = db.session.scalars(sa.select(Referral).where(Referral.previous_id == referral.id)).one()
    assert moved.location == link_of(following, CUSTOMER)
    assert told(client.get(link_of(following, REPAIRER)).text) == {WORDS, TIMES}
    # Neither is named to the other, and nobody is left to be asked.
    assert second.name not in client.get(link_of(referral, REPAIRER)).text
    actions.decline(referral_id=following.id, note="Nor have I", now=utcnow())
    assert "Hand my case to" not in client.get(link_of(following, CUSTOMER)).text


def test_a_token_does_its_own_sides_verbs_only(client, referral):
    customer, workshop = link_of(referral, CUSTOMER), link_of(referral, REPAIRER)
    field = re.compile('name="csrf_token" value="([^"]+)"')
    found = field.search(client.get(customer).text)
    assert found is not None
    form = {
        "csrf_token": found[1], "seen": str(referral.version), "reason": "x", "price": "10", "stars": "5",
        "day": "2099-01-01", "time": "10:00", "end": "repaired",
    }  # fmt: skip
    wrong = [(customer, verb) for verb in ("accept", "decline", "propose", "quote", "end")]
    wrong += [(workshop, verb) for verb in ("agree", "refuse", "cancel", "rate")]
    wrong += [
        (page, verb)
        for page in (customer, workshop)
        for verb in ("call_off", "expire", "blank", "repaired", "", "x")
    ]
    answers = {(page, verb): client.post(f"{page}?do={verb}", data=form).status_code for page, verb in wrong}
    assert answers == dict.fromkeys(wrong, 404)
    db.session.expire_all()
    assert (referral.state, len(referral.events)) == ("sent", 1)


def test_a_stolen_database_holds_no_link(referral):
    stored = whole_database()
    for side in (CUSTOMER, REPAIRER):
        token = token_of(referral.nonce, side)
        assert len(token) == 40
        assert token not in stored


def test_mails_that_went_out_keep_no_link_and_no_word(app, referral):
    actions.accept(referral_id=referral.id, now=utcnow())
    db.session.commit()
    assert send_waiting(app.config["SETTINGS"]) == 3
    sent = db.session.scalars(sa.select(OutgoingMail)).all()
    assert {(mail.text, mail.html, mail.facts) for mail in sent} == {("", "", "")}


def test_links_die_with_the_referral(client, referral):
    now = utcnow()
    pages = [link_of(referral, side) for side in (CUSTOMER, REPAIRER)]
    actions.cancel(referral_id=referral.id, now=now - READABLE_FOR + timedelta(hours=1))
    assert [client.get(page).status_code for page in pages] == [200, 200]
    referral.ended_at = now - READABLE_FOR
    assert [client.get(page).status_code for page in pages] == [404, 404]


def test_after_ninety_days_nobody_is_known_any_more(client, referral):
    now = utcnow()
    pages = [link_of(referral, side) for side in (CUSTOMER, REPAIRER)]
    actions.accept(referral_id=referral.id, now=now)
    actions.decline(referral_id=referral.id, note=f"{NAME} moved to {PHONE}", now=now)
    stays = make_referral(now=now, name="Somebody Else", email="else@example.org")
    assert told(whole_database()) == set(PERSONAL)
    assert due.purge(now=now + BLANK_AFTER - timedelta(seconds=1)) == 0
    assert told(whole_database()) == set(PERSONAL)
    assert due.purge(now=now + BLANK_AFTER) == 1
    db.session.expire_all()
    # What the other referral's customer wrote is the same words: only who they are is looked for.
    left = whole_database()
    assert [fact for fact in (NAME, EMAIL) if fact in left] == []
    blanked = db.session.get_one(Referral, referral.id)
    assert (blanked.words, blanked.nonce, blanked.customer_hash, blanked.repairer_hash) == (
        "",
        "",
        None,
        None,
    )
    assert {event.note for event in blanked.events} == {""}
    assert [client.get(page).status_code for page in pages] == [404, 404]
    # The figures stay.
    assert (blanked.state, blanked.device, blanked.answered_after) == ("declined", "Pomme 13", 0)
    assert stays.name == "Somebody Else"
    assert due.purge(now=now + BLANK_AFTER * 2) == 0


def test_the_purge_takes_mails_that_never_went_out(referral):
    now = utcnow()
    actions.cancel(referral_id=referral.id, now=now)
    assert db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) == 3
    due.purge(now=now + BLANK_AFTER)
    assert db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) == 0


def test_an_account_takes_its_repairs_along_and_leaves_none_behind(db_session):
    person, now = make_person(), utcnow()
    ended, running = make_referral(now=now), make_referral(now=now)
    ended.person_id = running.person_id = person.id
    actions.cancel(referral_id=ended.id, now=now)
    taken = everything(person, now=now)["repairs"]
    assert [(one["state"], one["name"], one["words"]) for one in taken] == [
        ("sent", NAME, WORDS),
        ("cancelled", NAME, WORDS),
    ]
    assert [event["verb"] for event in taken[1]["log"]] == ["refer", "cancel"]
    close(person_id=person.id, now=now)
    db.session.expire_all()
    assert (ended.name, bool(ended.person_id)) == ("", False)
    # One that is under way goes on; its customer has the link.
    assert (running.name, bool(running.person_id)) == (NAME, False)


def test_a_seller_is_told_of_no_buyer_by_mail(db_session):
    referral = make_claim()
    assert referral.seller is not None
    (mail,) = db.session.scalars(
        sa.select(OutgoingMail).where(
            OutgoingMail.recipient == referral.seller.email, OutgoingMail.reason.startswith("referral-")
        )
    )
    assert told("".join((mail.subject, *written(mail)))) == set()


def test_a_referral_mail_is_one_that_can_be_sent(app, referral):
    for mail in db.session.scalars(sa.select(OutgoingMail)):
        mail.text, mail.html = written(mail)
        message = as_message(mail, app.config["SETTINGS"])
        assert message["To"] in (EMAIL, referral.repairer.email)
        assert re.search(r"http://[^/]+/en/repair/(for/)?[0-9a-f]{40}\n", mail.text)


def test_with_a_new_key_of_the_shop_the_next_mail_has_a_link_that_opens(app, client, referral):
    old = link_of(referral, CUSTOMER)
    app.secret_key = "another key than before, and long enough"
    assert client.get(old).status_code == 200
    actions.accept(referral_id=referral.id, now=utcnow())
    assert link_of(referral, CUSTOMER) != old
    assert [client.get(link).status_code for link in (link_of(referral, CUSTOMER), old)] == [200, 404]
