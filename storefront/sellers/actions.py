"""What happens to sellers."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from blinker import Signal
from flask_babel import gettext as _
from sqlalchemy import case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from ..core.database import db
from ..core.errors import FormInvalid
from .errors import SellerChanged
from .forms import DetailsForm, SellerForm
from .models import QualityEntry, Seller
from .rules import OUTCOME_WEIGHTS, WINDOW_DAYS, Record, market_prior, risk

# Sent within the transaction with `seller_ids`, when what shoppers see of these sellers has changed or there are new
# ones, for whoever shows their offers.
sellers_changed = Signal()


def create_seller(form: SellerForm, *, slug: str, now: datetime) -> Seller:
    """A new seller, on probation. Raises `FormInvalid` when another one is called so."""
    today = now.date()
    seller = Seller(slug=slug, joined_on=today, risk=newcomers_risk(today=today), **asdict(form))
    try:
        with db.session.begin_nested():
            db.session.add(seller)
    except IntegrityError:
        raise FormInvalid({"slug": _("There is a seller with this short name already.")}) from None
    sellers_changed.send(seller_ids=[seller.id])
    return seller


def edit_seller(form: DetailsForm | SellerForm, *, seller_id: int, seen: int) -> None:
    """Say of a seller what the form does: its own people's, or the operators'.

    `seen` is the version of the seller that the page showed; raises `SellerChanged` when there is another one by now.
    """
    edited = (
        update(Seller)
        .where(Seller.id == seller_id, Seller.version == seen)
        .values(**asdict(form), version=Seller.version + 1)
        .returning(Seller.id)
        .execution_options(synchronize_session=False)
    )
    if db.session.scalar(edited) is None:
        raise SellerChanged(
            _("Somebody else has just changed this seller. Nothing was saved; please look again.")
        )
    db.session.expire_all()
    sellers_changed.send(seller_ids=[seller_id])


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one order line of a seller ended. `reference` is its own for ever: the same told again changes nothing."""

    seller_id: int
    reference: str
    finished_on: date
    outcome: str


def record_outcomes(outcomes: Iterable[Outcome], *, now: datetime) -> int:
    """Add finished order lines to the sellers' quality records; returns how many were new.

    A line told again with another outcome (delivered well, then returned as defective) takes the later outcome.
    """
    # The later outcome of a line that is told twice in one breath: a statement may not touch a row twice.
    last = {(outcome.seller_id, outcome.reference): outcome for outcome in outcomes}
    rows: list[dict[str, Any]] = [
        {
            "seller_id": o.seller_id,
            "reference": o.reference,
            "finished_on": o.finished_on,
            "outcome": o.outcome,
            "recorded_at": now,
        }
        for o in last.values()
    ]
    changed = 0
    for start in range(0, len(rows), 500):
        changed += len(db.session.execute(_upsert(rows[start : start + 500])).all())
    return changed


def _upsert(rows: list[dict[str, Any]]) -> Any:
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    statement = insert(QualityEntry).values(rows)
    return statement.on_conflict_do_update(
        index_elements=[QualityEntry.seller_id, QualityEntry.reference],
        set_={name: statement.excluded[name] for name in ("finished_on", "outcome", "recorded_at")},
        where=QualityEntry.outcome != statement.excluded.outcome,
    ).returning(QualityEntry.id)


def refresh_quality(*, today: date) -> list[int]:
    """Work out every seller's risk from the record of the last year; returns the ids of those whose risk moved."""
    records = quality_records(today=today)
    # In the order of their ids, as orders lock them: none waits for another in a circle.
    rows = db.session.execute(select(Seller.id, Seller.risk).order_by(Seller.id))
    known = {row.id: row.risk for row in rows}
    prior = market_prior(list(records.values()))
    moved = []
    for seller_id, old in known.items():
        record = records.get(seller_id, Record(0, 0.0))
        new = round(risk(record, prior), 6)
        if new != old:
            moved.append(seller_id)
        values = {"finished_lines": record.finished, "bad_lines": record.bad, "risk": new}
        db.session.execute(update(Seller).where(Seller.id == seller_id).values(**values))
    return moved


def newcomers_risk(*, today: date) -> float:
    """The risk of a seller with no record yet: what the market's prior says; one SQL statement."""
    return round(risk(Record(0, 0.0), market_prior(list(quality_records(today=today).values()))), 6)


def quality_records(*, today: date) -> Mapping[int, Record]:
    """Each seller's record within the rolling window that ends with `today`; one SQL statement."""
    weight = case(OUTCOME_WEIGHTS, value=QualityEntry.outcome)
    statement = (
        select(QualityEntry.seller_id, func.count(), func.sum(weight))
        .where(
            QualityEntry.finished_on > today - timedelta(days=WINDOW_DAYS), QualityEntry.finished_on <= today
        )
        .group_by(QualityEntry.seller_id)
    )
    return {seller_id: Record(count, float(bad)) for seller_id, count, bad in db.session.execute(statement)}
