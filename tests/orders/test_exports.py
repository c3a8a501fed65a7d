"""Records as CSV: what they add up to, against sums worked out apart; and safe to open in a spreadsheet."""

import csv
import io
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
import sqlalchemy as sa

from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.documents import Invoice, InvoiceLine
from storefront.orders.exports import export
from storefront.orders.rules import OPERATOR, SELLER, SYSTEM
from tests.factories import NOW, make_offer, make_seller, make_wish, place_an_order

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
Rows = list[dict[str, str]]


def rows(kind: str, sellers: frozenset[int] | None = None, first: date = FIRST, last: date = LAST) -> Rows:
    text = "".join(export(kind, sellers, first, last))
    assert text.startswith("\N{BYTE ORDER MARK}")
    return list(csv.DictReader(io.StringIO(text[1:])))


def sold(*, day: int = 0, quantity: int = 1, **offer) -> int:
    """Sell and send a device; the parcel's id."""
    order = place_an_order(make_wish(make_offer(**offer), quantity), now=NOW)
    actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    actions.ship(parcel_id=order.parcels[0].id, by=SELLER, now=NOW + timedelta(days=day))
    return order.parcels[0].id


def test_the_register_names_purchase_and_sale_documents(db_session):
    seller = make_seller(name="Atelier Un", vat_id="FR12")
    sold(seller_id=seller.id, purchase_reference="ACH-17", purchase_date=date(2026, 2, 1), sku="US-1")
    (row,) = rows("margin")
    assert {name: row[name] for name in row if name not in ("order", "title")} == {
        "month": "2026-03", "seller": "Atelier Un", "vat_id": "FR12", "purchase_date": "2026-02-01",
        "purchase_document": "ACH-17", "purchase_price": "200.00", "sale_date": "2026-03-02",
        "sale_document": f"F{seller.id}-000001", "kind": "invoice", "sku": "US-1", "serials": "", "quantity": "1",
        "sale_price": "323.90", "margin": "123.90", "vat_percent": "20", "vat": "20.65", "currency": "EUR",
    }  # fmt: skip


def test_a_return_takes_the_sale_and_the_purchase_back(db_session):
    parcel_id = sold()
    line_ids = list(
        db_session.scalars(sa.select(InvoiceLine.order_line_id).where(InvoiceLine.kind == "goods"))
    )
    actions.return_lines(parcel_id=parcel_id, line_ids=line_ids, reason="defect", by=SELLER, now=NOW)
    sale, back = rows("margin")
    figures = ("quantity", "purchase_price", "sale_price", "margin", "vat")
    assert [back[name] for name in figures] == ["-1", "-200.00", "-323.90", "-123.90", "-20.65"]
    assert sale["sale_document"] != back["sale_document"]
    assert [row["vat"] for row in rows("vat")] == ["0.00"]


def test_vat_by_month_seller_scheme_and_rate(db_session):
    seller = make_seller(name="Atelier Un")
    sold(seller_id=seller.id, vat_scheme="standard")
    sold(seller_id=seller.id)
    sold(seller_id=seller.id, day=30, purchase_price_minor=None)
    told = [[row[name] for name in ("month", "scheme", "sales", "taxable", "vat")] for row in rows("vat")]
    assert told == [
        ["2026-03", "margin", "323.90", "103.25", "20.65"],
        ["2026-03", "standard", "323.90", "269.92", "53.98"],
        ["2026-04", "margin", "323.90", "0.00", "0.00"],
    ]
    assert [row["lines_without_purchase_price"] for row in rows("vat")] == ["0", "0", "1"]


@pytest.mark.parametrize("seed", range(5))
def test_whatever_happens_the_records_add_up(db_session, seed):
    """Register and VAT totals against plain sums over every document."""
    chance = Random(seed)
    sellers = [make_seller().id for _ in range(2)]
    for _ in range(6):
        parcel_id = sold(
            seller_id=chance.choice(sellers),
            day=chance.randrange(0, 60),
            quantity=chance.randrange(1, 4),
            price_minor=chance.randrange(1_000, 90_000),
            purchase_price_minor=chance.randrange(0, 90_000),
            vat_scheme=chance.choice(["margin", "standard"]),
        )
        lines = list(
            db_session.scalars(
                sa.select(InvoiceLine).join(Invoice).where(
                    Invoice.parcel_id == parcel_id, InvoiceLine.kind == "goods"
                )
            )
        )  # fmt: skip
        later = NOW + timedelta(days=chance.randrange(60, 90))
        ids = [line.order_line_id for line in lines]
        if chance.random() < 0.5:
            actions.refund_part(
                parcel_id=parcel_id, lines={ids[0]: Money(chance.randrange(1, 900), "EUR")},
                delivery=Money(chance.randrange(0, 390), "EUR"), reason="scratch", by=OPERATOR, now=later,
            )  # fmt: skip
        if chance.random() < 0.5:
            actions.return_lines(parcel_id=parcel_id, line_ids=ids, reason="withdrawn", by=SELLER, now=later)
    expected: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for document in db_session.scalars(sa.select(Invoice)):
        for line in document.lines:
            sums = expected[document.seller_name, line.vat_scheme]
            sign = -1 if document.kind == "credit" else 1
            sums[0] += sign * line.total_minor
            sums[1] += sign * (line.vat_minor or 0)
    told: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in rows("vat"):
        told[row["seller"], row["scheme"]][0] += int(Decimal(row["sales"]) * 100)
        told[row["seller"], row["scheme"]][1] += int(Decimal(row["vat"]) * 100)
    assert told == expected
    register: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows("margin"):
        register[row["seller"]][0] += int(Decimal(row["sale_price"]) * 100)
        register[row["seller"]][1] += int(Decimal(row["vat"]) * 100)
    assert register == {seller: sums for (seller, scheme), sums in expected.items() if scheme == "margin"}


def test_french_spreadsheets_get_commas_and_semicolons(make_app):
    app = make_app(REBELOTE_SHOP_LANGUAGE="fr")
    with app.app_context():
        sold()
        text = "".join(export("lines", None, FIRST, LAST))
    header, line = text.strip("\N{BYTE ORDER MARK}\r\n").split("\r\n")
    assert header.startswith("order;placed_on;")
    assert ";320,00;" in line


@pytest.mark.parametrize("name", ["=1+1", "+33 6", "-2", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1"])
def test_no_text_is_a_formula(db_session, name):
    place_an_order(name=name)
    (row,) = rows("lines")
    assert row["customer"] == f"'{name}"


def test_a_seller_gets_its_own_lines_and_the_names_it_may_know(db_session):
    order = place_an_order(make_wish(make_offer()), make_wish(make_offer()), now=NOW)
    mine = frozenset({order.parcels[0].seller_id})
    (row,) = rows("lines", mine)
    assert (row["seller"], row["customer"], row["email"]) == (order.parcels[0].seller_name, "", "")
    actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    (row,) = rows("lines", mine)
    assert (row["customer"], row["unit_price"], row["total"]) == ("Lou Martin", "320.00", "320.00")
    assert len(rows("lines")) == 2
    assert rows("lines", frozenset()) == rows("margin", mine) == []


def test_days_are_the_shops_and_both_count(db_session):
    place_an_order(now=NOW.replace(hour=23, minute=30))  # 00:30 on the third in Paris
    third = date(2026, 3, 3)
    assert [len(rows("lines", None, day, day)) for day in (date(2026, 3, 2), third, date(2026, 3, 4))] == [
        0,
        1,
        0,
    ]


@pytest.mark.parametrize("kind", ["lines", "margin", "vat"])
def test_one_statement_whatever_it_holds(db_session, count_sql, kind):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            sold()
        db_session.commit()
        with count_sql() as statements:
            rows(kind)
        counts.append(len(statements))
    assert counts == [1, 1]


def test_the_command_writes_the_file(app, db_session):
    sold()
    db_session.commit()
    words = ["orders", "export", "--kind", "margin", "--from", "2026-03-01", "--to", "2026-03-31"]
    result = app.test_cli_runner().invoke(args=words)
    assert (result.exit_code, result.output.count("123.90")) == (0, 1)
    assert app.test_cli_runner().invoke(args=[*words, "--seller", "nobody"]).exit_code == 1
