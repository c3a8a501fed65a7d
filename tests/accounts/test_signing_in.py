"""Signing in: the same answer and time for all, a session of its own, slower for guessers, shut for nobody."""

import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import argon2
import pytest
import sqlalchemy as sa

from storefront.accounts import known, passwords, proving
from storefront.accounts.errors import TooManyTries
from storefront.accounts.forms import read_sign_in
from storefront.accounts.models import Person, SignIn, WrongTries
from storefront.accounts.rules import LONGEST_PASSWORD, OPERATOR_IDLE, SIGN_IN_LASTS
from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.errors import FormInvalid
from tests.factories import make_person
from tests.forging import forged
from tests.signing_in import sign_in

PASSWORD, WRONG = "four words in a row", "not this one, no"
LOU = {"email": "lou@example.com", "password": PASSWORD}


def enter(client, page="/sign-in", **fields):
    return client.submit(client.get(page), "/sign-in", {**LOU, **fields})


@pytest.fixture
def lou(db_session) -> Person:
    person = make_person("lou@example.com", password=PASSWORD)
    db_session.commit()
    return person


def stripped(html: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", html)


def test_known_and_unknown_names_get_the_same_answer(app, lou):
    answers = []
    for email in ("lou@example.com", "nobody@example.com"):
        answer = enter(app.test_client(), email=email, password=WRONG)
        answers.append((answer.status_code, stripped(answer.text).replace(email, "...")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert "go together" in answers[0][1]


def test_known_and_unknown_names_take_the_same_time(app, lou, db_session):
    make_person("empty@example.com")
    db_session.commit()

    # Of each the least of several, by turns, on the thread's own clock: what else the machine does only ever adds.
    least = dict.fromkeys(("lou@example.com", "nobody@example.com", "empty@example.com"), 60.0)
    for email in list(least) * 10:
        with app.test_request_context():
            db.session.execute(sa.delete(WrongTries))
            db.session.commit()
            begin = time.thread_time()
            with pytest.raises(FormInvalid):
                proving.by_password(email=email, password=WRONG, now=utcnow())
            least[email] = min(least[email], time.thread_time() - begin)
    known_name, unknown, without_password = least.values()
    # With no hash to check, it would be a hundredth.
    assert 0.6 < unknown / known_name < 1.6
    assert 0.6 < without_password / known_name < 1.6


def test_the_hash_of_nobody_is_made_like_everybody_s(app):
    assert not passwords.is_dated(passwords.NOBODY)
    with app.app_context():
        assert not passwords.fits("anything at all", "")
        hashed = passwords.hash_password("caf\u00e9 au lait, merci")
        assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert passwords.fits("cafe\u0301 au lait, merci", hashed), "two keyboards, one password"


def test_a_hash_with_old_parameters_is_made_anew(client, db_session):
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    person = make_person("lou@example.com", password_hash=old)
    assert enter(client).status_code == 303
    db_session.expire_all()
    assert person.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert enter(client.application.test_client()).status_code == 303


def test_a_session_planted_before_signing_in_opens_nothing(app, lou, client):
    """Fixation: what somebody else put into this browser is worth nothing to them afterwards."""
    planted = app.test_client()
    planted.get("/sign-in")
    cookie = planted.get_cookie("rebelote").value
    client.set_cookie("rebelote", cookie)
    with client.session_transaction() as session:
        token_before = session["csrf_token"]
    assert enter(client).status_code == 303
    assert planted.get("/account").status_code == 303
    with client.session_transaction() as session:
        assert session.get("csrf_token") != token_before
        assert len(session["_user_id"]) == 32


def test_each_sign_in_has_a_token_of_its_own_and_none_stands_in_the_database(app, lou, db_session):
    tokens = set()
    for _browser in range(3):
        client = app.test_client()
        enter(client)
        with client.session_transaction() as session:
            tokens.add(session["_user_id"])
    kept = set(db_session.scalars(sa.select(SignIn.token_hash)))
    assert len(tokens) == len(kept) == 3
    assert not tokens & kept


def test_a_forged_token_opens_nothing(client, lou):
    enter(client)
    for made_up in ("1", str(lou.id), "", "0" * 64):
        with client.session_transaction() as session:
            session["_user_id"] = made_up
        assert client.get("/account").status_code == 303


def test_a_session_ends_after_its_time(client, db_session):
    person = make_person()
    sign_in(client, person, now=utcnow() - SIGN_IN_LASTS + timedelta(minutes=1))
    assert client.get("/account").status_code == 200
    sign_in(client, person, now=utcnow() - SIGN_IN_LASTS)
    assert client.get("/account").status_code == 303


def test_an_operator_who_went_home_is_signed_out(client, db_session):
    operator = make_person(roles=("operator",))
    sign_in(client, operator, now=utcnow() - OPERATOR_IDLE)
    assert client.get("/account").status_code == 303
    sign_in(client, make_person(), now=utcnow() - OPERATOR_IDLE)
    assert client.get("/account").status_code == 200


def test_being_seen_is_seldom_a_write(client, db_session, count_sql):
    sign_in(client, make_person(), now=utcnow() - timedelta(hours=1))
    with count_sql() as statements:
        client.get("/account/details")
    assert [sql.split()[0] for sql in statements] == ["SELECT", "UPDATE"]
    with count_sql() as statements:
        client.get("/account/details")
    assert [sql.split()[0] for sql in statements] == ["SELECT"]


def test_cookies_are_for_our_server_alone(make_app, db_session, lou):
    client = make_app(
        REBELOTE_SHOP_URL="https://shop.example",
        REBELOTE_CONTACT_COMPANY="Ours",
        REBELOTE_PAYMENT_METHODS="pickup",
    ).test_client()
    sent = enter(client, page="https://localhost/sign-in").headers.getlist("Set-Cookie")
    assert len(sent) == 2
    for cookie in sent:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_signing_out_leaves_nothing_of_the_visit(client, lou):
    enter(client)
    client.set_cookie("cart_items", "3")
    out = client.submit(client.get("/account"), "/sign-out")
    assert out.headers["Location"] == "/"
    assert client.get_cookie("cart_items") is None
    assert client.get_cookie("rebelote") is None
    assert client.get_cookie("known") is not None


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/forgotten", "/sign-out", "/account/password"])
def test_a_form_without_a_token_or_from_elsewhere_is_refused(client, lou, path):
    enter(client)
    assert client.post(path, data=LOU).status_code == 400
    elsewhere = client.post(path, data=LOU, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 400
    assert client.get("/account").status_code == 200


class Clock:
    """Tries at one account in a time of their own, from as many connections as they like."""

    def __init__(self, app) -> None:
        self.app = app
        self.now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def guess(self, password: str = WRONG, cookie: str = "") -> str:
        with self.app.test_request_context(headers={"Cookie": f"known={cookie}"} if cookie else {}):
            try:
                proving.by_password(email="lou@example.com", password=password, now=self.now)
            except FormInvalid:
                return "wrong"
            except TooManyTries as error:
                return f"{error.wait.total_seconds():.0f}"
            return "in"

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(app, lou, monkeypatch) -> Clock:
    # What is counted here is tries, not the time that hashing takes.
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)
    app.extensions["password_turns"] = passwords.Turns(at_once=20, waiting=1)
    return Clock(app)


def test_wrong_tries_slow_down_the_next_ones(clock):
    assert [clock.guess() for _ in range(7)] == ["wrong"] * 5 + ["2", "2"]
    assert clock.guess(PASSWORD) == "2", "a try that comes too early is not looked at"
    clock.wait(2)
    assert [clock.guess(), clock.guess()] == ["wrong", "4"]
    clock.wait(4)
    assert [clock.guess(PASSWORD), clock.guess()] == ["in", "wrong"], "and a right one makes good for all"


def test_a_hundred_wrong_tries_take_a_day_and_shut_nobody_out(clock):
    begin, looked_at = clock.now, 0
    while looked_at < 100:
        answer = clock.guess()
        if answer == "wrong":
            looked_at += 1
        else:
            clock.wait(float(answer))
    assert timedelta(hours=20) < clock.now - begin < timedelta(hours=24)
    assert float(clock.guess()) <= 900, (
        "however many there were, the next one is taken in a quarter of an hour"
    )
    clock.wait(900)
    assert clock.guess(PASSWORD) == "in"


def test_many_at_once_are_counted_like_one_after_the_other(clock):
    """Twenty connections at the same moment have five tries among them, as one would have."""
    start = threading.Barrier(20)

    def guess(_number: int) -> str:
        start.wait(60)
        return clock.guess()

    with ThreadPoolExecutor(20) as connections:
        answers = list(connections.map(guess, range(20)))
    assert sorted(answers) == ["2"] * 15 + ["wrong"] * 5


def test_a_browser_that_was_there_before_is_not_slowed_down_by_others(client, clock):
    assert enter(client).status_code == 303
    mine = client.get_cookie("known").value
    while (answer := clock.guess()) != "900":
        clock.wait(0 if answer == "wrong" else float(answer))
    assert clock.guess(PASSWORD, cookie=mine) == "in"
    assert [clock.guess(cookie=mine) for _ in range(7)] == ["wrong"] * 5 + ["2", "2"], (
        "its own count, not none"
    )


def test_that_cookie_lets_nobody_in_and_can_not_be_forged(app, client, lou):
    enter(client)
    mine = client.get_cookie("known").value
    thief = app.test_client()
    thief.set_cookie("known", mine)
    assert thief.get("/account").status_code == 303
    for cookie in ("", "x", forged(mine), mine.partition(".")[0]):
        with app.test_request_context(headers={"Cookie": f"known={cookie}"}):
            assert not known.is_known("lou@example.com")
    with app.test_request_context(headers={"Cookie": f"known={mine}"}):
        assert known.is_known("lou@example.com")
        assert not known.is_known("max@example.com")


def test_the_page_says_how_long_to_wait(client, lou):
    for _ in range(5):
        assert enter(client, password=WRONG).status_code == 422
    early = enter(client)
    assert (early.status_code, early.headers["Retry-After"]) == (429, "2")
    assert "in 2 seconds" in early.text
    assert 'value="lou@example.com"' in early.text


def test_one_connection_may_try_so_often_in_an_hour(make_app, lou):
    client = make_app(REBELOTE_LIMITS_SIGN_INS="2").test_client()
    answers = [enter(client, email=f"person-{number}@example.com").status_code for number in range(3)]
    assert answers == [422, 422, 429]


@pytest.mark.parametrize(
    "email", ["", " ", "lou@example.com\0", "x" * 5_000, "L\u00f6u@ex\u00e4mple.com", "\ud800"]
)
def test_odd_names_are_wrong_and_nothing_more(client, db_session, email):
    answer = enter(client, email=email.encode("utf-8", "surrogatepass"))
    assert answer.status_code == 422


def test_a_megabyte_of_password_is_cut_before_it_is_work():
    form = read_sign_in({"email": "lou@example.com", "password": "p" * 1_000_000})
    assert len(form.password) == LONGEST_PASSWORD + 1


def test_closed_accounts_and_those_without_a_password_let_nobody_in(client, db_session):
    make_person("lou@example.com", password=PASSWORD, closed_at=utcnow())
    make_person("max@example.com")
    assert enter(client).status_code == 422
    assert enter(client, email="max@example.com", password="").status_code == 422
