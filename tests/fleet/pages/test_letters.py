"""Mails about quotes: who is told what, in whose language, with a link that opens the page."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront.core.database import db
from storefront.core.mail import OutgoingMail, written
from storefront.fleet.quotes import actions, letters, news
from storefront.fleet.quotes.sums import sums_of
from tests.factories import NOW

from ..quotes.makers import accept, choose, make_request, open_quote, propose
from .fleets import link_of

pytestmark = pytest.mark.usefixtures("db_session")
FIRM, SHOP = "zoe@menuiserie.example", "bonjour@rebelote.example"


def told(number: str) -> list[tuple[str, str]]:
    """Who was mailed about a quote, and what the subject says before its number."""
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))
    return [
        (row.recipient, row.subject.removeprefix("Rebelote: ").removesuffix(f" {number}"))
        for row in rows
        if row.writer == letters.WRITER
    ]


def text_of(nth: int = -1) -> str:
    mails = db.session.scalars(
        select(OutgoingMail).where(OutgoingMail.writer == letters.WRITER).order_by(OutgoingMail.id)
    ).all()
    return written(mails[nth])[0]


def test_everybody_is_told_what_concerns_them():
    quote = choose(propose())
    actions.say(quote_id=quote.id, side="firm", words="Grey?", now=NOW)
    actions.say(quote_id=quote.id, side="operator", words="Two.", now=NOW)
    accept(quote)
    assert told(quote.number) == [
        (FIRM, "Your proposals: quote"),
        (FIRM, "Held for you: quote"), (SHOP, "A firm holds units: quote"),
        (SHOP, "A firm writes about quote"),
        (FIRM, "An answer about quote"),
        (FIRM, "Ordered: quote"), (SHOP, "Ordered: quote"),
    ]  # fmt: skip


def test_a_declined_quote_is_told_to_the_shop_and_one_that_ran_out_to_the_firm():
    declined, over = open_quote(), open_quote()
    actions.decline(quote_id=declined.id, reason="", now=NOW)
    actions.remind(quote_id=over.id, now=NOW + timedelta(hours=50))
    actions.expire(quote_id=over.id, now=NOW + timedelta(days=4))
    assert told(declined.number)[-3:][0] == (SHOP, "Declined: quote")
    assert told(over.number)[-2:] == [(FIRM, "Held until soon: quote"), (FIRM, "No longer held: quote")]


def test_a_mail_says_until_when_and_how_much_and_leads_to_the_page(app):
    quote = open_quote()
    assert quote.in_force
    text = text_of(1)
    amount = app.jinja_env.filters["money"](sums_of(quote.in_force).total)
    assert [said for said in ("Thursday 5 March, 10:30", amount, link_of(quote)) if said not in text] == []


def test_the_shops_mail_leads_to_the_desk_and_names_no_link_of_the_firms():
    quote = open_quote()
    text = text_of(2)
    assert (f"/desk/quotes/{quote.number}" in text, link_of(quote) in text) == (True, False)


def test_a_mail_is_in_the_language_of_its_reader():
    quote = open_quote(request=make_request(language="fr"))
    assert re.search(r"/fr/business/quotes/[0-9a-f]{40}", text_of(1))
    assert f"/en/desk/quotes/{quote.number}" in text_of(2)


def test_every_news_has_readers_and_words(app):
    quote = open_quote()
    with app.test_request_context("/en/"):
        for name, sides in news.READERS.items():
            for side in sides:
                assert news.subject(quote, side, name).endswith(quote.number)
                assert all(news.sentences(quote, side, name))


def test_the_same_news_twice_is_one_mail():
    quote = open_quote()
    before = told(quote.number)
    letters.tell(quote, "open", now=NOW)
    assert told(quote.number) == before
