"""What the desk's first page says: things to do with their links, and charts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ...catalog.index_state import index_state
from ...config import current_settings
from ...core.i18n import locale_code
from ...core.money import Money
from ...core.templating import money, number
from ...orders.selling import FEW_LEFT, LATELY, SELLS_WELL
from ..access import Actor
from ..charts import Chart, bars
from . import queries


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: how often, and where. `urgent` when somebody was promised otherwise."""

    count: int
    label: str
    note: str
    url: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class TodayPage:
    """The whole page. `suspended`: some of the actor's sellers are; `words`: what was searched for in vain."""

    tasks: tuple[Task, ...]
    charts: tuple[Chart, ...]
    words: tuple[tuple[str, int], ...]
    index: str
    suspended: bool


def today_page(actor: Actor, *, now: datetime) -> TodayPage:
    """What concerns the actor today: four SQL statements, for operators seven."""
    zone = current_settings().shop.time_zone
    counts = queries.counts(actor.scope, now=now)
    charts = list(_orders(queries.days(actor.scope, now=now, zone=zone)))
    charts.append(_defects(queries.weeks(actor.scope, now=now, zone=zone)))
    words: Sequence[tuple[str, int]] = ()
    if actor.is_operator:
        charts.append(_fruitless(queries.fruitless_days(today=now.date())))
        words = queries.fruitless_words(today=now.date())
    return TodayPage(
        tasks=tuple(task for task in _tasks(counts, actor) if task.count),
        # What never happened makes no picture.
        charts=tuple(chart for chart in charts if chart.path),
        words=tuple(words),
        index=_index() if actor.is_operator else "",
        suspended=bool(actor.suspended_ids) and not actor.is_operator,
    )


def _tasks(counts: queries.Counts, actor: Actor) -> Iterator[Task]:
    """All that may have to be done, the most pressing first."""
    orders = counts.orders
    yield _of_orders(
        "late",
        orders.late,
        ngettext("late order", "late orders", orders.late),
        _("The day promised for sending is over."),
        urgent=True,
    )
    yield _of_orders(
        "accept",
        orders.accept,
        ngettext("order to accept", "orders to accept", orders.accept),
        _("Paid, or to be paid at the counter."),
    )
    yield _of_orders(
        "ship",
        orders.ship,
        ngettext("order to send", "orders to send", orders.ship),
        _("Accepted and waiting."),
    )
    if actor.is_operator:
        yield from _operators(counts)
    yield _of_orders(
        "back",
        orders.back,
        ngettext("order on its way back", "orders on their way back", orders.back),
        _("Withdrawn by the customer, not yet received."),
    )
    yield _of_repairs(
        "repair",
        counts.repairs,
        ngettext("device to repair", "devices to repair", counts.repairs),
        _("Under guarantee, and its customer waits."),
    )
    yield _of_repairs(
        "late",
        counts.late_claims,
        ngettext("claim past its 30 days", "claims past their 30 days", counts.late_claims),
        _("Neither repaired nor replaced in time: the customer may ask for money back."),
    )
    yield _of_repairs(
        "settle",
        counts.settlements,
        ngettext("guarantee to settle", "guarantees to settle", counts.settlements),
        _("Not repaired: to be replaced, or paid back."),
    )
    yield Task(
        counts.stock,
        ngettext("offer running out", "offers running out", counts.stock),
        _(
            "%(few)s or fewer left, %(many)s or more sold in %(days)s days.",
            few=FEW_LEFT,
            many=SELLS_WELL,
            days=LATELY.days,
        ),
        url_for("desk.offers.show", stock="low"),
    )


def _operators(counts: queries.Counts) -> Iterator[Task]:
    orders = counts.orders
    yield _of_orders(
        "refund",
        orders.refund,
        ngettext("refund to pay out", "refunds to pay out", orders.refund),
        _("Customers wait for their money."),
        urgent=True,
    )
    yield _of_orders(
        "payment",
        orders.payment,
        ngettext("payment awaited", "payments awaited", orders.payment),
        _("Look whether the money has come."),
    )
    yield Task(
        counts.mails,
        ngettext("mail that failed", "mails that failed", counts.mails),
        _("Tried for two days, in vain."),
        url_for("desk.today.mails", state="failed"),
        urgent=True,
    )
    yield Task(
        counts.applicants,
        ngettext("repairer who applied", "repairers who applied", counts.applicants),
        _("To be looked at, before customers see them."),
        url_for("desk.repairers.listed", standing="applied"),
    )
    yield Task(
        counts.ending,
        ngettext("repairer to renew", "repairers to renew", counts.ending),
        _("A year of verification ends within a month."),
        url_for("desk.repairers.listed", standing="ending"),
    )


def _of_repairs(need: str, count: int, label: str, note: str) -> Task:
    return Task(count, label, note, url_for("desk.referrals.listed", needs=need), urgent=True)


def _of_orders(need: str, count: int, label: str, note: str, *, urgent: bool = False) -> Task:
    return Task(count, label, note, url_for("desk.orders.index", needs=need), urgent)


def _index() -> str:
    """How the search index is, in a sentence."""
    state = index_state()
    if state.damaged:
        return _(
            "The search index can't be read. It is being made anew; until then, searches look at titles only."
        )
    if state.waiting:
        return ngettext(
            "The search index learns the words of one product just now.",
            "The search index learns the words of %(num)s products just now.",
            state.waiting,
        )
    return _("The search index is up to date.")


def _orders(days: Sequence[queries.Day]) -> Iterator[Chart]:
    currency = current_settings().shop.currency
    revenue = [money(Money(day.revenue_minor, currency)) for day in days]
    rows = tuple(
        (_day(day.day), number(day.orders), amount) for day, amount in zip(days, revenue, strict=True)
    )
    columns = (_("Day"), _("Orders"), _("Revenue"))
    orders = [day.orders for day in days]
    ends = (rows[0][0], rows[-1][0])
    yield Chart(
        "orders",
        _("Orders, 30 days"),
        ngettext(
            "One order in 30 days.",
            "%(num)s orders in 30 days, at most %(most)s on a day.",
            sum(orders),
            most=max(orders),
        ),
        bars(orders),
        number(max(orders)),
        *ends,
        columns[:2],
        tuple(row[:2] for row in rows),
    )
    minors = [max(0, day.revenue_minor) for day in days]
    yield Chart(
        "revenue",
        _("Revenue, 30 days"),
        _(
            "%(amount)s in 30 days, by the day of the order: what was paid and not given back.",
            amount=money(Money(sum(day.revenue_minor for day in days), currency)),
        ),
        bars(minors),
        money(Money(max(minors), currency)),
        *ends,
        (columns[0], columns[2]),
        tuple((row[0], row[2]) for row in rows),
    )


def _defects(weeks: Sequence[queries.Week]) -> Chart:
    rates = [100 * week.bad / week.finished if week.finished else 0.0 for week in weeks]
    finished, bad = sum(week.finished for week in weeks), sum(week.bad for week in weeks)
    rows = tuple(
        (_day(week.monday), number(week.finished), number(week.bad), _percent(rate) if week.finished else "–")
        for week, rate in zip(weeks, rates, strict=True)
    )
    return Chart(
        "defects",
        _("Defect rate, 12 weeks"),
        ngettext(
            "%(bad)s of %(finished)s finished order lines came with a defect or in a worse grade: %(percent)s.",
            "%(bad)s of %(finished)s finished order lines came with a defect or in a worse grade: %(percent)s.",
            bad,
            bad=number(bad),
            finished=number(finished),
            percent=_percent(100 * bad / finished if finished else 0),
        ),
        bars(rates),
        _percent(max(rates)),
        rows[0][0],
        rows[-1][0],
        (_("Week from"), _("Finished lines"), _("Bad ones"), _("Rate")),
        rows,
    )


def _fruitless(days: Sequence[tuple[date, int]]) -> Chart:
    found = [count for _day_of, count in days]
    rows = tuple((_day(day), number(count)) for day, count in days)
    return Chart(
        "fruitless",
        _("Searches with no result, 30 days"),
        ngettext(
            "One search found nothing in 30 days; the same one again is mostly not counted.",
            "%(num)s searches found nothing in 30 days; the same one again is mostly not counted.",
            sum(found),
        ),
        bars(found),
        number(max(found)),
        rows[0][0],
        rows[-1][0],
        (_("Day"), _("Searches")),
        rows,
    )


def _percent(value: float) -> str:
    return _("%(percent)s %%", percent=number(value, 1))


def _day(day: date) -> str:
    """`22 Nov`, `22 nov.`"""
    return format_date(day, "d MMM", locale=locale_code())
