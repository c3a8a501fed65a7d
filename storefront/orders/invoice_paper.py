"""An invoice or credit note as a PDF, from what was kept of it (`documents.Invoice`) and nothing else."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from babel.numbers import format_currency
from flask_babel import force_locale
from flask_babel import gettext as _
from reportlab.platypus import Flowable

from ..catalog.labels import grade_label
from ..core.i18n import locale_code
from ..core.money import Money
from ..core.templating import day, number
from .documents import CREDIT, DELIVERY, GOODS, Invoice, InvoiceLine
from .labels import country_name, payment_label, reason_label
from .owing import early_payment, late_payment, recovery_fee
from .paper import ACCENT, SOFT, Paper, amount, printed, space, table, text
from .vat import MARGIN, STANDARD

_WIDTH_MM = (92, 14, 34, 34)
# Two decimals, and up to four where they matter.
_UNIT_PRICE = {"en": "¤#,##0.00##", "fr": "#,##0.00##\u00a0¤"}


def printed_invoice(invoice: Invoice) -> bytes:
    with force_locale(invoice.language):
        return printed(
            Paper(
                title=_title(invoice),
                subject=_(
                    "Order %(number)s of %(day)s", number=invoice.order_number, day=day(invoice.ordered_on)
                ),
                author=invoice.seller_legal_name or invoice.seller_name,
                foot=_foot(invoice),
            ),
            [
                *_head(invoice),
                *_parties(invoice),
                space(6),
                _lines(invoice),
                space(3),
                _totals(invoice),
                space(5),
                *_sentences(invoice),
            ],
        )


def _title(invoice: Invoice) -> str:
    if invoice.kind == CREDIT:
        return _("Credit note %(number)s", number=invoice.number)
    return _("Invoice %(number)s", number=invoice.number)


def _foot(invoice: Invoice) -> str:
    return " · ".join(
        part
        for part in (invoice.seller_legal_name or invoice.seller_name, invoice.seller_register_number)
        if part
    )


def _head(invoice: Invoice) -> list[Flowable]:
    dates = [_("Issued on %(day)s", day=day(invoice.issued_on))]
    if invoice.corrects:
        corrected = invoice.corrects
        dates.append(
            _("For invoice %(number)s of %(day)s", number=corrected.number, day=day(corrected.issued_on))
        )
    else:
        dates.append(_("Goods sent or handed over on %(day)s", day=day(invoice.supplied_on)))
    dates.append(_("Order %(number)s of %(day)s", number=invoice.order_number, day=day(invoice.ordered_on)))
    if invoice.purchase_order:
        dates.append(_("Your purchase order: %(number)s", number=invoice.purchase_order))
    return [
        text(invoice.seller_name, 11, bold=True, colour=ACCENT),
        space(2),
        text(_title(invoice), 20, bold=True),
        space(1),
        text(dates, colour=SOFT),
        space(6),
    ]


def _parties(invoice: Invoice) -> list[Flowable]:
    seller = [
        invoice.seller_legal_name or invoice.seller_name,
        invoice.seller_address,
        invoice.seller_register_number,
        _("VAT id %(id)s", id=invoice.seller_vat_id) if invoice.seller_vat_id else "",
        invoice.seller_email,
        invoice.seller_phone,
    ]
    buyer = [
        invoice.buyer_name,
        *invoice.buyer_address.split("\n"),
        country_name(invoice.buyer_country),
        invoice.buyer_register_number,
        _("VAT id %(id)s", id=invoice.buyer_vat_id) if invoice.buyer_vat_id else "",
        invoice.buyer_contact,
    ]
    columns = [
        [text(title, 8, bold=True, colour=SOFT), text(lines)]
        for title, lines in ((_("Seller"), seller), (_("Customer"), buyer))
    ]
    return [table([columns], (90, 84))]


def _lines(invoice: Invoice) -> Flowable:
    heads = (
        (_("What"), _("Units"), _("Price excl. VAT"), _("Total excl. VAT"))
        if invoice.to_firm
        else (_("What"), _("Units"), _("Price"), _("Total, VAT included"))
    )
    rows: list[list[object]] = [
        [text(head, 8, bold=True, colour=SOFT, right=n > 0) for n, head in enumerate(heads)]
    ]
    rows += [_line(line, invoice) for line in invoice.lines if line.kind == GOODS and line.total_minor]
    delivery = sum(_shown_minor(line, invoice) for line in invoice.lines if line.kind == DELIVERY)
    if delivery:
        rows.append([text(_("Delivery")), "", "", _right(delivery, invoice.currency)])
    return table(
        rows,
        _WIDTH_MM,
        ("LINEBELOW", (0, 0), (-1, 0), 1, ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, "#d8d0c4"),
        repeat=1,
    )


def _shown_minor(line: InvoiceLine, invoice: Invoice) -> int:
    """Firms reckon without VAT; under the margin scheme there is none to leave out."""
    return line.net_minor if invoice.to_firm else line.total_minor


def _unit_price(line: InvoiceLine, invoice: Invoice) -> Flowable:
    if not invoice.to_firm:
        return _right(line.unit_minor, invoice.currency)
    # Of three for 800.00 in all: 266.6667. The line's total is what is rounded, and nothing before it.
    price = Money(line.net_minor, invoice.currency).amount / line.quantity
    exact = format_currency(
        price,
        invoice.currency,
        format=_UNIT_PRICE[locale_code()],
        locale=locale_code(),
        currency_digits=False,
    )
    return text(exact, right=True)


def _line(line: InvoiceLine, invoice: Invoice) -> list[object]:
    currency = invoice.currency
    details = [part for part in (grade_label(line.grade) if line.grade else "", line.sku) if part]
    if line.vat_scheme == MARGIN:
        details.append(_("margin scheme"))
    else:
        details.append(_("VAT %(percent)s %%", percent=number(float(line.vat_percent))))
    what = [text(line.title), text(" · ".join(details), 8, colour=SOFT)]
    if line.reduction_minor:
        reduced = amount(line.reduction_minor, currency)
        what.append(text(_("Price reduced by %(money)s", money=reduced), 8, colour=SOFT))
    returned_or_sold = line.quantity > 0
    return [
        what,
        text(str(line.quantity) if returned_or_sold else "", right=True),
        _unit_price(line, invoice) if returned_or_sold else "",
        _right(_shown_minor(line, invoice), currency),
    ]


def _right(minor: int, currency: str, *, bold: bool = False) -> Flowable:
    return text(amount(minor, currency), right=True, bold=bold)


def _totals(invoice: Invoice) -> Flowable:
    label = _("Total credited, VAT included") if invoice.kind == CREDIT else _("Total, VAT included")
    rows: list[list[object]] = [
        [text(label, bold=True, right=True), _right(invoice.total_minor, invoice.currency, bold=True)]
    ]
    if invoice.to_firm:
        net = sum(line.net_minor for line in invoice.lines)
        rows.insert(0, [text(_("Total excl. VAT"), right=True), _right(net, invoice.currency)])
    for percent, gross, vat in vat_by_rate(invoice.lines):
        shown = number(float(percent))
        on = amount(gross - vat, invoice.currency)
        rows += [
            [
                text(
                    _("of which VAT at %(percent)s %% on %(net)s", percent=shown, net=on),
                    right=True,
                    colour=SOFT,
                ),
                _right(vat, invoice.currency),
            ]
        ]
    return table(rows, (sum(_WIDTH_MM[:3]), _WIDTH_MM[3]))


def vat_by_rate(lines: Sequence[InvoiceLine]) -> list[tuple[Decimal, int, int]]:
    """Percent, amount with VAT and VAT within, in minor units, of what falls under the standard scheme."""
    gross: dict[Decimal, int] = defaultdict(int)
    vat: dict[Decimal, int] = defaultdict(int)
    for line in lines:
        if line.vat_scheme == STANDARD:
            gross[line.vat_percent] += line.total_minor
            vat[line.vat_percent] += line.vat_minor or 0
    return [(percent, gross[percent], vat[percent]) for percent in sorted(gross)]


def _sentences(invoice: Invoice) -> list[Flowable]:
    said = []
    if any(line.vat_scheme == MARGIN for line in invoice.lines):
        # The words of Directive 2006/112/EC art. 226(14); in French those of CGI annexe II art. 242 nonies A.
        said.append(_("Margin scheme - Second-hand goods"))
    said += _of_money(invoice)
    if invoice.issuer_name != (invoice.seller_legal_name or invoice.seller_name):
        said.append(_of_issuer(invoice))
    if invoice.kind != CREDIT:
        said.append(
            _("Guarantee: two years by law from delivery, and the seller's own as agreed in the order.")
        )
    return [text(sentence, 8.5, colour=SOFT) for sentence in said]


def _of_money(invoice: Invoice) -> list[str]:
    if invoice.kind == CREDIT:
        return [_("Reason: %(reason)s.", reason=reason_label(invoice.reason))]
    said = []
    if invoice.paid_on:
        said.append(
            _(
                "Paid on %(day)s (%(method)s). Nothing is left to be paid.",
                day=day(invoice.paid_on),
                method=payment_label(invoice.payment_method),
            )
        )
    elif invoice.due_on:
        said.append(
            _(
                "To be paid by %(day)s to %(holder)s, IBAN %(iban)s, naming %(number)s.",
                day=day(invoice.due_on),
                holder=invoice.pay_to_name,
                iban=invoice.pay_to_iban,
                number=invoice.order_number,
            )
        )
    if invoice.to_firm:
        said += [late_payment(invoice.seller_country), recovery_fee(), early_payment()]
    return said


def _of_issuer(invoice: Invoice) -> str:
    parts = (invoice.issuer_name, invoice.issuer_address, invoice.issuer_register_number)
    return _(
        "Drawn up by %(issuer)s in the name and on behalf of %(seller)s.",
        issuer=", ".join(part for part in parts if part),
        seller=invoice.seller_legal_name or invoice.seller_name,
    )
