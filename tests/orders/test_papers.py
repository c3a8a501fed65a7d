"""Invoices and slips as PDF: they open, say what they must in any script, stay small, and are the same each time."""

import base64
import os
import re
import subprocess
import sys
import zlib

import pytest
import sqlalchemy as sa

from storefront.catalog.sale import offers_for_sale
from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.actions import ParcelWish
from storefront.orders.documents import Invoice
from storefront.orders.models import ShopOrder
from storefront.orders.paper import shown
from storefront.orders.papers import invoice_pdf, slip_pdf
from storefront.orders.rules import SELLER, SYSTEM
from tests.factories import NOW, make_offer, make_seller, make_wish, place_an_order
from tests.live import ROOT

HARD_NAME = "Zoé Żółć Παπαδόπουλος Жуковa 🦊 王 <b>&amp;"


def shipped(*wishes: ParcelWish, **values) -> ShopOrder:
    order = place_an_order(*wishes, **values)
    actions.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    for parcel in order.parcels:
        actions.ship(parcel_id=parcel.id, by=SELLER, now=NOW)
    return order


def invoice_of(session, order: ShopOrder) -> Invoice:
    return session.scalars(sa.select(Invoice).where(Invoice.order_id == order.id)).one()


def wish_of(count: int) -> ParcelWish:
    seller = make_seller()
    offers = [
        make_offer(seller_id=seller.id, vat_scheme="standard" if n % 2 else "margin") for n in range(count)
    ]
    sale = offers_for_sale([offer.id for offer in offers])
    items = tuple((sale[offer.id], 1) for offer in offers)
    return ParcelWish(seller.id, items, "standard", Money(390, "EUR"), Money(390, "EUR"), 3)


def words(pdf: bytes) -> str:
    """What the paper says, read back by the fonts' own tables of letters."""
    objects = dict(re.findall(rb"(\d+) 0 obj\s(.*?)endobj", pdf, re.DOTALL))
    streams = {number: _unpacked(body) for number, body in objects.items() if b"stream" in body}
    letters = {}
    for name, font in re.findall(rb"/(F\d+\+\d+) (\d+) 0 R", pdf):
        number = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
        assert number
        table = streams[number[1]]
        codes = re.findall(rb"<(\w\w)> <(\w+)>", table.split(b"beginbfchar", 1)[1])
        letters[name] = {int(code, 16): chr(int(letter, 16)) for code, letter in codes}
    said = []
    for stream in streams.values():
        font = b""
        for found in re.finditer(
            rb"/(F\d+\+\d+) [\d.]+ Tf|\(((?:[^()\\]|\\.)*)\) Tj|T\*|ET", stream, re.DOTALL
        ):
            font = found[1] or font
            if found[2] is not None:
                said.append("".join(letters[font].get(code, "?") for code in _plain(found[2])))
            elif not found[1]:
                said.append("\n")
    return "".join(said)


def _unpacked(body: bytes) -> bytes:
    raw = body.split(b"stream", 1)[1].split(b"endstream")[0].strip()
    if b"ASCII85" in body:
        raw = base64.a85decode(raw, adobe=False) if not raw.endswith(b"~>") else base64.a85decode(raw[:-2])
    return zlib.decompress(raw) if b"Flate" in body else raw


def _plain(text: bytes) -> bytes:
    escapes = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def one(found: re.Match[bytes]) -> bytes:
        code = found[1]
        return bytes([int(code, 8)]) if code.isdigit() else escapes.get(code, code)

    return re.sub(rb"\\([0-7]{3}|.)", one, text, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("scheme", "language", "said", "unsaid"),
    [
        ("margin", "en", "Margin scheme - Second-hand goods", "of which VAT"),
        ("standard", "en", "of which VAT at 20 % on €269.92", "Margin scheme"),
    ],
)
def test_an_invoice_says_what_its_scheme_wants(db_session, scheme, language, said, unsaid):
    order = shipped(make_wish(make_offer(vat_scheme=scheme)), language=language)
    invoice = invoice_of(db_session, order)
    text = words(invoice_pdf(invoice))
    for fact in (
        invoice.number,
        order.number,
        "€320.00",
        "€323.90",
        invoice.seller_vat_id,
        "2 March 2026",
        said,
    ):
        assert fact in text
    assert "on behalf of" in text
    assert unsaid not in text


def test_no_letter_vanishes(db_session):
    order = shipped(name=HARD_NAME)
    for pdf in (invoice_pdf(invoice_of(db_session, order)), slip_pdf(order.parcels[0])):
        text = words(pdf).replace("\n", " ")
        for part in ("Zoé Żółć Παπαδόπουλος Жуковa [fox face]", "[U+738B]", "<b>&amp;"):
            assert part in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Crébillon", "Crébillon"),
        ("a\u0301", "á"),
        ("👩\u200d🔧", "[woman][wrench]"),
        ("\ud83d", ""),
        ("a\nb\x00", "a b"),
        ("<&>", "&lt;&amp;&gt;"),
        ("שלום", "[hebrew letter shin][hebrew letter lamed][hebrew letter vav][hebrew letter final mem]"),
    ],
)
def test_what_the_font_has_not_is_told_by_name(text, told):
    assert shown(text) == told


def test_two_hundred_lines_are_small_and_the_same_each_time(db_session):
    invoice = invoice_of(db_session, shipped(wish_of(200)))
    pdf = invoice_pdf(invoice)
    assert pdf == invoice_pdf(invoice)
    assert len(pdf) < 50_000
    assert pdf.count(b"/Type /Page\n") > 5
    assert f"/Title ({'Invoice ' + invoice.number})".encode() in pdf


def test_a_slip_has_no_price_and_a_page_of_rights(db_session):
    order = shipped()
    text = words(slip_pdf(order.parcels[0]))
    for fact in (
        order.number,
        order.parcels[0].lines[0].sku,
        "3 rue Crébillon",
        "Your rights",
        "14 days",
        "two years",
    ):
        assert fact in text
    assert "€" not in text


def test_before_it_is_paid_a_slip_names_nobody(db_session):
    text = words(slip_pdf(place_an_order().parcels[0]))
    assert "Lou" not in text
    assert "follow once it is paid" in text


def test_the_customer_opens_it_from_the_orders_page_and_nobody_else(client, db_session):
    order, other = shipped(), shipped()
    invoice = invoice_of(db_session, order)
    page = client.get(f"/orders/{order.token}")
    address = f"/orders/{order.token}/invoices/{invoice.number}.pdf"
    assert address in page.text
    paper = client.get(address)
    assert (paper.status_code, paper.mimetype, paper.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert f'filename="{invoice.number}.pdf"' in paper.headers["Content-Disposition"]
    assert paper.headers["Cache-Control"] == "private, no-store"
    for token, number in (
        (other.token, invoice.number),
        (order.token, "F0-000001"),
        ("x" * 32, invoice.number),
    ):
        assert client.get(f"/orders/{token}/invoices/{number}.pdf").status_code == 404


def test_a_shop_that_prints_nothing_does_not_load_the_printer(tmp_path):
    loaded = "import sys, app; print('reportlab' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", loaded],
        env={**os.environ, "REBELOTE_INSTANCE": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "False"
