"""How well repairers do, by the same sums as sellers: from how their referrals ended to the risk of the next one."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from sqlalchemy import case, func, select, update

from ...core.database import db
from ...sellers.rules import PRIOR_OF_AN_EMPTY_MARKET, STARS, WINDOW_DAYS, Record, market_prior, risk
from .models import RepairEntry, Repairer
from .rules import OUTCOME_WEIGHTS

_LIMITS = np.array([limit for limit, _ in STARS])
_COUNTS = np.array([count for _, count in STARS])


def stars_of(risks: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """`sellers.rules.stars` of many at once."""
    return np.asarray(_COUNTS[np.searchsorted(_LIMITS, risks)])


def newcomers_risk() -> float:
    """The risk of a repairer with no record yet, by the records as they were last looked at; one SQL statement."""
    statement = select(Repairer.finished, Repairer.bad).where(Repairer.finished > 0).order_by(Repairer.id)
    records = [Record(row.finished, row.bad) for row in db.session.execute(statement)]
    return round(risk(Record(0, 0.0), market_prior(records)), 6)


def risk_of_the_first() -> float:
    """The risk of repairers that a directory lists, of whom nobody here knows anything."""
    return round(risk(Record(0, 0.0), PRIOR_OF_AN_EMPTY_MARKET), 6)


def refresh(*, today: date) -> None:
    """Work out everybody's risk from the record of the last year; three SQL statements, and one for all who moved."""
    records = quality_records(today=today)
    prior = market_prior(list(records.values()))
    # Who has fallen out of the window is a newcomer again.
    out = Repairer.finished > 0, Repairer.id.not_in(sorted(records))
    db.session.execute(update(Repairer).where(*out).values(finished=0, bad=0.0))
    newcomers = round(risk(Record(0, 0.0), prior), 6)
    unknown = Repairer.finished == 0, Repairer.risk != newcomers, Repairer.id.not_in(sorted(records))
    db.session.execute(update(Repairer).where(*unknown).values(risk=newcomers))
    risks = {record: round(risk(record, prior), 6) for record in set(records.values())}
    rows = [
        {"id": repairer_id, "finished": record.finished, "bad": record.bad, "risk": risks[record]}
        for repairer_id, record in sorted(records.items())
    ]
    if rows:
        db.session.execute(update(Repairer), rows)


def quality_records(*, today: date) -> Mapping[int, Record]:
    """Each repairer's record within the rolling window that ends with `today`; one SQL statement."""
    weight = case(OUTCOME_WEIGHTS, value=RepairEntry.outcome)
    statement = (
        select(RepairEntry.repairer_id, func.count(), func.sum(weight))
        .where(RepairEntry.ended_on > today - timedelta(days=WINDOW_DAYS), RepairEntry.ended_on <= today)
        .group_by(RepairEntry.repairer_id)
    )
    return {
        repairer_id: Record(count, float(bad)) for repairer_id, count, bad in db.session.execute(statement)
    }
