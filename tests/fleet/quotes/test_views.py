"""The whole way as a browser goes it, with the real allocation: asked, proposed, chosen, revised, accepted."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.fleet.quotes import actions, queries
from storefront.fleet.quotes.models import Quote
from storefront.fleet.quotes.tokens import token_of
from storefront.fleet.wishes.forms import request_fields
from storefront.fleet.wishes.rules import Wish
from storefront.orders.models import ShopOrder
from tests.factories import make_offer, make_seller
from tests.forging import forged
from tests.shopper import read_forms

from .makers import books, make_request, propose

pytestmark = pytest.mark.usefixtures("db_session")

PHONES = Wish(quantity=3, text="3 phones", category="smartphones")
YES = {"name": "Zoé Vandermeersch", "purchase_order": "PO-4711", "agreed": "yes"}


def ask(client: Any, wish: Wish = PHONES, **fields: str) -> Any:
    """Send the request's form, as it is filled in after a look at the lines."""
    start = client.submit(client.get("/business/quote"), "/lines", {"wanted": wish.text})
    assert start.status_code == 200, start.text
    return client.submit(start, "/business/quote", {**request_fields(make_request(wish), "EUR"), **fields})


def quote_of(page: Any) -> Quote:
    """The quote that an answer leads to, or that a page is about."""
    address = page.headers.get("Location", page.request.path)
    token = re.search(r"/business/quotes/([0-9a-f]{40})", address)
    assert token, address
    db.session.rollback()
    return queries.by_token(token[1])


def page_of(client: Any, answer: Any) -> Any:
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["Location"])


def stock(**values: Any) -> Any:
    """An offer with the price of each unit where a discount would be seen."""
    offer = make_offer(**{"stock": 9, **values})
    db.session.commit()
    return offer


def test_from_a_form_to_an_order(client):
    cheap = stock(price_minor=30000)
    stock(price_minor=45000)
    page = page_of(client, ask(client))
    quote = quote_of(page)
    assert (quote.state, [wish.quantity for wish in quote.request.wishes]) == ("proposed", [3])
    answer = client.submit(page, "/choose", {"kind": "value"})
    page = page_of(client, answer)
    assert books(cheap.id) == (6, 3, 0)
    answer = client.submit(page, "/accept", YES)
    order = db.session.scalars(sa.select(ShopOrder)).one()
    assert answer.headers["Location"].endswith(f"/orders/{order.token}")
    assert "Menuiserie Loire" in client.get(answer.headers["Location"]).text
    # Pressed again, on the page that is still open in another tab.
    assert client.submit(page, "/accept", YES).headers["Location"] == answer.headers["Location"]
    db.session.rollback()
    assert books(cheap.id) == (6, 0, 3)


def test_the_same_form_twice_is_one_quote(client):
    stock()
    key = "one-form-that-was-sent-twice"
    first, second = (ask(client, key=key).headers["Location"] for _ in range(2))
    assert first == second


def test_the_same_form_with_other_numbers_is_another_quote(client):
    """Somebody went back from the proposals, and changed a line."""
    stock()
    key = "one-form-that-was-sent-twice"
    first, second = (
        ask(client, Wish(quantity=n, text=PHONES.text, category="smartphones"), key=key) for n in (3, 7)
    )
    assert [[wish.quantity for wish in quote_of(page).request.wishes] for page in (first, second)] == [
        [3],
        [7],
    ]


def test_somebody_was_faster_and_the_page_says_so_beside_what_there_is_by_now(client):
    offer, other = stock(price_minor=30000), stock(price_minor=33000)
    page = page_of(client, ask(client))
    offer.stock = 0
    db.session.commit()
    answer = client.submit(page, "/choose", {"kind": "value"})
    assert answer.status_code == 409
    assert "Somebody was faster" in answer.text
    assert quote_of(answer).state == "proposed"
    page = page_of(client, client.submit(answer, "/choose", {"kind": "value"}))
    db.session.rollback()
    assert (quote_of(page).state, books(other.id)) == ("open", (6, 3, 0))


def test_a_revision_shows_the_form_and_proposes_anew(client):
    offer = stock()
    page = page_of(client, client.submit(page_of(client, ask(client)), "/choose", {"kind": "value"}))
    quote = quote_of(page)
    form = client.get(f"{page.request.path}/revise")
    assert 'value="3"' in form.text
    answer = client.submit(form, "/revise", {"quantity-0": "5"})
    assert quote_of(answer).id == quote.id
    db.session.rollback()
    assert (quote_of(answer).state, books(offer.id)) == ("proposed", (9, 0, 0))
    page = page_of(client, client.submit(page_of(client, answer), "/choose", {"kind": "value"}))
    db.session.rollback()
    assert (quote_of(page).state, books(offer.id)) == ("open", (4, 5, 0))


def test_a_revision_of_what_was_changed_meanwhile_keeps_what_was_typed(client):
    stock()
    page = page_of(client, client.submit(page_of(client, ask(client)), "/choose", {"kind": "value"}))
    form = client.get(f"{page.request.path}/revise")
    client.submit(page, "/decline", {"reason": "Wait"})
    answer = client.submit(form, "/revise", {"quantity-0": "7"})
    assert answer.status_code == 409
    assert 'value="7"' in answer.text
    assert client.submit(answer, "/revise", {}).status_code == 303
    db.session.rollback()
    assert [wish.quantity for wish in quote_of(page).request.wishes] == [7]


def test_what_can_not_be_read_is_said_beside_its_field(client):
    stock()
    answer = ask(client, email="nobody")
    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Quote.id))) == 0


def test_what_has_run_out_is_proposed_anew_by_one_press(client):
    offer = stock()
    page = page_of(client, client.submit(page_of(client, ask(client)), "/choose", {"kind": "value"}))
    quote = quote_of(page)
    assert quote.expires_at
    actions.expire(quote_id=quote.id, now=quote.expires_at)
    db.session.commit()
    answer = client.submit(client.get(page.request.path), "/anew", {})
    assert answer.status_code == 303
    db.session.rollback()
    assert (quote_of(answer).state, len(quote_of(answer).proposals), books(offer.id)) == (
        "proposed",
        1,
        (9, 0, 0),
    )


def test_a_newcomer_that_is_full_is_said_and_nothing_is_lost(client):
    seller = make_seller(standing="probation", open_units=0)
    offer = stock(seller_id=seller.id)
    page = page_of(client, client.submit(page_of(client, ask(client)), "/choose", {"kind": "value"}))
    seller.open_units = 20
    db.session.commit()
    answer = client.submit(page, "/accept", YES)
    assert answer.status_code == 409
    assert "is new here" in answer.text
    db.session.rollback()
    assert (quote_of(page).state, books(offer.id)) == ("open", (6, 3, 0))


def test_a_firm_that_holds_much_is_told_how_much_more(client):
    offer = stock(stock=500)
    quote = propose(offer, units=101, now=utcnow())
    db.session.commit()
    page = client.get(f"/business/quotes/{token_of(quote.nonce)}")
    answer = client.submit(page, "/choose", {"kind": "value"})
    assert answer.status_code == 409
    assert "We can hold 100 units more for you, and this proposal has 101" in answer.text


@pytest.mark.parametrize("verb", ["choose", "accept", "decline", "messages", "anew", "revise"])
def test_nobody_does_anything_by_a_made_up_link(client, verb):
    quote = propose(make_offer(stock=5), now=utcnow())
    db.session.commit()
    token = token_of(quote.nonce)
    (form, *_others) = (
        form for form in read_forms(client.get(f"/business/quotes/{token}").text) if token in form.action
    )
    for made_up in (forged(token), token[:-1], quote.number, str(quote.id)):
        answer = client.post(
            f"/business/quotes/{made_up}/{verb}", data={**form.fields, **YES, "words": "Hello"}
        )
        assert answer.status_code == 404
    db.session.rollback()
    assert (quote.state, quote.version, quote.messages) == ("proposed", 2, [])


def test_nothing_is_decided_unseen(client):
    stock()
    page = page_of(client, ask(client))
    assert client.submit(page, "/choose", {"kind": "value", "seen": ""}).status_code == 409
    assert client.submit(page, "/choose", {"kind": "nonsense"}).status_code == 409
    assert quote_of(page).state == "proposed"
