"""From a proposal to an order, and all that may come between."""

import pytest

from storefront.fleet.quotes.sums import sums_of
from storefront.orders.shown import shown
from tests.factories import NOW, make_offer

from .makers import accept, books, choose, open_quote, propose

pytestmark = pytest.mark.usefixtures("db_session")


def test_from_a_proposal_to_an_order():
    offer, other = make_offer(stock=5), make_offer(stock=5, price_minor=40000)
    quote = propose(offer, other)
    assert [(v.kind, v.alternative) for v in quote.versions] == [
        ("request", ""),
        ("proposal", "value"),
        ("proposal", "uniform"),
    ]
    assert (quote.state, books(offer.id)) == ("proposed", (5, 0, 0))
    choose(quote, "value", seen=quote.version)
    assert (quote.state, books(offer.id)) == ("open", (2, 3, 0))
    order = accept(quote, seen=quote.version)
    assert (quote.state, quote.order_id, books(offer.id)) == ("ordered", order.id, (2, 0, 3))
    assert quote.in_force
    page, sums = shown(order, now=NOW), sums_of(quote.in_force)
    assert (page.goods, page.shipping, page.total, page.vat) == (
        sums.goods,
        sums.shipping,
        sums.total,
        sums.vat,
    )
    assert (order.firm_name, order.purchase_order, order.name) == (
        "Menuiserie Loire",
        "PO-4711",
        "Menuiserie Loire, atelier",
    )


def test_accepted_again_it_is_the_same_order():
    quote = open_quote(offer := make_offer(stock=5))
    seen = quote.version
    first = accept(quote, seen=seen)
    assert (accept(quote, seen=seen).id, books(offer.id)) == (first.id, (2, 0, 3))
