"""Both sides' pages: from the form to the stars."""

import gzip
import re
from datetime import date, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from markupsafe import escape

from storefront.core.clock import shop_day, utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail, written
from storefront.core.money import Money
from storefront.repair.advice.cover import signed_dates
from storefront.repair.advice.models import RepairBonus
from storefront.repair.network.models import RepairEntry, SettledQuote
from storefront.repair.referrals import actions, views
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import CUSTOMER, REPAIRER
from tests.factories import make_repairer, make_town

from .makers import EMAIL, NAME, PHONE, TIMES, WORDS, link_of, make_case, make_referral

FIELDS = {
    "name": NAME,
    "email": EMAIL,
    "phone": PHONE,
    "words": WORDS,
    "times": TIMES,
    "way": "drop_off",
    "consent": "yes",
}


def refer_url(repairer, **case) -> str:
    args = "&".join(f"{name}={value}" for name, value in make_case(**case).args().items())
    return f"/repair/refer?repairer={repairer.slug}&{args}"


def only_referral() -> Referral:
    db.session.expire_all()
    return db.session.scalars(sa.select(Referral)).one()


@pytest.fixture
def repairer(db_session):
    make_town()
    return make_repairer()


def test_a_case_goes_from_the_form_to_the_stars(client, repairer):
    form = client.get(refer_url(repairer))
    assert repairer.name in form.text
    sent = client.submit(form, "/refer", FIELDS)
    assert sent.status_code == 303
    referral = only_referral()
    customer, workshop = link_of(referral, CUSTOMER), link_of(referral, REPAIRER)
    assert sent.location == customer

    def press(url: str, verb: str, fields=None) -> str:
        answer = client.submit(client.get(url), f"do={verb}", fields or {})
        assert (answer.status_code, answer.location) == (303, url)
        return only_referral().state

    assert press(workshop, "accept") == "accepted"
    assert press(workshop, "quote", {"price": "79,90", "quote_note": "original screen"}) == "quoted"
    assert "€79.90" in client.get(customer).text
    assert press(customer, "agree") == "agreed"
    assert press(workshop, "end", {"end": "repaired", "end_note": "good as before"}) == "repaired"
    assert press(customer, "rate", {"stars": "5", "opinion": "Quick and kind"}) == "repaired"
    assert "You gave 5 stars" in client.get(customer).text
    entries = db.session.execute(
        sa.select(RepairEntry.outcome, RepairEntry.words).order_by(RepairEntry.id)
    ).all()
    assert [tuple(entry) for entry in entries] == [
        ("answered", ""),
        ("repaired", ""),
        ("rated_5", "Quick and kind"),
    ]
    price = db.session.execute(sa.select(SettledQuote.price_minor, SettledQuote.fault)).one()
    assert tuple(price) == (7990, "screen")
    mails = db.session.execute(
        sa.select(OutgoingMail.recipient, OutgoingMail.subject).order_by(OutgoingMail.id)
    ).all()
    assert [(mail.recipient == EMAIL, mail.subject.split(": ")[1]) for mail in mails] == [
        (True, "Your repair"), (False, "A device to repair"), (True, "It is taken"),
        (True, "A price for your repair"), (False, "The price is agreed"), (True, "It works again"),
    ]  # fmt: skip


WRONG = [
    ({"name": ""}, "name"),
    ({"name": "x" * 121}, "name"),
    ({"email": "zoe"}, "email"),
    ({"email": "zoe@example.org, a@b.example"}, "email"),
    ({"phone": "call me"}, "phone"),
    ({"phone": "123456" + "-" * 60}, "phone"),
    ({"words": " "}, "words"),
    ({"words": "x" * 1001}, "words"),
    ({"times": "x" * 201}, "times"),
    ({"way": "by-pigeon"}, "way"),
    ({"way": "at_home"}, "way"),
    ({"consent": None}, "consent"),
]


@pytest.mark.parametrize(("changed", "field"), WRONG)
def test_what_is_missing_is_said_beside_it_and_nothing_is_lost(client, repairer, changed, field):
    answer = client.submit(client.get(refer_url(repairer)), "/refer", {**FIELDS, **changed})
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    kept = {"times": TIMES, "words": WORDS, "phone": PHONE}
    assert [value for name, value in kept.items() if name != field and escape(value) not in answer.text] == []
    assert db.session.scalar(sa.select(sa.func.count(Referral.id))) == 0


def test_the_same_form_twice_is_one_referral(client, repairer):
    form = client.get(refer_url(repairer))
    first, second = (client.submit(form, "/refer", FIELDS) for _press in range(2))
    assert first.location == second.location
    assert only_referral().state == "sent"


def test_a_form_whose_key_was_tampered_with_is_asked_for_again(client, repairer):
    answer = client.submit(client.get(refer_url(repairer)), "/refer", {**FIELDS, "key": "x"})
    assert answer.status_code == 422
    assert client.submit(answer, "/refer", {"consent": None}).status_code == 422
    # The page has made a new one.
    assert client.submit(answer, "/refer").status_code == 303


def test_whoever_does_not_mend_such_things_is_no_form_opened_for(client, repairer):
    page = client.get(refer_url(repairer, category="tvs", fault="other"))

    assert page.status_code == 409
    assert "take such devices at the moment. Please choose another one." in page.text
    assert 'name="consent"' not in page.text
    assert 'href="/repair/repairers?category=tvs' in page.text
    assert client.get(refer_url(repairer)).status_code == 200


def test_a_repairer_that_nobody_can_be_called_is_not_found(client, db_session):
    address = "/repair/refer?category=smartphones&fault=screen&repairer="
    assert {client.get(address + slug).status_code for slug in ("%00", "A%20B", "x" * 2_000)} == {404}


@pytest.mark.parametrize(
    "values",
    [
        {"standing": "suspended"}, {"standing": "applied", "verified_until": None},
        {"standing": "listed", "verified_until": None}, {"verified_until": date(2020, 1, 1)},
    ],
)  # fmt: skip
def test_a_repairer_that_is_not_shown_gets_no_case(client, db_session, values):
    assert client.get(refer_url(make_repairer(**values))).status_code == 404


def test_a_repairer_that_was_suspended_meanwhile_gets_no_case(client, repairer):
    form = client.get(refer_url(repairer))
    repairer.standing = "suspended"
    assert client.submit(form, "/refer", FIELDS).status_code == 404
    assert db.session.scalar(sa.select(sa.func.count(Referral.id))) == 0


def test_a_repairer_of_other_things_gets_no_phone(client, db_session):
    make_town()
    repairer = make_repairer()
    form = client.get(refer_url(repairer))
    repairer.categories[0].category = "laptops"
    db.session.commit()
    answer = client.submit(form, "/refer", FIELDS)
    assert (answer.status_code, "choose another one" in answer.text) == (409, True)
    assert escape(WORDS) in answer.text


@pytest.mark.parametrize("query", ["", "category=x", "category=smartphones", "category=smartphones&fault=x"])
def test_an_address_that_says_nothing_leads_to_the_questions(client, repairer, query):
    answer = client.get(f"/repair/refer?repairer={repairer.slug}&{query}")
    assert (answer.status_code, answer.location.startswith("/repair")) == (303, True)


def test_one_mailbox_is_written_to_a_few_times_an_hour(client, repairer):
    answers = [
        client.submit(client.get(refer_url(repairer)), "/refer", FIELDS).status_code for _form in range(6)
    ]
    assert answers == [303] * 5 + [429]


def test_a_form_needs_its_token(client, repairer):
    assert client.post(refer_url(repairer), data=FIELDS).status_code == 400


def test_who_saw_an_older_page_is_told_and_nothing_is_done(client, repairer):
    referral = make_referral(repairer, now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    actions.quote(referral_id=referral.id, price=Money(5000, "EUR"), now=utcnow())
    seen = client.get(link_of(referral, CUSTOMER))
    actions.quote(referral_id=referral.id, price=Money(9000, "EUR"), now=utcnow())
    answer = client.submit(seen, "do=agree")
    assert (answer.status_code, only_referral().state) == (409, "quoted")
    assert "Something has happened meanwhile" in answer.text
    assert "Yes, repair it for €90" in answer.text
    assert client.submit(answer, "do=agree").status_code == 303


@pytest.mark.parametrize(
    ("verb", "fields", "wrong"),
    [
        ("quote", {"price": "a lot"}, "price"), ("quote", {"price": "0"}, "price"),
        ("quote", {"price": "10001"}, "price"),
        ("quote", {"price": "-5"}, "price"), ("propose", {"day": "2001-01-01", "time": "10:00"}, "day"),
        ("propose", {"day": "soon", "time": ""}, "day"), ("propose", {"day": "9999-12-31", "time": "23:59"}, "day"),
        ("end", {"end": "exploded"}, "end"), ("end", {"end": "no_show", "end_note": "x" * 301}, "end_note"),
        ("decline", {"reason": ""}, "reason"), ("decline", {"reason": "x" * 301}, "reason"),
    ],
)  # fmt: skip
def test_what_a_repairer_mistypes_is_said_beside_it(client, repairer, verb, fields, wrong):
    referral = make_referral(repairer, now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    answer = client.submit(client.get(link_of(referral, REPAIRER)), f"do={verb}", fields)
    assert answer.status_code == 422
    assert f'id="e-{wrong}"' in answer.text
    assert only_referral().state == "accepted"


def test_a_time_is_proposed_by_the_shops_clock_and_shown_to_both(client, repairer):
    referral = make_referral(repairer, now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    day = (utcnow() + timedelta(days=3)).date()
    typed = {"day": str(day), "time": "14:30", "meeting_note": "ring twice"}
    assert client.submit(client.get(link_of(referral, REPAIRER)), "do=propose", typed).status_code == 303
    for side in (CUSTOMER, REPAIRER):
        page = client.get(link_of(referral, side)).text
        assert (", 14:30" in page, "ring twice" in page) == (True, True)


def test_another_way_to_the_next_repairer_is_named_before_the_press(client, db_session):
    make_town()
    second = make_repairer(drop_off=False)
    referral = make_referral(now=utcnow(), way="drop_off")
    actions.decline(referral_id=referral.id, note="No time", now=utcnow())
    page = client.get(link_of(referral, CUSTOMER))
    assert "with this one you would send it by parcel" in page.text
    # Meanwhile they take nothing by mail any more: nobody said so, so nothing is handed on.
    second.drop_off, second.mail_in = True, False
    db.session.flush()
    late = client.submit(page, "/next")
    assert (late.status_code, "in another way by now" in late.text) == (409, True)
    assert "One thing changes" not in late.text
    assert client.submit(late, "/next").status_code == 303
    ways = db.session.scalars(sa.select(Referral.way).order_by(Referral.id)).all()
    assert ways == ["drop_off", "drop_off"]


def test_the_next_repairer_takes_it_as_wished_where_one_does(client, db_session):
    make_town()
    make_repairer(name="By post alone", drop_off=False)
    make_repairer(name="At the counter", mail_in=False, lat=47.3)
    referral = make_referral(now=utcnow(), way="drop_off")
    actions.decline(referral_id=referral.id, note="No time", now=utcnow())
    page = client.get(link_of(referral, CUSTOMER)).text
    assert ("Hand my case to At the counter" in page, "One thing changes" in page) == (True, False)


BONUS = {"country": "FR", "category": "smartphones", "currency": "EUR", "source": "QualiRépar"}


@pytest.mark.parametrize(
    ("label", "firm", "guaranteed_days", "price", "bonus"),
    [
        (True, False, None, 10000, 2500), (False, False, None, 10000, 0), (True, True, None, 10000, 0),
        (True, False, None, 4999, 0),
        # Still guaranteed on its last day; since the day before, no more.
        (True, False, 0, 10000, 0), (True, False, -1, 10000, 2500),
    ],
)  # fmt: skip
def test_the_bonus_stands_beside_the_price_where_it_is_due(
    client, db_session, label, firm, guaranteed_days, price, bonus
):
    today = shop_day(utcnow())
    db.session.add(RepairBonus(**BONUS, amount_minor=2500, minimum_minor=5000, since=today))
    case = {"firm": firm, "covered": covered(guaranteed_days)}
    referral = make_referral(make_repairer(bonus_label=label), now=utcnow(), case=case)
    actions.accept(referral_id=referral.id, now=utcnow())
    actions.quote(referral_id=referral.id, price=Money(price, "EUR"), now=utcnow())
    assert referral.bonus_minor == bonus
    pages = [client.get(link_of(referral, side)).text for side in (CUSTOMER, REPAIRER)]
    assert ["of repair bonus" in page for page in pages] == [bool(bonus)] * 2


def covered(days: int | None) -> str:
    """What an address says of a device whose legal guarantee ends in so many days."""
    return "" if days is None else signed_dates(shop_day(utcnow()) + timedelta(days), None)


def test_a_covered_device_stays_so_with_the_next_repairer_by_hand_and_by_a_press(client, db_session):
    make_town()
    second = make_repairer(bonus_label=True)
    referral = make_referral(now=utcnow(), case={"covered": covered(3)})
    actions.decline(referral_id=referral.id, note="No time", now=utcnow())
    page = client.get(link_of(referral, CUSTOMER))
    (by_hand,) = re.findall(r'href="(/repair/repairers[^"]+)"', page.text)
    assert (second.name in client.get(unescape(by_hand)).text, referral.covered) == (True, True)
    assert "Repair bonus" not in client.get(unescape(by_hand)).text
    assert client.submit(page, "/next").status_code == 303
    following = db.session.scalars(sa.select(Referral).where(Referral.previous_id == referral.id)).one()
    assert following.covered


@pytest.mark.parametrize(("days", "told"), [(0, True), (-1, False), (None, False)])
def test_who_pays_for_what_a_guarantee_would_mend_is_told_so(client, repairer, days, told):
    form = client.get(refer_url(repairer, covered=covered(days)))
    assert ("whoever sold it mends it for free" in form.text) == told
    assert client.submit(form, "/refer", FIELDS).status_code == 303
    page = client.get(link_of(only_referral(), REPAIRER)).text
    assert ("Under guarantee still: no repair bonus" in page) == told


def test_the_database_holds_no_bonus_for_a_device_under_guarantee(db_session):
    referral = make_referral(now=utcnow(), case={"covered": covered(3)})
    referral.quote_minor, referral.bonus_minor = 10_000, 2_500
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_a_bonus_of_last_years_table_is_no_part_of_a_price(db_session):
    db.session.add(RepairBonus(**BONUS, amount_minor=2500, minimum_minor=0, since=date(2020, 1, 1)))
    referral = make_referral(make_repairer(bonus_label=True), now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    actions.quote(referral_id=referral.id, price=Money(10000, "EUR"), now=utcnow())
    assert referral.bonus_minor == 0


MAY = "It may take €25 off (amount of 2020: ask the repairer)."
APART = "The price is before the repair bonus."


@pytest.mark.parametrize(
    ("label", "firm", "guaranteed_days", "since", "price", "asked", "said"),
    [
        # label, firm, covered, amount of this year: is the price asked for before it, and what is said beside it
        (True, False, None, False, 12000, True, "may"),
        (True, False, None, True, 12000, True, "counted"),
        (True, False, None, False, 4999, True, "nothing"),
        (False, False, None, False, 12000, False, "nothing"),
        (True, True, None, False, 12000, False, "nothing"),
        (True, False, 3, False, 12000, False, "nothing"),
        (True, False, -1, False, 12000, True, "may"),
    ],
)
def test_one_answer_about_the_bonus_on_both_sides_pages_and_in_the_mail(
    client, db_session, label, firm, guaranteed_days, since, price, asked, said
):
    db.session.execute(sa.delete(RepairBonus))
    first = shop_day(utcnow()) if since else date(2020, 1, 1)
    db.session.add(RepairBonus(**BONUS, amount_minor=2500, minimum_minor=5000, since=first))
    case = {"firm": firm, "covered": covered(guaranteed_days)}
    referral = make_referral(make_repairer(bonus_label=label), now=utcnow(), case=case)
    actions.accept(referral_id=referral.id, now=utcnow())
    form = client.get(link_of(referral, REPAIRER)).text
    actions.quote(referral_id=referral.id, price=Money(price, "EUR"), now=utcnow())
    customer, workshop = (client.get(link_of(referral, side)).text for side in (CUSTOMER, REPAIRER))
    news = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
    mail, _html = written(news)

    assert ("Before the repair bonus: what that pays is said" in form) == asked
    may, counted = said == "may", said == "counted"
    assert [MAY in text for text in (customer, mail, workshop)] == [may, may, False]
    assert [APART in text for text in (customer, mail, workshop)] == [may] * 3
    assert ["of repair bonus" in page for page in (customer, workshop)] == [counted] * 2
    left = "€95" if counted else "€120" if price == 12000 else "€49.99"
    assert f"Yes, repair it for {left}" in customer


def test_the_customer_reads_the_last_answer_with_the_state_and_the_repairer_what_waits(client, repairer):
    referral, now = make_referral(repairer, now=utcnow()), utcnow()

    def above(side: str) -> str:
        """The page down to its log."""
        return client.get(link_of(referral, side)).text.partition("What happened")[0]

    assert ["Waiting for you" in above(side) for side in (CUSTOMER, REPAIRER)] == [False, True]
    actions.accept(referral_id=referral.id, now=now)
    actions.quote(referral_id=referral.id, price=Money(5000, "EUR"), note="copy of a screen", now=now)
    actions.quote(referral_id=referral.id, price=Money(9000, "EUR"), note="original screen", now=now)
    assert ("original screen" in above(CUSTOMER), "copy of a screen" in above(CUSTOMER)) == (True, False)
    actions.agree(referral_id=referral.id, now=now)
    assert "original screen" in above(CUSTOMER)
    actions.not_repairable(referral_id=referral.id, note="It broke in two", now=now)
    assert ("It broke in two" in above(CUSTOMER), "original screen" in above(CUSTOMER)) == (True, False)


def test_the_stars_are_given_once(client, repairer):
    referral = make_referral(repairer, now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    actions.not_repairable(referral_id=referral.id, now=utcnow())
    page = client.get(link_of(referral, CUSTOMER))
    assert client.submit(page, "do=rate", {"stars": "6"}).status_code == 422
    assert [client.submit(page, "do=rate", {"stars": stars}).status_code for stars in "41"] == [303, 409]
    assert only_referral().rating == 4


@pytest.mark.parametrize("side", [CUSTOMER, REPAIRER])
def test_a_page_costs_the_same_however_long_its_log_is(client, repairer, count_sql, side):
    referral = make_referral(repairer, now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    counts = []
    for _round in range(2):
        with count_sql() as statements:
            assert client.get(link_of(referral, side)).status_code == 200
        counts.append(len(statements))
        for price in (5000, 6000, 7000):
            actions.quote(referral_id=referral.id, price=Money(price, "EUR"), now=utcnow())
    assert counts[0] == counts[1]


def test_pages_are_small_private_and_in_french_too(client, repairer):
    referral = make_referral(repairer, now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    for address in (refer_url(repairer), link_of(referral, CUSTOMER), link_of(referral, REPAIRER)):
        for language in ("en", "fr"):
            answer = client.get(f"/{language}{address}")
            assert len(gzip.compress(answer.data)) <= 10_000
            assert "no-store" in answer.headers["Cache-Control"]
            assert 'content="noindex"' in answer.text
            assert "style=" not in answer.text


def test_a_side_that_never_stops_is_stopped(client, repairer, monkeypatch):
    monkeypatch.setattr(views, "_OF_A_SIDE", 2)
    referral = make_referral(repairer, now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    answers = []
    for price in ("10", "20", "30"):
        page = client.get(link_of(referral, REPAIRER))
        answers.append(client.submit(page, "do=quote", {"price": price}).status_code)
    assert answers == [303, 303, 429]
    assert only_referral().quote_minor == 2000
