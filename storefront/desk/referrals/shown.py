"""One referral, and the figures of all, as the desk's pages say them."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from ...core.templating import number
from ...impact.queries import Avoided, climate_avoided_each_year
from ...repair.faults import fault_called
from ...repair.network.shown import category_label
from ...repair.referrals.models import Referral, ReferralEvent
from ...repair.referrals.news import other_name
from ...repair.referrals.rules import GUARANTEE, OPEN, OPERATOR, REPAIRER, possible
from ...repair.referrals.shown import fault_label, said
from ...repair.referrals.tokens import token_of
from ..access import Actor
from .queries import Figures, Found, Rate

# Of fewer devices a rate says nothing.
ENOUGH_TRIED = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log."""

    what: str
    side: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class ReferralForDesk:
    """The page of one referral. `page_url` is where its seller answers, empty for everybody else; `settle` when the
    order's money is the next thing to look at.
    """

    referral: Referral
    device: str
    fault: str
    other: str
    guaranteed: bool
    order_number: str
    page_url: str
    may_call_off: bool
    settle: bool
    log: tuple[Entry, ...]


def referral_page(found: Found, actor: Actor) -> ReferralForDesk:
    referral = found.referral
    is_open = referral.state in OPEN
    mine = referral.kind == GUARANTEE and referral.seller_id in actor.seller_ids
    return ReferralForDesk(
        referral=referral,
        device=referral.device or category_label(referral.category),
        fault=fault_label(referral),
        other=other_name(referral),
        guaranteed=referral.kind == GUARANTEE,
        order_number=found.order_number,
        page_url=url_for("repair.referral_for", token=token_of(referral.nonce, REPAIRER))
        if mine and is_open
        else "",
        may_call_off=actor.is_operator and "call_off" in possible(OPERATOR, referral.state, referral.kind),
        settle=referral.kind == GUARANTEE and referral.state in ("declined", "expired", "not_repairable"),
        log=tuple(
            Entry(said(event, referral.currency), _sides()[event.side], event.at, _note(event, actor))
            for event in reversed(referral.events)
        ),
    )


def _note(event: ReferralEvent, actor: Actor) -> str:
    """Why the shop called it off is told to nobody but the shop."""
    return event.note if actor.is_operator else event.told_note


def _sides() -> dict[str, str]:
    return {
        "customer": _("the customer"),
        "repairer": _("the repairer"),
        "operator": _("the shop"),
        "system": _("by itself"),
    }


@dataclass(frozen=True, slots=True)
class RateShown:
    """A repair rate: `percent` of `tried`, none where so few say nothing."""

    category: str
    name: str
    repaired: int
    tried: int
    percent: int | None


@dataclass(frozen=True, slots=True)
class ImpactShown:
    """What the repaired devices of a category avoid in each year that they are used on; by whom, and when, counted."""

    category: str
    devices: int
    kg: float
    factor: Avoided


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """The operators' figures."""

    figures: Figures
    total: int
    answer: str
    by_fault: tuple[RateShown, ...]
    by_model: tuple[RateShown, ...]
    devices: int
    impact: tuple[ImpactShown, ...]
    uncounted: int


def figures_page(figures: Figures) -> FiguresPage:
    impact = tuple(
        ImpactShown(category_label(slug), count, factor.avoided * count, factor)
        for slug, count in figures.repaired.items()
        if (factor := climate_avoided_each_year(slug)) is not None
    )
    devices = sum(figures.repaired.values())
    return FiguresPage(
        figures=figures,
        total=sum(figures.states.values()),
        answer=_duration(figures.answer_seconds),
        by_fault=tuple(_rate(rate, _fault(rate)) for rate in figures.by_fault),
        by_model=tuple(_rate(rate, rate.name) for rate in figures.by_model),
        devices=devices,
        impact=impact,
        uncounted=devices - sum(one.devices for one in impact),
    )


def _rate(rate: Rate, name: str) -> RateShown:
    percent = round(100 * rate.repaired / rate.tried) if rate.tried >= ENOUGH_TRIED else None
    return RateShown(category_label(rate.category), name, rate.repaired, rate.tried, percent)


def _fault(rate: Rate) -> str:
    found = fault_called(rate.category, rate.name)
    return found.label if found else rate.name


def _duration(seconds: int | None) -> str:
    """Half of the answers came within so long: `5 h`, `2.5 days`."""
    if seconds is None:
        return "–"
    if seconds < 36 * 3600:
        return _("%(hours)s h", hours=number(max(0.1, seconds / 3600), 1))
    return _("%(days)s days", days=number(seconds / 86_400, 1))
