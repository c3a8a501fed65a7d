"""A quote's PDF and CSV: they open, say what they must, and agree with each other and with the order to the cent."""

import csv
import io
from decimal import Decimal

import pytest
from pypdf import PdfReader

from storefront.core.money import Money
from storefront.fleet.quotes.models import Quote
from storefront.fleet.quotes.offered import carbon_of
from storefront.fleet.quotes.pages import quote_paper
from storefront.fleet.quotes.sheets import carbon_csv, quote_csv
from storefront.fleet.quotes.shown import QuotePage, quote_page_of
from storefront.fleet.quotes.sums import Sums
from storefront.orders.paper import amount
from storefront.orders.shown import shown
from tests.factories import NOW

from ..quotes.makers import accept, make_firm
from .fleets import make_fleet, open_fleet

pytestmark = pytest.mark.usefixtures("db_session")


def page_of(quote: Quote) -> QuotePage:
    return quote_page_of(quote, now=NOW)


def paper(quote: Quote) -> bytes:
    page = page_of(quote)
    assert page.offer
    return quote_paper(page, page.offer, quote)


def read(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def rows_of(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.removeprefix("\N{BYTE ORDER MARK}"))))


def sums_of(quote: Quote) -> Sums:
    offer = page_of(quote).offer
    assert offer
    return offer.sums


def written(money: Money) -> str:
    return amount(money.minor, money.currency)


def test_paper_file_and_order_agree_to_the_cent(app):
    quote = open_fleet()
    sums, number = sums_of(quote), quote.number
    with app.test_request_context("/en/"):
        text = read(paper(quote))
        offer = page_of(quote).offer
        assert offer
        rows = rows_of(quote_csv(number, offer))
        wanted = [sums.goods, sums.shipping, sums.total, sums.net, *(money for _percent, money in sums.vat)]
        assert [money for money in wanted if written(money) not in text] == []
        assert [line.gross for line in sums.lines if written(line.gross) not in text] == []
    by_row = {
        kind: [row for row in rows if row["row"] == kind]
        for kind in ("goods", "delivery", "total", "vat", "net")
    }
    added = sum(Decimal(row["total"]) for kind in ("goods", "delivery") for row in by_row[kind])
    assert [Decimal(by_row[kind][0]["total"]) for kind in ("total", "net")] == [
        sums.total.amount,
        sums.net.amount,
    ]
    assert added == sums.total.amount
    assert [(Decimal(row["vat_percent"]), Decimal(row["vat"])) for row in by_row["vat"]] == [
        (percent, money.amount) for percent, money in sums.vat
    ]
    order = shown(accept(quote), now=NOW)
    assert (order.goods, order.shipping, order.total, order.vat) == (
        sums.goods,
        sums.shipping,
        sums.total,
        sums.vat,
    )


def test_the_paper_names_everybody_and_every_line(app):
    quote = open_fleet()
    with app.test_request_context("/en/"):
        text = read(paper(quote))
    said = (
        quote.number, "Menuiserie Loire", "Zoé Vandermeersch", "FR44732829320", "Rebelote Démo SAS", "Atelier Phénix",
        "Les Revenants", "Latitude 7420", "held until Thursday 5 March", "Margin scheme - Second-hand goods",
        "Instead of €319.99 for one alone", "New: €909.00", "Bank transfer", "Guarantee: two years by law",
        "Annex: what it spares", "Game consoles (2): no figure that we trust", "Never add one to the other",
    )  # fmt: skip
    assert [sentence for sentence in said if sentence not in text] == []
    # What the sellers paid for it is theirs to know.
    assert "200.00" not in text


def test_the_paper_is_the_same_each_time_and_in_its_firms_language(app):
    quote = open_fleet(language="fr")
    with app.test_request_context("/en/"):
        first, second = paper(quote), paper(quote)
        text = read(first)
    assert first == second
    assert len(first) < 60_000
    assert written_in_french(text)


def written_in_french(text: str) -> bool:
    """Amounts tell a language even where no sentence is translated yet."""
    return "2 150,33" in " ".join(
        text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ").split()
    )


def test_what_firms_are_called_can_be_anything(app):
    quote = open_fleet(firm=make_firm(name="王 & <b>Fils</b> 🦊", contact="=1+1"))
    with app.test_request_context("/en/"):
        text = read(paper(quote))
    assert "& <b>Fils</b> [fox face]" in text


def test_a_file_holds_no_formula_and_no_purchase_price(app):
    quote = open_fleet()
    for version in quote.versions:
        for line in version.lines:
            line.title, line.purchase_price_minor = "=HYPERLINK(1)", 12345
    with app.test_request_context("/en/"):
        offer = page_of(quote).offer
        assert offer
        content = quote_csv(quote.number, offer)
    assert {row["title"] for row in rows_of(content) if row["row"] == "goods"} == {"'=HYPERLINK(1)"}
    assert "123.45" not in content


def test_the_carbon_file_has_a_row_for_each_figure_and_each_gap(app):
    quote = open_fleet()
    assert quote.in_force
    with app.test_request_context("/en/"):
        rows = rows_of(carbon_csv(quote.number, 2, carbon_of(quote.in_force)))
    assert [
        (row["basis"], row["category"], row["units"], row["avoided_all"], row["note"]) for row in rows
    ] == [
        ("device", "smartphones", "7", "541.1", ""),
        ("device", "laptops", "3", "", "counted on the other basis"),
        ("device", "consoles", "2", "", "no trustworthy figure"),
        ("year", "laptops", "3", "81.0", ""),
        ("year", "smartphones", "7", "", "counted on the other basis"),
        ("year", "consoles", "2", "", "no trustworthy figure"),
    ]
    assert {(row["source_year"], row["source_url"][:8]) for row in rows if row["avoided_all"]} == {
        ("2022", "https://")
    }


def test_a_carbon_report_stays_as_it_was_frozen():
    quote = open_fleet()
    assert quote.in_force
    for line in quote.in_force.lines:
        if line.impact_per == "device":
            line.impact_avoided_kg = 1.5
    assert [str(one.avoided) for one in carbon_of(quote.in_force).per_device.counted] == ["10.5"]


def test_nothing_is_in_force_before_something_was_chosen():
    quote = make_fleet()
    page = page_of(quote)
    assert (page.offer, [offer.alternative for offer in page.proposals]) == (None, ["value", "uniform"])
