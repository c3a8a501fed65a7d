"""The paper that travels in a parcel: what is in it and where it goes, for who packs it; no prices. On its second page
the customer's rights in their own language: withdrawal, and the two guarantees.
"""

from collections.abc import Sequence

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from reportlab.platypus import Flowable, PageBreak

from ..catalog.labels import grade_label
from ..config import current_settings
from ..core.i18n import locale_code
from ..core.links import address_of
from ..core.templating import day
from .labels import country_name, shipping_label
from .models import OrderLine, Parcel
from .paper import ACCENT, SOFT, Paper, printed_together, space, table, text
from .rules import is_named


def printed_slips(parcels: Sequence[Parcel]) -> bytes:
    papers = [_slip(parcel) for parcel in parcels]
    return printed_together(papers[0][0].title, papers)


def _slip(parcel: Parcel) -> tuple[Paper, str, list[Flowable]]:
    order = parcel.order
    with force_locale(order.language):
        title = _("Parcel %(number)s", number=f"{order.number}-{order.parcels.index(parcel) + 1}")
        foot = f"{parcel.seller_legal_name or parcel.seller_name} · {parcel.seller_address}"
        paper = Paper(title=title, subject=order.number, author=parcel.seller_name, foot=foot)
        return paper, locale_code(), [*_contents(parcel, title), PageBreak(), *_rights(parcel)]


def _contents(parcel: Parcel, title: str) -> list[Flowable]:
    order = parcel.order
    dates = [
        _("Order %(number)s of %(day)s", number=order.number, day=day(order.placed_at)),
        shipping_label(parcel.shipping_method),
    ]
    if parcel.send_by:
        dates.append(_("To be sent by %(day)s", day=day(parcel.send_by)))
    return [
        text(parcel.seller_name, 11, bold=True, colour=ACCENT),
        space(2),
        text(title, 20, bold=True),
        space(1),
        text(dates, colour=SOFT),
        space(6),
        text(_("Customer"), 8, bold=True, colour=SOFT),
        text(_goes_to(parcel), 13),
        space(6),
        _goods(parcel),
    ]


def _goes_to(parcel: Parcel) -> list[str]:
    order = parcel.order
    if not is_named(parcel.status, was_sent=parcel.shipped_at is not None):
        return [_("Name and address follow once it is paid.")]
    if parcel.shipping_method == "pickup":
        return [order.name, _("is picked up")]
    place = f"{order.postcode} {order.city}"
    return [order.name, order.street, order.street_more, place, country_name(order.country), order.phone]


def _goods(parcel: Parcel) -> Flowable:
    heads = (_("Units"), _("What"), _("Grade"), "SKU", _("Packed"))
    rows: list[list[object]] = [[text(head, 8, bold=True, colour=SOFT) for head in heads]]
    rows += [_line(line) for line in parcel.lines if line.returned_at is None]
    return table(
        rows,
        (16, 80, 26, 36, 16),
        ("LINEBELOW", (0, 0), (-1, 0), 1, ACCENT),
        ("LINEBELOW", (0, 1), (-1, -1), 0.3, "#d8d0c4"),
        # A box to tick.
        ("BOX", (4, 1), (4, -1), 0.3, SOFT),
        repeat=1,
    )


def _line(line: OrderLine) -> list[object]:
    battery = _("Battery %(percent)s %%", percent=line.battery_percent) if line.battery_percent else ""
    return [
        text(str(line.quantity), 12, bold=True),
        [text(line.title), text(battery, 8, colour=SOFT)] if battery else text(line.title),
        text(grade_label(line.grade)),
        text(line.sku, 9),
        "",
    ]


def _rights(parcel: Parcel) -> list[Flowable]:
    """What Directive 2011/83/EU art. 6(1)(h) and (l) wants a customer to be told, on paper."""
    seller = [
        parcel.seller_legal_name or parcel.seller_name,
        parcel.seller_address,
        parcel.seller_email,
        parcel.seller_phone,
    ]
    parts = (
        (_("You may change your mind"), _withdrawing(parcel)),
        (_("Two guarantees"), _guarantees(parcel)),
        (_("Whom to write to"), seller),
    )
    shop = current_settings().shop.name
    content: list[Flowable] = [text(_("Your rights"), 20, bold=True), text(shop, colour=SOFT), space(5)]
    for head, sentences in parts:
        content += [text(head, 13, bold=True), space(1), text(sentences, 10.5), space(5)]
    return content


def _withdrawing(parcel: Parcel) -> list[str]:
    where = address_of("orders.withdraw", parcel.order.language)
    return [
        _("For 14 days after the last delivery you may withdraw from the contract, without a reason."),
        _("Say so at %(address)s with the order's number, or write to the seller.", address=where),
        _("Then send it back within 14 days, after signing out of your accounts and erasing your data."),
        _("You are paid back, with standard delivery, within 14 days."),
    ]


def _guarantees(parcel: Parcel) -> list[str]:
    months = max(line.guarantee_months for line in parcel.lines)
    own = ngettext(
        "Beside it the seller gives a guarantee of its own: up to one month.",
        "Beside it the seller gives a guarantee of its own: up to %(num)s months.",
        months,
    )
    return [
        _("By law the seller answers for two years, from delivery, for faults that were there."),
        own if months else "",
        _("If something is wrong, write to the seller first."),
    ]
