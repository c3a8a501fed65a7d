"""A quote as a PDF: its parties, lines, totals and terms, and its carbon report as an annex.

Drawn from a frozen version: the same facts give the same bytes. Loads reportlab: `pages` asks for it when something
is printed.
"""

from collections.abc import Iterable, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _
from reportlab.platypus import Flowable, PageBreak

from ...catalog.labels import battery_label, days_label, grade_label, guarantee_label, price_source_label
from ...config import current_settings
from ...core.templating import day, month, number, weekday_moment
from ...orders.paper import ACCENT, INK, SOFT, Paper, amount, printed, space, table, text
from . import words
from .carbon import CarbonReport, Counted, Part
from .offered import LineShown, OfferShown, ParcelShown
from .shown import Party, QuotePage

_WIDTH_MM = (92, 14, 34, 34)
_CARBON_MM = (62, 16, 32, 32, 32)
_RULES = (("LINEBELOW", (0, 0), (-1, 0), 1, ACCENT), ("LINEBELOW", (0, 1), (-1, -1), 0.3, "#d8d0c4"))


def printed_quote(page: QuotePage, offer: OfferShown, carbon: CarbonReport) -> bytes:
    """The quote in its firm's language."""
    with force_locale(page.language):
        contact = current_settings().contact
        title = _("Quote %(number)s", number=page.number)
        return printed(
            Paper(
                title=title,
                subject=_("%(title)s for %(firm)s", title=title, firm=page.buyer.name),
                author=contact.company,
                foot=" · ".join(part for part in (contact.company, contact.register_number) if part),
            ),
            [
                *_head(page, offer, title),
                *_parties(page),
                *(part for parcel in offer.parcels for part in _parcel(parcel)),
                space(3),
                _totals(offer),
                space(5),
                *_terms(page, offer),
                PageBreak(),
                *_annex(carbon),
            ],
        )


def _head(page: QuotePage, offer: OfferShown, title: str) -> list[Flowable]:
    said = [
        _("Made on %(day)s, version %(number)s", day=day(page.created_at), number=offer.number),
        _("Its units are held until %(time)s", time=weekday_moment(page.expires_at))
        if page.expires_at
        else page.label,
        _("Your purchase order: %(number)s", number=page.purchase_order) if page.purchase_order else "",
        _("Accepted by %(name)s", name=page.accepted_name) if page.accepted_name else "",
    ]
    return [
        text(current_settings().shop.name, 11, bold=True, colour=ACCENT),
        space(2),
        text(title, 20, bold=True),
        space(1),
        text(said, colour=SOFT),
        space(6),
    ]


def _parties(page: QuotePage) -> list[Flowable]:
    contact = current_settings().contact
    shop = Party(
        contact.company,
        tuple(
            line
            for line in (
                contact.address,
                contact.register_number,
                _("VAT id %(id)s", id=contact.vat_id) if contact.vat_id else "",
                contact.email,
                contact.phone,
            )
            if line
        ),
    )
    columns = [
        [text(title, 8, bold=True, colour=SOFT), text([party.name, *party.lines])]
        for title, party in ((_("From"), shop), (_("For"), page.buyer), (_("Delivered to"), page.delivery))
    ]
    return [table([columns], (58, 58, 58))]


def _parcel(parcel: ParcelShown) -> list[Flowable]:
    heads = (_("What"), _("Units"), _("Price"), _("Total, VAT included"))
    rows: list[list[object]] = [_heads(heads)]
    rows += [_line(line) for line in parcel.lines]
    rows.append([text(_("Delivery")), "", "", _right(parcel.shipping.minor, parcel.shipping.currency)])
    days = _("on its way within %(days)s", days=days_label(parcel.days))
    if parcel.wanted_on:
        days = _("%(days)s, wanted on %(day)s", days=days, day=day(parcel.wanted_on))
    return [
        space(6),
        text(_("From %(seller)s, %(days)s", seller=parcel.seller_name, days=days), 10.5, bold=True),
        space(1),
        table(rows, _WIDTH_MM, *_RULES, repeat=1),
    ]


def _heads(heads: Sequence[str]) -> list[object]:
    return [text(head, 8, bold=True, colour=SOFT, right=n > 0) for n, head in enumerate(heads)]


def _line(line: LineShown) -> list[object]:
    facts = [
        grade_label(line.grade),
        battery_label(line.battery_percent) if line.battery_percent else "",
        guarantee_label(line.guarantee_months),
        _("margin scheme")
        if line.margin
        else _("VAT %(percent)s %%", percent=number(float(line.vat_percent))),
        line.sku,
    ]
    currency = line.price.currency
    what = [text(line.title), text(" · ".join(fact for fact in facts if fact), 8, colour=SOFT)]
    if line.listed:
        listed = amount(line.listed.minor, currency)
        what.append(text(_("Instead of %(money)s for one alone", money=listed), 8, colour=SOFT))
    if line.new:
        what.append(text(_new(line), 8, colour=SOFT))
    return [
        what,
        text(str(line.quantity), right=True),
        _right(line.price.minor, currency),
        _right(line.total.minor, currency),
    ]


def _new(line: LineShown) -> str:
    new = line.new
    if new is None:
        return ""
    said = [_("New: %(money)s", money=amount(new.price.minor, new.price.currency))]
    said += [price_source_label(new.source)] * bool(new.source)
    said += [month(new.on)] if new.on else []
    return ", ".join(said)


def _right(minor: int, currency: str, *, bold: bool = False) -> Flowable:
    return text(amount(minor, currency), right=True, bold=bold)


def _totals(offer: OfferShown) -> Flowable:
    sums, currency = offer.sums, offer.sums.total.currency
    rows: list[list[object]] = [
        _total(_("Goods"), sums.goods.minor, currency),
        _total(_("Delivery"), sums.shipping.minor, currency),
        _total(_("Total, VAT included"), sums.total.minor, currency, bold=True),
    ]
    for percent, vat in sums.vat:
        rows.append(
            _total(_("of which VAT at %(percent)s %%", percent=number(float(percent))), vat.minor, currency)
        )
    if sums.vat:
        rows.append(_total(_("Total without the VAT shown"), sums.net.minor, currency))
    if sums.saving.minor > 0:
        rows.append([text(words.saving(sums), right=True, colour=SOFT), ""])
    return table(rows, (sum(_WIDTH_MM[:3]), _WIDTH_MM[3]))


def _total(label: str, minor: int, currency: str, *, bold: bool = False) -> list[object]:
    colour = INK if bold else SOFT
    return [text(label, right=True, bold=bold, colour=colour), _right(minor, currency, bold=bold)]


def _terms(page: QuotePage, offer: OfferShown) -> list[Flowable]:
    said = list(words.terms(offer))
    shown = [text(_("Terms"), 10.5, bold=True), space(1), *(text(one, 8.5, colour=SOFT) for one in said)]
    if offer.terms:
        shown += [space(2), text(offer.terms.split("\n"), 9.5)]
    return shown


def _annex(report: CarbonReport) -> list[Flowable]:
    parts: list[Flowable] = [text(_("Annex: what it spares, and who says so"), 15, bold=True), space(2)]
    for part in report.parts:
        if part.counted:
            parts += [
                text(words.basis(part.basis), 10.5, bold=True),
                space(1),
                _figures(part, report),
                space(2),
            ]
            parts += [text(one, 8.5, colour=SOFT) for one in words.left_out(part, report)]
            parts.append(space(3))
    parts += [text(one, 8.5, colour=SOFT) for one in words.not_counted(report)]
    parts.append(space(3))
    parts += [text(_("Sources"), 10.5, bold=True), space(1)]
    parts += _numbered(f"{source.source}, {source.year}. {source.url}" for source in report.sources)
    parts += [space(3), text(_("How to read them"), 10.5, bold=True), space(1)]
    parts += [text(one, 8.5, colour=SOFT) for one in words.method()]
    return parts


def _numbered(lines: Iterable[str]) -> list[Flowable]:
    return [text(f"[{place}] {line}", 8.5, colour=SOFT) for place, line in enumerate(lines, 1)]


def _figures(part: Part, report: CarbonReport) -> Flowable:
    heads = (_("What"), _("Units"), _("Avoided by one"), _("Avoided by all"), _("Its own footprint, all"))
    rows: list[list[object]] = [_heads(heads)]
    for one in part.counted:
        place = report.source_number(one.factor)
        cells = (str(one.units), *_amounts(one))
        rows.append(
            [text(f"{words.category(one.category)} [{place}]"), *(text(cell, right=True) for cell in cells)]
        )
    return table(rows, _CARBON_MM, *_RULES, repeat=1)


def _amounts(one: Counted) -> tuple[str, str, str]:
    unit = words.unit(one.factor.unit)
    own = f"{number(float(one.refurbished))} {unit}" if one.refurbished is not None else "–"
    return f"{number(one.factor.avoided)} {unit}", f"{number(float(one.avoided))} {unit}", own
