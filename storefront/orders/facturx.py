"""An invoice to a firm as Factur-X: the paper itself, PDF/A-3, with the same facts inside for programs.

The facts are those of EN 16931, each under its business term (`BT-...`, `BG-...`), and what French law adds to them
(Code de commerce L441-9). Loads lxml, pypdf and Pillow: from outside, papers are asked for by `papers.py`. The time of
drawing stands in the file's metadata; in nothing else do two drawings of one invoice differ.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO

from facturx import generate_from_binary
from facturx.generate_xml import generate_xml
from flask_babel import force_locale
from flask_babel import gettext as _
from PIL import ImageCms
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from stdnum.fr import siren

from ..catalog.labels import grade_label
from ..core.money import Money
from .documents import CREDIT, GOODS, Invoice, InvoiceLine
from .labels import payment_label
from .owing import early_payment, late_payment, recovery_fee
from .rules import PAID_AT_PROVIDER
from .vat import STANDARD

Terms = dict[str, object]

_LEVEL = "en16931"
# UNTDID 1001: a commercial invoice, a credit note. UN/ECE Recommendation 20: a piece.
_COMMERCIAL, _CREDITED, _PIECE = "380", "381", "H87"
# UNTDID 5305: taxed at a rate; exempt, as what falls under the margin scheme is for its buyer, and why (CEF VATEX).
_TAXED, _EXEMPT, _MARGIN = "S", "E", "VATEX-EU-F"
# ISO 6523: the register of French firms. Electronic Address Scheme: a mail address.
_SIREN, _MAIL = "0002", "EM"
# UNTDID 4461: not defined, credit transfer (to an account that is named), bank card.
_ANY_MEANS, _TRANSFER, _CARD = "1", "30", "48"


def with_facts(invoice: Invoice, pdf: bytes) -> bytes:
    """The printed invoice `pdf` as Factur-X. Raises nothing of its own: what is missing is left out of the facts."""
    with force_locale(invoice.language):
        made: bytes = generate_from_binary(
            _for_archives(pdf),
            facts(invoice),
            flavor="factur-x",
            level=_LEVEL,
            check_xsd=False,
            pdf_metadata={
                "author": invoice.seller_legal_name or invoice.seller_name,
                "keywords": "Factur-X",
                "title": invoice.number,
                "subject": invoice.order_number,
            },
            lang=invoice.language,
            xmp_compression=False,
        )
    return made


def facts(invoice: Invoice) -> bytes:
    """The invoice as XML (UN/CEFACT Cross Industry Invoice), checked against its schema."""
    with force_locale(invoice.language):
        xml: bytes = generate_xml(_terms(invoice), level=_LEVEL, check_xsd=True, check_schematron=None)
    return xml


def _terms(invoice: Invoice) -> Terms:
    currency, total = invoice.currency, invoice.total_minor
    net = sum(line.net_minor for line in invoice.lines)
    paid = total if invoice.paid_on or invoice.kind == CREDIT else 0
    return {
        "BT-1": invoice.number,
        "BT-2": invoice.issued_on,
        "BT-3": _CREDITED if invoice.kind == CREDIT else _COMMERCIAL,
        "BT-5": currency,
        "BT-9": invoice.due_on,
        "BT-13": invoice.purchase_order,
        "BT-14": invoice.order_number,
        "BT-20": late_payment(invoice.seller_country),
        "BT-72": invoice.supplied_on,
        "BT-81": _means(invoice),
        "BT-82": payment_label(invoice.payment_method),
        "BT-83": invoice.order_number,
        "BT-84": invoice.pay_to_iban.replace(" ", ""),
        "BT-85": invoice.pay_to_name,
        "BG-1": _notes(invoice),
        "BG-3": _corrected(invoice),
        "BG-4": _seller(invoice),
        "BG-7": _buyer(invoice),
        "BG-23": _vat(invoice.lines, currency),
        "BG-25": [_line(nth, line, currency) for nth, line in enumerate(invoice.lines, 1)],
        "BT-106": _amount(net, currency),
        "BT-109": _amount(net, currency),
        "BT-110": _amount(total - net, currency),
        "BT-112": _amount(total, currency),
        "BT-113": _amount(paid, currency),
        "BT-115": _amount(total - paid, currency),
    }


def _means(invoice: Invoice) -> str:
    if invoice.pay_to_iban:
        return _TRANSFER
    return _CARD if invoice.payment_method in PAID_AT_PROVIDER else _ANY_MEANS


def _amount(minor: int, currency: str) -> str:
    return str(Money(minor, currency).amount)


def _notes(invoice: Invoice) -> list[Terms]:
    """By subject (UNTDID 4451): interest for late payment, the fixed sum, discount for paying early."""
    said = (
        ("PMD", late_payment(invoice.seller_country)),
        ("PMT", recovery_fee()),
        ("AAB", early_payment()),
    )
    return [{"BT-21": subject, "BT-22": words} for subject, words in said]


def _corrected(invoice: Invoice) -> list[Terms]:
    corrected = invoice.corrects
    return [{"BT-25": corrected.number, "BT-26": corrected.issued_on}] if corrected else []


def _seller(invoice: Invoice) -> Terms:
    return {
        "name": invoice.seller_legal_name or invoice.seller_name,
        "biz_name": invoice.seller_name if invoice.seller_legal_name else "",
        "addr_l1": invoice.seller_address,
        "country_code": invoice.seller_country,
        "vat_identifier": invoice.seller_vat_id,
        "einvoicing_addr": invoice.seller_email,
        "einvoicing_addr_schemeid": _MAIL,
        **_register(invoice.seller_register_number),
    }


def _buyer(invoice: Invoice) -> Terms:
    lines = [*invoice.buyer_address.split("\n"), "", ""]
    return {
        "name": invoice.buyer_name,
        "addr_l1": lines[0],
        "addr_l2": lines[1],
        "addr_l3": lines[2],
        "country_code": invoice.buyer_country,
        "vat_identifier": invoice.buyer_vat_id,
        "einvoicing_addr": invoice.buyer_email,
        "einvoicing_addr_schemeid": _MAIL,
        "contacts": [{"name": invoice.buyer_contact, "email": invoice.buyer_email}],
        **_register(invoice.buyer_register_number),
    }


def _register(number: str) -> Terms:
    """The number in a register of firms; a French one by its SIREN, also out of "RCS Nantes 900 000 008"."""
    digits = re.sub(r"\D", "", number)[:9]
    if siren.is_valid(digits):
        return {"legal_identifier": digits, "legal_identifier_schemeid": _SIREN}
    return {"legal_identifier": number}


def _line(nth: int, line: InvoiceLine, currency: str) -> Terms:
    quantity = line.quantity or 1
    price = Money(line.net_minor, currency).amount / quantity
    return {
        "BT-126": str(nth),
        "BT-129": str(quantity),
        "BT-130": _PIECE,
        "BT-131": _amount(line.net_minor, currency),
        # Four decimals: of 800.00 for three, each is 266.6667.
        "BT-146": str(price.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)),
        "BT-151": _TAXED if line.vat_scheme == STANDARD else _EXEMPT,
        "BT-152": str(line.vat_percent) if line.vat_scheme == STANDARD else "0",
        "BT-153": line.title if line.kind == GOODS else _("Delivery"),
        "BT-154": grade_label(line.grade) if line.grade else "",
        "BT-155": line.sku,
    }


def _vat(lines: Sequence[InvoiceLine], currency: str) -> list[Terms]:
    """Net amount and VAT by rate, and what falls under the margin scheme, whose VAT no invoice shows."""
    net: dict[Decimal | None, int] = defaultdict(int)
    vat: dict[Decimal | None, int] = defaultdict(int)
    for line in lines:
        rate = line.vat_percent if line.vat_scheme == STANDARD else None
        net[rate] += line.net_minor
        vat[rate] += line.total_minor - line.net_minor
    return [
        {
            "BT-116": _amount(net[rate], currency),
            "BT-117": _amount(vat[rate], currency),
            **(_exempt() if rate is None else {"BT-118": _TAXED, "BT-119": str(rate)}),
        }
        for rate in sorted(net, key=lambda rate: (rate is None, rate))
    ]


def _exempt() -> Terms:
    return {
        "BT-118": _EXEMPT,
        "BT-119": "0",
        "BT-120": _("Margin scheme - Second-hand goods"),
        "BT-121": _MARGIN,
    }


def _for_archives(pdf: bytes) -> bytes:
    """With what PDF/A-3 wants and the printer doesn't give: which colours the numbers mean (ISO 19005-3, 6.2.3)."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    profile = DecodedStreamObject()
    profile.set_data(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[NameObject("/N")] = NumberObject(3)
    intent = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject("/GTS_PDFA1"),
            NameObject("/OutputConditionIdentifier"): TextStringObject("sRGB"),
            NameObject("/DestOutputProfile"): writer._add_object(profile),
        }
    )
    writer.root_object[NameObject("/OutputIntents")] = ArrayObject([intent])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
