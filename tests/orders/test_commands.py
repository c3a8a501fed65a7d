from datetime import UTC, datetime, timedelta

import pytest

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.orders.models import ShopOrder
from tests.factories import make_offer, make_wish, place_an_order


@pytest.fixture
def order(db_session) -> ShopOrder:
    placed = place_an_order(now=utcnow(), pay_by=utcnow() + timedelta(days=7))
    db_session.commit()
    return placed


@pytest.fixture
def run(app, db_session):
    """Run `flask orders ...` as the operator would, and read what it says."""

    def run(*words: str) -> tuple[int, str]:
        db.session.commit()
        result = app.test_cli_runner().invoke(args=["orders", *words])
        db.session.rollback()
        db.session.expire_all()
        return result.exit_code, result.output

    return run


def test_an_order_all_the_way(run, order):
    for words, said in (
        (["pay", order.number], "323.90 EUR noted"),
        (["accept", order.number], "parcel 1 accepted"),
        (["ship", order.number, "--tracking", "https://carrier.example/1"], "parcel 1 shipped"),
        (["deliver", order.number], "parcel 1 delivered"),
        (["return", order.number, "--reason", "defect"], "parcel 1 returned"),
        (["refund", order.number], "323.90 EUR noted as paid back"),
    ):
        code, output = run(*words)
        assert (code, said in output) == (0, True), output
    assert order.state == "refunded"


def test_list_and_show(run, order):
    code, output = run("list")
    assert (code, order.number in output, "placed" in output) == (0, True, True)
    code, output = run("show", order.number.lower())
    assert code == 0
    for text in ("VAT margin: 20.65 EUR", "customer place", order.email):
        assert text in output


@pytest.mark.parametrize(("month", "time"), [(1, "2026-01-02 01:30:00 CET"), (7, "2026-07-02 01:30:00 CEST")])
def test_times_are_the_shops_own(run, db_session, month, time):
    hour = 0 if month == 1 else 23
    placed = datetime(2026, month, 2 if hour == 0 else 1, hour, 30, tzinfo=UTC)
    order = place_an_order(now=placed)
    assert f"  {time}  " in run("list")[1]
    assert run("show", order.number)[1].count(time) == 2


def test_margin_vat_that_cannot_be_worked_out_is_said(run, db_session):
    order = place_an_order(make_wish(make_offer(purchase_price_minor=None)))
    assert "not computable: no purchase price" in run("show", order.number)[1]


def test_a_list_of_what_is_to_be_sent(run, db_session):
    unpaid, paid = place_an_order(), place_an_order()
    run("pay", paid.number)
    output = run("list", "--state", "paid")[1]
    assert (paid.number in output, unpaid.number in output) == (True, False)


def test_what_is_to_be_paid_back_is_listed(run, order):
    assert run("list", "--refund") == (0, "Nothing is to be paid back.\n")
    run("pay", order.number)
    run("cancel", order.number)
    assert order.number in run("list", "--refund")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ship"], "can't be sent"),
        (["deliver"], "can't be marked as delivered"),
        (["refund"], "Nothing is due"),
        (["pay", "--amount", "12.00"], "less than"),
        (["pay", "--amount", "lots"], "Write it like 323.90"),
        (["ship", "--parcel", "2"], "none numbered 2"),
    ],
)
def test_what_cannot_be_is_an_error_and_no_traceback(run, order, words, said):
    code, output = run(words[0], order.number, *words[1:])
    assert (code, said in output, "Traceback" in output) == (1, True, False), output


def test_an_unknown_order(run):
    code, output = run("show", "R-2026-AAAAAA")
    assert (code, "There is no order R-2026-AAAAAA" in output) == (1, True)


def test_of_several_parcels_one_is_named(run, db_session):
    order = place_an_order(make_wish(make_offer()), make_wish(make_offer()))
    run("pay", order.number)
    code, output = run("ship", order.number)
    assert (code, "say which with --parcel" in output) == (1, True)
    assert "parcel 1 paid, parcel 2 shipped" in run("ship", order.number, "--parcel", "2")[1]


def test_paying_twice_is_noticed(run, order):
    run("pay", order.number)
    code, output = run("pay", order.number)
    assert (code, "is paid already" in output) == (1, True)


def test_expire(run, db_session):
    order = place_an_order()
    assert run("expire") == (0, "1 order ran out.\n")
    assert order.state == "cancelled"
    assert run("expire") == (0, "0 orders ran out.\n")


def test_more_than_is_owed_is_asked_about(app, run, order):
    words = ["orders", "pay", order.number, "--amount", "3239.00"]
    refused = app.test_cli_runner().invoke(args=words, input="n\n")
    assert (refused.exit_code, "more than the 323.90 owed" in refused.output) == (1, True)
    assert run("show", order.number)[1].count("paid 0.00") == 1
    assert app.test_cli_runner().invoke(args=words, input="y\n").exit_code == 0
    code, output = run("pay", order.number, "--amount", "5.00", "--reference", "b", "--yes")
    assert (code, "Something is to be paid back" in output) == (0, True)
