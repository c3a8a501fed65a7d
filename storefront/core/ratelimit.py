"""Limits on what one address may ask for, counted in the database so that all processes count together."""

import hashlib
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

from flask import current_app, request
from sqlalchemy import String, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.exceptions import TooManyRequests

from .clock import utcnow
from .database import Base, UtcDateTime, db, transaction

WINDOW = timedelta(hours=1)


class RateCount(Base):
    """How often one address asked for one thing in the window that began at `since`; the address is kept as a hash."""

    __tablename__ = "rate_count"

    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    count: Mapped[int]


def limit(what: str, *, per_hour: int, whom: str = "") -> None:
    """Count this request towards `what`; raises `TooManyRequests` (429) when its address had more than `per_hour`.

    With `whom`, all requests about the same are counted together, wherever they come from.
    """
    now = utcnow()
    since = now.replace(minute=0, second=0, microsecond=0)
    secret = current_app.secret_key or ""
    who = hashlib.blake2b(f"{what} {whom or connection()} {secret!r}".encode(), digest_size=24).hexdigest()
    with transaction():
        count = db.session.execute(_counted(who, since)).scalar_one()
        if count == 1:
            db.session.execute(delete(RateCount).where(RateCount.since < now - 2 * WINDOW))
    if count > per_hour:
        raise TooManyRequests(retry_after=since + WINDOW)


def connection() -> str:
    """Where the request comes from. Of an IPv6 address the network: a household has 2^64 addresses to ask from."""
    address = request.remote_addr or ""
    if ":" not in address:
        return address
    try:
        return str(ip_network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address


def _counted(who: str, since: datetime) -> Any:
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    statement = insert(RateCount).values(who=who, since=since, count=1)
    return statement.on_conflict_do_update(
        index_elements=[RateCount.who, RateCount.since], set_={"count": RateCount.count + 1}
    ).returning(RateCount.count)
