"""Who learns what, and until when: only the chosen repairer, only after its yes, nobody after ninety days."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import Base, db
from storefront.core.mail import OutgoingMail, as_message, send_waiting, written
from storefront.core.money import Money
from storefront.personal.actions import close
from storefront.personal.everything import everything
from storefront.repair.referrals import actions, due
from storefront.repair.referrals.models import Referral, ReferralEvent
from storefront.repair.referrals.rules import BLANK_AFTER, CUSTOMER, READABLE_FOR, REPAIRER
from storefront.repair.referrals.tokens import token_of
from tests.factories import make_model, make_person, make_repairer, make_town

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


# What the purge leaves in each column; a new column is to be thought about here.
STAYS, SET = object(), object()
AFTERWARDS: dict[str, dict[str, object]] = {
    "referral": {
        **dict.fromkeys(("name", "email", "phone", "words", "times", "place_text", "town", "rating_words"), ""),
        **dict.fromkeys(("customer_hash", "repairer_hash", "person_id", "blank_at"), None),
        "device": "", "nonce": "", "idempotency_key": "blanked-{id}", "blanked_at": SET,
        # Of the trade: what, in which country, by whom, how it went, when, and for how much.
        **dict.fromkeys((
            "id", "kind", "state", "repairer_id", "seller_id", "line_id", "place", "previous_id", "language", "way",
            "country", "firm", "agreed_at", "category", "model_id", "fault", "legal_until", "seller_until",
            "conform_by", "late_at", "compared_minor", "compared_with", "currency", "quote_minor", "bonus_minor",
            "meeting_at", "rating", "created_at", "moved_at", "answered_at", "answered_after", "ended_at", "remind_at",
            "expire_at",
        ), STAYS),
    },
    "referral_event": {
        "person_id": None, "note": "",
        **dict.fromkeys(("id", "referral_id", "at", "side", "verb", "from_state", "to_state", "fact"), STAYS),
    },
    "repair_entry": {
        "words": "",
        **dict.fromkeys(("id", "repairer_id", "reference", "ended_on", "outcome", "hidden", "recorded_at"), STAYS),
    },
    "settled_quote": dict.fromkeys(
        ("id", "repairer_id", "reference", "category", "fault", "price_minor", "settled_on"), STAYS
    ),
}  # fmt: skip
# All that its customer, and whoever wrote about them, typed.
DEVICE, PLACE, OPINION = (
    "The purple one of Zoe",
    "3 impasse des Mouettes, 44999 Ailleurs",
    "Zoe says: well done",
)
NOTES = ("a time for Zoe at 17 rue Sans-Nom", "a price for Zoe of the choir", "an end for Zoe of Pornichet")
TYPED = (*PERSONAL, DEVICE, PLACE, OPINION, *NOTES)


def rows_of(table: str) -> dict[object, dict[str, object]]:
    """A table's rows by their id."""
    rows = db.session.execute(sa.select(Base.metadata.tables[table])).mappings()
    return {row["id"]: dict(row) for row in rows}


@pytest.fixture
def rated(db_session) -> Referral:
    """A case of somebody with an account that went all the way to the stars, with words at each step."""
    now, person = utcnow(), make_person()
    referral = make_referral(now=now, case={"device": DEVICE, "place_text": PLACE})
    referral.person_id = person.id
    actions.accept(referral_id=referral.id, now=now)
    actions.propose(referral_id=referral.id, at=now + timedelta(days=1), note=NOTES[0], now=now)
    actions.quote(referral_id=referral.id, price=Money(7990, "EUR"), note=NOTES[1], now=now)
    actions.agree(referral_id=referral.id, now=now)
    actions.repaired(referral_id=referral.id, note=NOTES[2], now=now)
    actions.rate(referral_id=referral.id, stars=5, words=OPINION, now=now)
    db.session.execute(sa.update(ReferralEvent).values(person_id=person.id))
    return referral


@pytest.mark.parametrize("table", AFTERWARDS)
def test_each_column_is_known_to_be_blanked_or_to_stay(table):
    assert set(Base.metadata.tables[table].columns.keys()) == set(AFTERWARDS[table])


def test_after_ninety_days_nobody_is_known_any_more(client, rated):
    now = utcnow()
    pages = [link_of(rated, side) for side in (CUSTOMER, REPAIRER)]
    stored = whole_database()
    assert [fact for fact in TYPED if fact not in stored] == []
    assert due.purge(now=now + BLANK_AFTER - timedelta(days=1)) == 0
    assert whole_database() == stored
    before = {table: rows_of(table) for table in AFTERWARDS}
    assert due.purge(now=now + BLANK_AFTER) == 1
    db.session.expire_all()
    stored = whole_database()
    assert [fact for fact in TYPED if fact in stored] == []
    for table, columns in AFTERWARDS.items():
        after = rows_of(table)
        for column, left in columns.items():
            had = {number: row[column] for number, row in before[table].items()}
            has = {number: after[number][column] for number in had}
            if left is STAYS:
                assert has == had, (table, column)
            elif left is SET:
                assert None not in has.values(), (table, column)
            else:
                wanted = left.format(id=rated.id) if isinstance(left, str) else left
                assert set(has.values()) == {wanted}, (table, column)
                # It held something before: else nothing was shown here.
                assert set(had.values()) != {wanted}, (table, column)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert due.purge(now=now + BLANK_AFTER * 2) == 0


def test_the_purge_leaves_others_alone(rated):
    now = utcnow()
    other = make_referral(
        rated.repairer, now=now, case={"device": "A green one", "place_text": "44998 Nowhere"},
        name="Somebody Else", email="else@example.org", phone="+33 1 00 00 00 00", words="A crack", times="At noon",
    )  # fmt: skip
    actions.accept(referral_id=other.id, now=now)
    actions.not_repairable(referral_id=other.id, note="Burnt through", now=now + timedelta(days=1))
    actions.rate(referral_id=other.id, stars=2, words="A pity", now=now + timedelta(days=1))

    def rows_of_other() -> list[object]:
        db.session.expire_all()
        entries = [
            row for row in rows_of("repair_entry").values() if f"referral-{other.id}" in str(row["reference"])
        ]
        events = [row for row in rows_of("referral_event").values() if row["referral_id"] == other.id]
        mails = [row for row in rows_of("outgoing_mail").values() if row["recipient"] == "else@example.org"]
        return [rows_of("referral")[other.id], entries, events, mails]

    kept = rows_of_other()
    assert due.purge(now=now + BLANK_AFTER) == 1
    assert rows_of_other() == kept


def test_a_device_of_a_known_model_keeps_its_models_name(db_session):
    model = make_model(name="Pomme 13 Pro")
    referral = make_referral(now=utcnow(), case={"device": DEVICE, "model_id": model.id})
    actions.cancel(referral_id=referral.id, now=utcnow())
    due.purge(now=utcnow() + BLANK_AFTER)
    assert referral.device == "Pomme 13 Pro"


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


def test_why_the_shop_called_it_off_is_read_by_the_shop_alone(client, db_session):
    person, now, why = make_person(), utcnow(), "He shouts at the telephone"
    referral = make_referral(now=now)
    referral.person_id = person.id
    actions.call_off(referral_id=referral.id, note=why, person_id=None, now=now)
    pages = [client.get(link_of(referral, side)).text for side in (CUSTOMER, REPAIRER)]
    mails = ["".join(written(mail)) for mail in db.session.scalars(sa.select(OutgoingMail))]
    taken = json.dumps(everything(person, now=now))
    assert len(mails) == 4
    assert [text for text in (*pages, *mails, taken) if why in text] == []


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
