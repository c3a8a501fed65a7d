"""What the pages of offers show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ...catalog.bulk import BulkLine, BulkPlan
from ...catalog.history import DESK, PastPrice, price_history
from ...catalog.labels import grade_label, grade_summary
from ...catalog.models import Offer
from ...catalog.offer_terms_form import term_text, texts_of
from ...catalog.rules import GRADES
from ...catalog.standing import Standing, standing_of
from ...catalog.terms import COLUMNS_OF_TERMS
from ...catalog.titles import title_of
from ...config import current_settings
from ...core.money import Money
from ...core.templating import address
from ..access import Actor
from . import forms, queries


@dataclass(frozen=True, slots=True)
class OfferForm:
    """The fields of an offer by column: as they stand there (`values`) and as the page first showed them (`was`)."""

    values: Mapping[str, str]
    was: Mapping[str, str]
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One row of the list."""

    id: int
    title: str
    sku: str
    seller: str
    grade: str
    price: Money
    stock: int
    url: str
    may_change: bool
    form: OfferForm


@dataclass(frozen=True, slots=True)
class OfferPage:
    """One offer with all that is known of it."""

    row: OfferRow
    handling_days: int
    suspended: bool
    created_at: datetime
    changed_at: datetime
    battery_percent: int | None
    guarantee_months: int
    vat_scheme: str
    purchase_price: Money | None
    purchase_reference: str
    purchase_date: date | None
    shop_url: str
    standing: Standing
    usual: Money
    winning: Money | None
    history: tuple["PriceLine", ...]


@dataclass(frozen=True, slots=True)
class PriceLine:
    """One change of a price."""

    at: datetime
    by: str
    before: Money
    after: Money


def offer_form(offer: Offer) -> OfferForm:
    """The form as a page first shows it."""
    texts = texts_of(offer, currency=current_settings().shop.currency)
    return OfferForm(texts, texts, {})


def refilled(offer: Offer, typed: Mapping[str, str], errors: Mapping[str, str]) -> OfferForm:
    """The form with what was typed, over the offer as it is now: sent again, it says yes to that."""
    texts = texts_of(offer, currency=current_settings().shop.currency)
    values = {
        column: typed.get(column, text)
        # What nobody changed here follows what somebody else made of it.
        if typed.get(column, "").strip() != typed.get(f"was_{column}", "").strip()
        else text
        for column, text in texts.items()
    }
    return OfferForm(values, texts, errors)


def conflicts(theirs: Mapping[str, object], typed: Mapping[str, str]) -> dict[str, str]:
    """Of fields (by term) that somebody else changed first: both values, by column."""
    currency = current_settings().shop.currency
    sentences = {}
    for term, value in theirs.items():
        column = COLUMNS_OF_TERMS[term]
        sentences[column] = _(
            "You saw “%(seen)s” and typed “%(typed)s”; by now it is “%(now)s”. Save again if yours shall hold.",
            seen=typed.get(f"was_{column}", "") or "–",
            typed=typed.get(column, "").strip() or "–",
            now=term_text(column, value, currency) or "–",
        )
    return sentences


def offer_row(offer: Offer, actor: Actor, form: OfferForm | None = None) -> OfferRow:
    return OfferRow(
        id=offer.id,
        title=title_of(offer.product),
        sku=offer.sku,
        seller=offer.seller.name,
        grade=offer.grade,
        price=_money(offer.price_minor),
        stock=offer.stock,
        url=url_for("desk.offers.offer", offer_id=offer.id),
        may_change=offer.seller_id in actor.trading,
        form=form or offer_form(offer),
    )


def offer_page(offer: Offer, actor: Actor, form: OfferForm | None = None) -> OfferPage:
    """Three SQL statements more."""
    standing = standing_of(offer)
    cost = offer.purchase_price_minor
    return OfferPage(
        row=offer_row(offer, actor, form),
        handling_days=offer.seller.handling_days,
        suspended=offer.seller.standing == "suspended",
        created_at=offer.created_at,
        changed_at=offer.changed_at,
        battery_percent=offer.battery_percent,
        guarantee_months=offer.guarantee_months,
        vat_scheme=offer.vat_scheme,
        purchase_price=None if cost is None else _money(cost),
        purchase_reference=offer.purchase_reference or "",
        purchase_date=offer.purchase_date,
        shop_url=url_for("catalog.product", slug=offer.product.slug, grade=offer.grade),
        standing=standing,
        usual=_money(standing.usual),
        winning=None if standing.winning is None else _money(standing.winning),
        history=tuple(_price_line(change) for change in price_history(offer.id)),
    )


def _price_line(change: PastPrice) -> PriceLine:
    way = _("at the desk") if change.source == DESK else _("by a file")
    by = f"{change.by}, {way}" if change.by else way
    return PriceLine(change.at, by, _money(change.from_minor), _money(change.to_minor))


def _money(minor: int) -> Money:
    return Money(minor, current_settings().shop.currency)


def list_url(filters: forms.OfferFilters, cursor: str = "") -> str:
    """The address of the list that `filters` ask for, on at `cursor`."""
    kept = [*forms.parameters(filters).items(), *([("at", cursor)] if cursor else [])]
    return address(url_for("desk.offers.show"), kept)


def grades() -> list[tuple[str, str]]:
    return [(grade, str(grade_label(grade))) for grade in GRADES]


def described_grades() -> list[tuple[str, str, str]]:
    return [(grade, label, grade_summary(grade)) for grade, label in grades()]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters and forms of the list offer, as (value, label)."""

    categories: list[tuple[str, str]]
    sellers: list[tuple[str, str]]
    grades: list[tuple[str, str]]
    stocks: list[tuple[str, str]]
    sorts: list[tuple[str, str]]


def choices(actor: Actor) -> Choices:
    """Two SQL statements; sellers only for who has several to choose from."""
    from_these = queries.sellers(actor.scope)
    return Choices(
        categories=[("", _("All")), *queries.category_names()],
        sellers=[("", _("All")), *((str(key), name) for key, name in from_these)]
        if len(from_these) > 1
        else [],
        grades=[("", _("All")), *grades()],
        stocks=[
            ("", _("All")),
            ("in", _("In stock")),
            ("low", _("Running out")),
            ("none", _("Sold out")),
        ],
        sorts=[
            ("changed", _("Last changed")),
            ("title", _("Title")),
            ("price", _("Price")),
            ("stock", _("Stock")),
        ],
    )


# Of a bulk change, so many lines are shown before it is made.
LINES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class BulkLineShown:
    """One offer before and after."""

    title: str
    grade: str
    sku: str
    prices: tuple[Money, Money]
    stocks: tuple[int, int]
    guarantees: tuple[int, int]


@dataclass(frozen=True, slots=True)
class BulkPage:
    """A bulk change as it would be: the first `lines` of `changed` offers out of `chosen`, and what the stock of all is
    worth before and after. `fields` are what was chosen and typed; without a plan there is nothing else.
    """

    fields: Mapping[str, str]
    seen: str
    chosen: int
    changed: int
    lines: tuple[BulkLineShown, ...]
    worth: tuple[Money, Money]
    back: str


def bulk_page(plan: BulkPlan | None, typed: MultiDict[str, str]) -> BulkPage:
    lines = plan.lines if plan else ()
    changed = plan.changed if plan else []
    fields = {name: typed.get(name, "")[:200] for name in forms.BULK_FIELDS}
    fields["listed"] = typed.get("listed", "")[:2_000]
    fields["offer"] = ",".join(str(key) for key in forms.chosen_ids(typed))
    return BulkPage(
        fields=fields,
        seen=plan.key if plan else "",
        chosen=len(lines),
        changed=len(changed),
        lines=tuple(_bulk_line(line) for line in changed[:LINES_SHOWN]),
        worth=(
            _money(sum(line.before.price_minor * line.before.stock for line in lines)),
            _money(sum(line.after.price_minor * line.after.stock for line in lines)),
        ),
        back=list_url(forms.read_filters(forms.listed(fields["listed"]))),
    )


def _bulk_line(line: BulkLine) -> BulkLineShown:
    before, after = line.before, line.after
    return BulkLineShown(
        title=line.title,
        grade=line.grade,
        sku=line.sku,
        prices=(_money(before.price_minor), _money(after.price_minor)),
        stocks=(before.stock, after.stock),
        guarantees=(before.guarantee_months, after.guarantee_months),
    )
