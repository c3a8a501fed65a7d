"""Sellers on probation, and the luck that each has today."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from ..core.database import db
from .models import Seller
from .rules import Record, drawn_risk, market_prior


def drawn_risks(*, today: date) -> Mapping[int, float]:
    """The risk drawn for each seller on probation, by its id; one SQL statement."""
    statement = select(Seller.id, Seller.standing, Seller.finished_lines, Seller.bad_lines).order_by(
        Seller.id
    )
    records = {
        row.id: (row.standing, Record(row.finished_lines, row.bad_lines))
        for row in db.session.execute(statement)
    }
    prior = market_prior([record for _, record in records.values()])
    return {
        seller_id: drawn_risk(record, prior, seller_id=seller_id, day=today)
        for seller_id, (standing, record) in records.items()
        if standing == "probation"
    }
