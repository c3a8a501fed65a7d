"""An account's quotes: taken along with its data, and nobody's once it is closed."""

import json

import pytest
from sqlalchemy import select

from storefront.core.database import db
from storefront.fleet.quotes import actions
from storefront.fleet.quotes.models import Quote
from tests.factories import NOW, make_person
from tests.fleet.quotes.makers import PERSONAL, accept, open_quote, propose
from tests.signing_in import sign_in

PASSWORD = "four words in a row"


@pytest.fixture
def person(client, db_session):
    person = make_person("lou@example.com", password=PASSWORD)
    sign_in(client, person)
    return person


def close(client):
    return client.submit(client.get("/account/data"), "/close", {"current": PASSWORD})


def test_the_file_holds_quotes_with_what_was_asked_and_said(client, person):
    quote, _others = open_quote(person_id=person.id), propose()
    actions.say(quote_id=quote.id, side="firm", words="Grey ones?", now=NOW)
    data = json.loads(client.get("/account/data.json").text)
    (told,) = data["quotes"]
    assert (told["number"], told["state"], told["name"]) == (quote.number, "open", "Menuiserie Loire")
    assert [version["kind"] for version in told["versions"]] == ["request", "proposal", "chosen"]
    assert told["versions"][0]["wishes"][0]["text"] == "3 phones for Pornichet"
    assert told["versions"][1]["lines"][0]["price_minor"] == 32000
    assert [message["text"] for message in told["messages"]] == ["Grey ones?"]
    # What the seller paid for it is the seller's.
    assert "purchase_price_minor" not in json.dumps(data["quotes"])


def test_the_file_takes_as_many_statements_for_three_quotes_as_for_one(client, person, count_sql):
    counts = []
    for _round in range(3):
        propose(person_id=person.id)
        with count_sql() as statements:
            client.get("/account/data.json")
        counts.append(len(statements))
    assert counts[0] == counts[2]


def test_closing_an_account_forgets_who_asked_in_vain_and_keeps_what_was_ordered(client, person):
    declined, ordered = open_quote(person_id=person.id), open_quote(person_id=person.id)
    actions.decline(quote_id=declined.id, reason="", now=NOW)
    accept(ordered)
    assert close(client).status_code == 200
    db.session.expire_all()
    rows = {row.number: row for row in db.session.scalars(select(Quote))}
    assert {row.person_id for row in rows.values()} == {None}
    assert rows[declined.number].name not in PERSONAL
    assert (rows[ordered.number].name, rows[ordered.number].state) == ("Menuiserie Loire", "ordered")
