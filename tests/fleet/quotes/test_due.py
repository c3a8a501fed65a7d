"""What happens to quotes by themselves."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storefront.core.database import Base, db
from storefront.core.mail import OutgoingMail
from storefront.fleet.quotes import actions, due
from storefront.fleet.quotes.models import Quote
from tests.factories import NOW, make_offer, make_person

from .makers import PERSONAL, accept, books, open_quote, propose

pytestmark = pytest.mark.usefixtures("db_session")

ENDED = NOW + timedelta(hours=72)


def everything() -> str:
    """All that the tables of quotes and mails hold, as one text."""
    tables = [table for table in Base.metadata.sorted_tables if table.name.startswith(("quote", "outgoing"))]
    return "\n".join(str(row) for table in tables for row in db.session.execute(sa.select(table)))


def reminders(quote: Quote) -> int:
    reason = OutgoingMail.reason.like(f"quote-{quote.id}-%-soon")
    return db.session.scalar(sa.select(sa.func.count()).where(reason)) or 0


def test_a_firm_is_reminded_once_and_then_its_units_go_back():
    offer = make_offer(stock=5)
    quote = open_quote(offer)
    db.session.commit()
    assert due.tick(now=NOW + timedelta(hours=47, minutes=59)) == (0, 0)
    assert due.tick(now=NOW + timedelta(hours=48)) == (0, 1)
    assert due.tick(now=NOW + timedelta(hours=50)) == (0, 0)
    assert (reminders(quote), books(offer.id)) == (1, (2, 3, 0))
    db.session.commit()
    assert due.tick(now=ENDED) == (1, 0)
    assert due.tick(now=ENDED) == (0, 0)
    assert books(offer.id) == (5, 0, 0)


def test_nobody_is_reminded_of_what_is_over():
    quote = open_quote()
    db.session.commit()
    assert due.tick(now=ENDED) == (1, 0)
    assert reminders(quote) == 0


def test_who_asked_in_vain_is_forgotten_after_ninety_days():
    offer = make_offer(stock=5)
    quote = open_quote(offer)
    actions.say(quote_id=quote.id, side="firm", words="To the atelier in Pornichet, please.", now=NOW)
    actions.decline(quote_id=quote.id, reason="Zoé Vandermeersch has left us", now=NOW)
    db.session.commit()
    assert all(text in everything() for text in PERSONAL)
    db.session.commit()
    assert due.purge(now=NOW + timedelta(days=90, seconds=-1)) == 0
    assert due.purge(now=NOW + timedelta(days=90)) == 1
    assert due.purge(now=NOW + timedelta(days=91)) == 0
    assert [text for text in PERSONAL if text in everything()] == []
    # What was asked for, and at which prices, stays for the figures.
    assert [(wish.quantity, wish.category) for wish in quote.request.wishes] == [(3, "smartphones")]
    assert (quote.state, quote.link_hash, quote.nonce) == ("declined", None, "")


def test_what_was_ordered_is_kept_with_its_order():
    quote = open_quote()
    accept(quote)
    db.session.commit()
    assert due.purge(now=NOW + timedelta(days=4_000)) == 0
    assert quote.name == "Menuiserie Loire"


def test_what_was_proposed_anew_is_nobody_asking_in_vain():
    quote = open_quote()
    actions.decline(quote_id=quote.id, reason="", now=NOW)
    actions.anew(quote_id=quote.id, now=NOW + timedelta(days=89))
    db.session.commit()
    assert due.purge(now=NOW + timedelta(days=100)) == 0
    assert quote.name == "Menuiserie Loire"


def test_a_closed_account_leaves_nothing_but_what_is_still_open_or_ordered():
    person = make_person()
    ended, still_open, ordered = (open_quote(person_id=person.id) for _ in range(3))
    accept(ordered)
    actions.decline(quote_id=ended.id, reason="", now=NOW)
    due.forget_person(person_id=person.id, now=NOW)
    db.session.expire_all()
    assert [quote.person_id for quote in (ended, still_open, ordered)] == [None] * 3
    assert [bool(quote.name) for quote in (ended, still_open, ordered)] == [False, True, True]


def test_the_commands_do_what_the_server_does(app):
    offer = make_offer(stock=5)
    # Long ago, for commands know what time it is.
    propose(offer)
    open_quote(offer)
    db.session.commit()
    db.session.remove()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["fleet", "tick"]).output == "2 ran out, 0 reminded.\n"
    assert runner.invoke(args=["fleet", "purge"]).output == "0 quotes blanked.\n"
