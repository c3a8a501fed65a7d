"""A session lives in a row: what ends the row ends every copy of its cookie."""

import pytest

from storefront.accounts.models import SignIn
from storefront.core.database import db
from tests.factories import make_person
from tests.signing_in import sign_in

PASSWORD = "four words in a row"


def test_a_stranger_is_sent_to_sign_in_and_back(client):
    answer = client.get("/fr/account?a=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/fr/sign-in?next=/fr/account?a%3D1")


def test_a_stranger_who_swaps_a_piece_leaves_the_page(client):
    """Else the page for signing in would stand in the middle of another."""
    swap = {"HX-Request": "true", "HX-Target": "rows"}
    answer = client.get("/account/sessions", headers=swap)
    assert (answer.text, answer.headers["HX-Redirect"]) == ("", "/sign-in?next=/account/sessions")
    boosted = client.get("/account", headers={**swap, "HX-Boosted": "true"})
    assert boosted.status_code == 303


def test_who_is_signed_in_sees_the_account(client, db_session):
    person = make_person()
    sign_in(client, person)
    assert person.email in client.get("/account").text


def test_a_copied_cookie_is_dead_after_signing_out(client, db_session, app):
    sign_in(client, make_person())
    copy = client.get_cookie("rebelote").value
    left = client.submit(client.get("/account"), "/sign-out")
    assert left.status_code == 303
    thief = app.test_client()
    thief.set_cookie("rebelote", copy)
    assert thief.get("/account").status_code == 303
    assert db.session.query(SignIn).one().ended_at is not None


@pytest.mark.parametrize(
    ("roles", "start"), [((), "/fr/account"), (("business",), "/fr/account"), (("operator",), "/fr/desk")]
)
def test_who_has_a_desk_begins_there_having_asked_for_nothing_else(client, db_session, roles, start):
    make_person("lou@example.com", password=PASSWORD, roles=roles)
    fields = {"email": "lou@example.com", "password": PASSWORD}
    assert client.submit(client.get("/fr/sign-in"), "/sign-in", fields).headers["Location"] == start
    assert client.get("/fr/sign-in").headers["Location"] == start
    assert client.get("/fr/sign-in?next=/cart").headers["Location"] == "/cart"


@pytest.mark.parametrize("as_whom", ["lou@example.com", "max@example.com"])
def test_signing_in_ends_the_session_that_this_browser_had(client, app, db_session, as_whom):
    people = {
        email: make_person(email, password=PASSWORD) for email in ("lou@example.com", "max@example.com")
    }
    page = client.get("/sign-in")
    sign_in(client, people["lou@example.com"])
    copy = client.get_cookie("rebelote").value
    entered = client.submit(page, "/sign-in", {"email": as_whom, "password": PASSWORD})
    assert (entered.status_code, as_whom in client.get("/account").text) == (303, True)
    thief = app.test_client()
    thief.set_cookie("rebelote", copy)
    assert thief.get("/account").status_code == 303


def test_a_new_password_makes_copies_of_this_browser_s_cookie_worthless(client, app, db_session):
    sign_in(client, make_person(password=PASSWORD))
    page = client.get("/account/password")
    copy = client.get_cookie("rebelote").value
    fields = {"current": PASSWORD, "password": "another four words"}
    assert client.submit(page, "/password", fields).status_code == 303
    thief = app.test_client()
    thief.set_cookie("rebelote", copy)
    assert (thief.get("/account").status_code, client.get("/account").status_code) == (303, 200)


def test_a_password_opens_the_account(client, db_session):
    make_person("lou@example.com", password="four words in a row")
    page = client.get("/sign-in?next=/account%3Fa%3D1")
    answer = client.submit(
        page, "/sign-in", {"email": " Lou@Example.com ", "password": "four words in a row"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account?a=1")
    assert "lou@example.com" in client.get("/account").text
