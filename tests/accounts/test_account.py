"""The account's own pages: what can be changed there, by whom, and what that ends."""

import re

import pytest
import sqlalchemy as sa
from flask import url_for

from storefront.accounts import actions, queries, sessions
from storefront.accounts.models import Person, SignIn
from storefront.core.clock import utcnow
from storefront.core.database import db
from tests.factories import make_person
from tests.signing_in import sign_in

PASSWORD = "four words in a row"


@pytest.fixture
def lou(client, db_session) -> Person:
    person = make_person("lou@example.com", password=PASSWORD)
    sign_in(client, person)
    return person


def account_routes(app) -> list[tuple[str, str]]:
    with app.test_request_context():
        return sorted(
            (method, url_for(rule.endpoint, sign_in_id=1) if rule.arguments else url_for(rule.endpoint))
            for rule in app.url_map.iter_rules()
            if rule.rule.startswith("/account") and rule.endpoint.startswith("accounts.")
            for method in (rule.methods or set()) & {"GET", "POST"}
        )


def test_every_page_and_form_of_the_account_asks_who_one_is(app, client, db_session):
    client.get("/sign-in")
    with client.session_transaction() as session:
        token = session["csrf_token"]
    page = client.get("/sign-in")
    signed = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    assert token
    routes = account_routes(app)
    assert len(routes) == 15
    for method, path in routes:
        answer = client.open(path, method=method, data={"csrf_token": signed} if method == "POST" else None)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/sign-in"), path
        assert answer.headers["Cache-Control"] == "no-store"


def test_name_and_language(client, lou, db_session):
    changed = client.submit(
        client.get("/account/details"), "/details", {"name": " Lou  Martin ", "language": "fr"}
    )
    assert changed.headers["Location"] == "/account"
    db_session.expire_all()
    assert (lou.name, lou.language) == ("Lou Martin", "fr")
    wrong = client.submit(client.get("/account/details"), "/details", {"name": "Max", "language": "xx"})
    assert wrong.status_code == 422
    assert 'value="Max"' in wrong.text


def test_a_new_password_asks_for_the_old_one_and_ends_other_sessions(client, lou, app, db_session):
    elsewhere = app.test_client()
    sign_in(elsewhere, lou)
    page = client.get("/account/password")
    new = {"current": "not my password", "password": "another four words"}
    wrong = client.submit(page, "/password", new)
    assert wrong.status_code == 422
    assert "another four words" not in wrong.text
    assert elsewhere.get("/account").status_code == 200
    assert client.submit(page, "/password", {**new, "current": PASSWORD}).status_code == 303
    assert elsewhere.get("/account").status_code == 303
    assert "All other browsers are signed out" in client.get("/account").text
    assert "All other browsers" not in client.get("/account").text, "said once"


def test_sessions_are_listed_and_ended_one_by_one_or_all(client, lou, app, db_session):
    others = [app.test_client() for _ in range(3)]
    for other in others:
        sign_in(other, lou)
    page = client.get("/account/sessions")
    assert page.text.count("Firefox, Linux") == 4
    assert page.text.count("Sign out there") == 3
    ids = re.findall(r"/account/sessions/(\d+)/end", page.text)
    client.submit(page, f"/{ids[0]}/end")
    assert sorted(other.get("/account").status_code for other in others) == [200, 200, 303]
    client.submit(client.get("/account/sessions"), "/end-others")
    assert [other.get("/account").status_code for other in others] == [303, 303, 303]
    assert client.get("/account/sessions").text.count("Firefox, Linux") == 1


def test_nobody_ends_the_session_of_somebody_else(client, lou, app, db_session):
    max_ = make_person("max@example.com")
    theirs = app.test_client()
    sign_in(theirs, max_)
    sign_in(app.test_client(), lou)
    number = db_session.scalar(sa.select(SignIn.id).where(SignIn.person_id == max_.id))
    page = client.get("/account/sessions")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    client.post(f"/account/sessions/{number}/end", data={"csrf_token": token})
    client.submit(page, "/end-others")
    assert theirs.get("/account").status_code == 200


@pytest.mark.parametrize("others", [0, 2])
def test_the_list_of_sessions_takes_two_statements(client, lou, app, count_sql, others):
    for _ in range(others):
        sign_in(app.test_client(), lou)
    with count_sql() as statements:
        assert client.get("/account/sessions").status_code == 200
    assert len(statements) == 2


def test_a_signed_in_visitor_gets_the_page_that_is_kept_for_everybody(client, lou, app):
    stranger = app.test_client().get("/legal")
    mine = client.get("/legal")
    assert (mine.text, mine.headers["ETag"]) == (stranger.text, stranger.headers["ETag"])
    for answer in (stranger, mine):
        assert answer.headers["Cache-Control"].startswith("public")
        assert "Cookie" not in answer.headers["Vary"]
        assert "Set-Cookie" not in answer.headers
    assert "lou@example.com" not in mine.text


def test_a_signed_in_visitor_costs_a_public_page_no_statement(client, lou, app, count_sql):
    with count_sql() as strangers:
        app.test_client().get("/guarantee")
    with count_sql() as mine:
        client.get("/guarantee?")
    assert [sql for sql in mine if "sign_in" in sql or "person" in sql] == []
    assert len(mine) <= len(strangers)


def test_closing_an_account_forgets_who_it_was(client, lou, db_session, now):
    actions.set_roles(person_id=lou.id, roles=("business",), now=now)
    actions.close_account(person_id=lou.id, now=now)
    db_session.commit()
    assert client.get("/account").status_code == 303
    row = db_session.execute(sa.select(Person.__table__)).mappings().one()
    assert {row["name"], row["password_hash"], row["totp_salt"]} == {""}
    assert (row["email"], row["closed_at"]) == (f"closed-{lou.id}@account.invalid", now)
    assert lou.roles == frozenset()
    assert queries.by_email("lou@example.com") is None
    again = make_person("lou@example.com")
    assert again.id != lou.id
    actions.close_account(person_id=lou.id, now=utcnow())
    db_session.expire_all()
    assert lou.closed_at == now, "closing twice changes nothing"


def test_roles_are_given_and_taken(db_session, now):
    make_person(roles=("operator",))
    person = make_person(roles=("business",))
    actions.set_roles(person_id=person.id, roles=("operator", "repairer"), now=now)
    assert (person.roles, person.is_operator) == (frozenset({"operator", "repairer"}), True)
    actions.set_roles(person_id=person.id, roles=(), now=now)
    assert (person.roles, person.is_operator) == (frozenset(), False)
    with pytest.raises(sa.exc.IntegrityError):
        actions.set_roles(person_id=person.id, roles=("king",), now=now)
    db_session.rollback()


def test_an_address_is_one_person_s_however_it_is_written(db_session):
    make_person("lou@example.com")
    for email in ("Lou@example.com", "lou@example.com"):
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            make_person(email)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Linux; Android 8.0.0; SM-G930F) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/59.0.3071.125 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 15_8 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/15.6 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
            "Edge, Windows",
        ),
        ("w3m/0.5.3+git20230121", "w3m"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_a_name_that_people_know(user_agent, words):
    assert sessions.in_words(user_agent) == words
