"""Invoices to firms as Factur-X: valid by schema and by the rules of EN 16931, and to the cent what the paper says."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree as SafeTree
from facturx import get_facturx_xml_from_pdf
from facturx.facturx import xml_check_xsd
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from saxonche import PySaxonProcessor

from storefront.core.money import Money
from storefront.orders.documents import CREDIT, DELIVERY, GOODS, INVOICE, Invoice, InvoiceLine
from storefront.orders.facturx import facts
from storefront.orders.papers import invoice_pdf
from storefront.orders.vat import MARGIN, STANDARD, vat_within

RULES = Path(str(files("facturx"))) / "xsd_and_schematron/facturx-en16931/FACTUR-X_EN16931.xslt"
NAMES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "svrl": "http://purl.oclc.org/dsdl/svrl",
}


@pytest.fixture(scope="module")
def broken_rules() -> Iterator[Callable[[bytes], list[str]]]:
    """Gives the rules of EN 16931 that an invoice breaks, each with its number, `[BR-CO-15]-...`."""
    with PySaxonProcessor(license=False) as processor:
        check = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES))

        def broken(xml: bytes) -> list[str]:
            said = check.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
            found = SafeTree.fromstring(said).iterfind(".//svrl:failed-assert/svrl:text", NAMES)
            return [" ".join((text.text or "").split()) for text in found]

        yield broken


def line_of(gross: int, *, quantity: int = 1, scheme: str = STANDARD, **values) -> InvoiceLine:
    vat = vat_within(Money(gross, "EUR"), Decimal(20)).minor if scheme == STANDARD else 2000
    return InvoiceLine(
        **{
            "kind": GOODS,
            "title": "iPhone 13, 128 GB, black",
            "sku": "IP13-128-B",
            "grade": "good",
            "quantity": quantity,
            "unit_minor": gross // quantity,
            "reduction_minor": 0,
            "total_minor": gross,
            "delivery_minor": 0,
            "vat_scheme": scheme,
            "vat_rate": 2000,
            "vat_minor": vat,
            **values,
        }
    )


def delivery_of(gross: int, scheme: str = STANDARD) -> InvoiceLine:
    line = line_of(gross, scheme=scheme, kind=DELIVERY, title="", sku="", grade="")
    line.quantity = line.unit_minor = 0
    if scheme == MARGIN:
        line.vat_minor = None
    return line


def invoice_of(*lines: InvoiceLine, **values) -> Invoice:
    return Invoice(
        **{
            "kind": INVOICE,
            "number": "F7-000012",
            "issued_on": date(2026, 11, 23),
            "supplied_on": date(2026, 11, 22),
            "paid_on": None,
            "due_on": date(2026, 12, 23),
            "language": "fr",
            "currency": "EUR",
            "order_number": "R-2026-K7PX3M",
            "ordered_on": date(2026, 11, 20),
            "payment_method": "invoice",
            "purchase_order": "BC-2026-77",
            "seller_name": "Usine Seconde",
            "seller_legal_name": "Usine Seconde SAS",
            "seller_address": "4 rue des Forges, 42000 Saint-Étienne, France",
            "seller_phone": "+33 4 77 00 00 00",
            "seller_email": "factures@usine.example",
            "seller_register_number": "RCS Saint-Étienne 732 829 320",
            "seller_vat_id": "FR44732829320",
            "seller_country": "FR",
            "issuer_name": "Rebelote SAS",
            "issuer_address": "Nantes",
            "issuer_register_number": "",
            "buyer_name": "Menuiserie Le Goff & fils",
            "buyer_address": "12 rue du Port\nBâtiment B\n29200 Brest",
            "buyer_country": "FR",
            "buyer_contact": "Zoé Le Goff",
            "buyer_email": "zoe@legoff.example",
            "buyer_register_number": "404833048",
            "buyer_vat_id": "FR83404833048",
            "pay_to_name": "Rebelote SAS",
            "pay_to_iban": "FR76 3000 6000 0112 3456 7890 189",
            "total_minor": sum(line.total_minor for line in lines),
            "lines": list(lines),
            **values,
        }
    )


def value_of(xml: bytes, path: str) -> Decimal:
    return Decimal(SafeTree.fromstring(xml).findtext(f".//{path}", "", NAMES))


def mixed() -> list[InvoiceLine]:
    return [
        line_of(80000, quantity=3),
        line_of(32000, scheme=MARGIN),
        delivery_of(390),
        delivery_of(110, MARGIN),
    ]


def test_an_invoice_keeps_every_rule(app, broken_rules):
    with app.test_request_context():
        xml = facts(invoice_of(*mixed()))
    assert xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert broken_rules(xml) == []
    assert value_of(xml, "ram:GrandTotalAmount") == Decimal("1125.00")
    # 800.00 and 3.90 hold 133.33 and 0.65 of VAT; what falls under the margin scheme shows none.
    assert value_of(xml, "ram:TaxTotalAmount") == Decimal("133.98")
    assert value_of(xml, "ram:DuePayableAmount") == Decimal("1125.00")


def test_the_rules_are_really_checked(app, broken_rules):
    with app.test_request_context():
        xml = facts(invoice_of(*mixed()))
    wrong = xml.replace(b">1125.00</ram:GrandTotalAmount>", b">1125.01</ram:GrandTotalAmount>")
    assert [rule for rule in broken_rules(wrong) if "BR-CO-15" in rule]


@pytest.mark.parametrize(
    ("values", "paid", "due"),
    [
        ({"paid_on": date(2026, 11, 21), "payment_method": "stripe", "pay_to_iban": ""}, "1125.00", "0.00"),
        ({"language": "en", "seller_country": "DE", "seller_vat_id": "DE136695976"}, "0.00", "1125.00"),
        ({"buyer_register_number": "", "buyer_vat_id": "", "purchase_order": ""}, "0.00", "1125.00"),
        ({"buyer_register_number": "HRB 12345", "buyer_country": "DE"}, "0.00", "1125.00"),
        ({"buyer_name": "🦊 " * 50 + "<&>\"'", "buyer_address": "x"}, "0.00", "1125.00"),
    ],
)
def test_whoever_sells_and_buys(app, broken_rules, values, paid, due):
    with app.test_request_context():
        xml = facts(invoice_of(*mixed(), **values))
    assert broken_rules(xml) == []
    assert value_of(xml, "ram:TotalPrepaidAmount") == Decimal(paid)
    assert value_of(xml, "ram:DuePayableAmount") == Decimal(due)


def test_a_credit_note_names_its_invoice(app, broken_rules):
    corrected = invoice_of(line_of(80000, quantity=3))
    note = invoice_of(
        line_of(26667), kind=CREDIT, number="A7-000001", corrects=corrected, reason="defect", due_on=None
    )
    with app.test_request_context():
        xml = facts(note)
    assert broken_rules(xml) == []
    assert b"<ram:TypeCode>381</ram:TypeCode>" in xml
    assert b"F7-000012" in xml


goods = st.builds(
    line_of,
    st.integers(1, 2_000_000),
    quantity=st.integers(1, 99),
    scheme=st.sampled_from([STANDARD, MARGIN]),
)


def test_the_totals_are_the_papers_to_the_cent(app, broken_rules):
    @settings(max_examples=40)
    @given(st.lists(goods, min_size=1, max_size=8))
    def check(lines):
        invoice = invoice_of(*lines)
        with app.test_request_context():
            xml = facts(invoice)
        assert broken_rules(xml) == []
        assert value_of(xml, "ram:GrandTotalAmount") * 100 == sum(line.total_minor for line in lines)
        vat = sum(line.vat_minor for line in lines if line.vat_scheme == STANDARD)
        assert value_of(xml, "ram:TaxTotalAmount") * 100 == vat

    check()


def test_the_paper_is_for_archives_and_holds_the_facts(app):
    invoice = invoice_of(*mixed())
    with app.test_request_context():
        pdf = invoice_pdf(invoice)
        assert get_facturx_xml_from_pdf(pdf, check_xsd=True) == ("factur-x.xml", facts(invoice))
    reader = PdfReader(BytesIO(pdf))
    root: Any = reader.root_object
    assert root["/OutputIntents"][0]["/DestOutputProfile"].get_data()[36:40] == b"acsp"
    assert root["/AF"][0]["/AFRelationship"] == "/Data"
    said = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part.{0,3}3", said)
    assert re.search(r"pdfaid:conformance.{0,3}B", said)
    assert reader.trailer["/ID"]
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts_used(reader))
    words = " ".join(page.extract_text() for page in reader.pages)
    for said in ("BC-2026-77", "FR83404833048", "Zoé Le Goff", "HT", "23 décembre 2026"):
        assert said in words


def fonts_used(reader: PdfReader) -> list[Any]:
    """The fonts that the pages' texts are set in."""
    fonts: list[Any] = []

    def note(_text: str, _around: Any, _at: Any, font: Any, _size: float) -> None:
        if font is not None and font not in fonts:
            fonts.append(font)

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    assert fonts
    return fonts


def test_a_person_gets_a_plain_paper(app):
    with app.test_request_context():
        pdf = invoice_pdf(invoice_of(*mixed(), buyer_contact="", due_on=None, paid_on=date(2026, 11, 21)))
    assert "/AF" not in PdfReader(BytesIO(pdf)).root_object
