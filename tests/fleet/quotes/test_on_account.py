"""A firm that the shop gives credit to."""

from datetime import date, timedelta

import pytest

from storefront.core.database import db
from storefront.core.errors import FormInvalid
from storefront.fleet.quotes import actions
from storefront.fleet.quotes.errors import QuoteRefused
from storefront.fleet.quotes.freezing import Agreed
from storefront.fleet.quotes.models import Quote
from storefront.fleet.quotes.tokens import token_of
from tests.conftest import MakeApp
from tests.factories import NOW

from .makers import accept, make_request, open_quote


def grant(quote: Quote, *agreed: Agreed) -> None:
    """The operator says yes to the quote as it is."""
    actions.adjust(
        quote_id=quote.id,
        agreed=agreed,
        payment="invoice",
        terms="",
        until=NOW + timedelta(days=5),
        note="",
        person_id=None,
        now=NOW,
    )


def test_the_page_has_no_yes_before_the_shop_has_granted_it(make_app: MakeApp) -> None:
    app = make_app(REBELOTE_FLEET_INVOICE_DAYS="30")
    with app.app_context():
        quote = open_quote(request=make_request(payment="invoice"))
        address = f"/business/quotes/{token_of(quote.nonce)}"
        db.session.commit()
        assert quote.in_force is not None
        (line,) = quote.in_force.lines
        assert line.offer_id is not None
        agreed = Agreed(line.wish, line.offer_id, line.quantity, line.price_minor)
        quote_id = quote.id
    waiting = app.test_client().get(address)
    assert ("That is for the shop to grant" in waiting.text, "/accept" in waiting.text) == (True, False)
    with app.app_context():
        grant(db.session.get_one(Quote, quote_id), agreed)
        db.session.commit()
    granted = app.test_client().get(address)
    assert ("That is for the shop to grant" in granted.text, "/accept" in granted.text) == (False, True)


def test_it_gives_a_number_and_gets_its_goods_before_it_pays(make_app: MakeApp) -> None:
    with make_app(REBELOTE_FLEET_INVOICE_DAYS="30").app_context():
        quote = open_quote(request=make_request(payment="invoice"))
        with pytest.raises(QuoteRefused, match="for the shop to grant"):
            accept(quote)
        assert (quote.state, quote.order_id) == ("open", None)
        assert quote.in_force is not None
        (line,) = quote.in_force.lines
        assert line.offer_id is not None
        grant(quote, Agreed(line.wish, line.offer_id, line.quantity, line.price_minor))
        with pytest.raises(FormInvalid) as refused:
            accept(quote, purchase_order="")
        assert list(refused.value.errors) == ["purchase_order"]
        order = accept(quote)
        assert (order.payment_method, order.invoice_days, order.pay_by.date()) == (
            "invoice",
            30,
            date(2026, 4, 1),
        )
        assert order.parcels[0].send_by is not None
