"""A seller's quality as its page shows it: the figures that go into the formula, and how it came to be so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ...core.i18n import locale_code
from ...core.templating import number
from ...sellers import queries as seller_queries
from ...sellers import rules
from ...sellers.models import Seller
from ...sellers.rules import Month, Record
from ..charts import Chart, bars

MONTHS = 12
STANDINGS = {
    rules.PROBATION: lazy_gettext("on probation"),
    rules.ACTIVE: lazy_gettext("active"),
    rules.SUSPENDED: lazy_gettext("suspended"),
}
# What can be done to a standing, and what comes of it.
MOVES = {
    rules.SUSPEND: (
        lazy_gettext("Suspend"),
        lazy_gettext("Its offers leave the shelves, the search and the carts at once; orders go on."),
    ),
    rules.RESTORE: (
        lazy_gettext("Restore"),
        lazy_gettext("All of its offers come back, and its standing is what it was before."),
    ),
    rules.CONFIRM: (
        lazy_gettext("End the probation"),
        lazy_gettext("It is no newcomer any more: its record alone places its offers."),
    ),
}
OUTCOMES = {
    "good": lazy_gettext("arrived well"),
    "late": lazy_gettext("sent late"),
    "cancelled": lazy_gettext("called off by the seller"),
    "wrong_grade": lazy_gettext("worse than its grade"),
    "defect": lazy_gettext("defective"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many lines ended so, what each counts, and what they come to."""

    outcome: str
    count: int
    weight: float
    sum: float


@dataclass(frozen=True, slots=True)
class Quality:
    """All that somebody needs to work the risk out again.

    `in_use` is the risk that ranks the seller's offers until it is next looked at; `newcomers` the one of a seller with
    no record; `proved` says that probation has done its work.
    """

    record: Record
    counted: tuple[Counted, ...]
    prior: tuple[float, float]
    risk: float
    stars: int
    in_use: float
    newcomers: float
    proved: bool
    charts: tuple[Chart, ...]

    @property
    def beta(self) -> tuple[float, float]:
        """The two parameters of the distribution, as `rules.risk` has them."""
        return self.record.bad + self.prior[0], max(self.record.finished - self.record.bad, 0.0) + self.prior[
            1
        ]


def quality(seller: Seller, *, today: date) -> Quality:
    """The seller's quality today and over twelve months; two SQL statements."""
    first = today - timedelta(days=rules.WINDOW_DAYS + 31 * MONTHS)
    days = seller_queries.outcomes_by_day(seller.id, since=first, until=today)
    prior = seller_queries.prior()
    record = rules.record_until(days, today)
    risk = rules.risk(record, prior)
    over_time = rules.months(days, prior, today=today, count=MONTHS)
    began = today - timedelta(days=rules.WINDOW_DAYS)
    return Quality(
        record=record,
        counted=tuple(
            Counted(outcome, count, weight, count * weight)
            for outcome, weight in rules.OUTCOME_WEIGHTS.items()
            for count in [sum(day.count for day in days if day.outcome == outcome and day.day > began)]
        ),
        prior=prior,
        risk=risk,
        stars=rules.stars(risk),
        in_use=seller.risk,
        newcomers=rules.risk(Record(0, 0.0), prior),
        proved=rules.has_proved_itself(record, prior),
        # What never happened makes no picture.
        charts=tuple(chart for chart in _charts(over_time, record) if chart.path),
    )


def _charts(over_time: Sequence[Month], record: Record) -> tuple[Chart, ...]:
    return (_shares(over_time), _risks(over_time)) if record.finished else ()


def percent(share: float) -> str:
    """`3.1 %`"""
    return _("%(percent)s %%", percent=number(100 * share, 1))


def _shares(months: Sequence[Month]) -> Chart:
    shares = [month.record.bad / month.record.finished if month.record.finished else 0.0 for month in months]
    finished, bad = sum(m.record.finished for m in months), sum(m.record.bad for m in months)
    rows = tuple(
        (
            _name(month.first),
            number(month.record.finished),
            number(month.record.bad),
            percent(share) if month.record.finished else "–",
        )
        for month, share in zip(months, shares, strict=True)
    )
    return Chart(
        "shares",
        _("Bad share by month"),
        _(
            "%(bad)s of %(finished)s lines in twelve months, each weighed by how bad it was.",
            bad=number(bad),
            finished=number(finished),
        ),
        bars(shares),
        percent(max(shares)),
        rows[0][0],
        rows[-1][0],
        (_("Month"), _("Finished lines"), _("Bad, weighed"), _("Share")),
        rows,
    )


def _risks(months: Sequence[Month]) -> Chart:
    risks = [month.risk for month in months]
    rows = tuple((_name(month.first), percent(month.risk)) for month in months)
    return Chart(
        "risks",
        _("Risk by month"),
        _(
            "From %(first)s to %(last)s, as each month ended; the market's figures are those of today.",
            first=rows[0][1],
            last=rows[-1][1],
        ),
        bars(risks),
        percent(max(risks)),
        rows[0][0],
        rows[-1][0],
        (_("Month"), _("Risk")),
        rows,
    )


def _name(first: date) -> str:
    """`Nov 2026`, `nov. 2026`"""
    return format_date(first, "LLL y", locale=locale_code())
