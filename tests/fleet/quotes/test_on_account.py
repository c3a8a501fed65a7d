"""A firm that the shop gives credit to."""

from datetime import date

import pytest

from storefront.core.errors import FormInvalid
from tests.conftest import MakeApp

from .makers import accept, make_request, open_quote


def test_it_gives_a_number_and_gets_its_goods_before_it_pays(make_app: MakeApp) -> None:
    with make_app(REBELOTE_FLEET_INVOICE_DAYS="30").app_context():
        quote = open_quote(request=make_request(payment="invoice"))
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
