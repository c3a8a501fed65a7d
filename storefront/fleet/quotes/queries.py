"""Reading quotes: a fixed number of SQL statements, whatever the number of versions, lines and messages."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import NotFound

from ...core.database import db
from ...core.paging import Page, page_of
from ..wishes.rules import FIRM_FIELDS, Firm, Request, Wish
from .models import Quote, QuoteVersion, QuoteWish, UnitHold
from .rules import LIVE
from .tokens import hash_of_token

_NUMBER = re.compile(r"Q-?([0-9]{4})-?([0-9A-Z]{6})")


def _whole() -> Select[Any]:
    """A quote with its versions, their wishes, lines and parcels, its messages, and what is held: seven statements."""
    versions = selectinload(Quote.versions)
    return select(Quote).options(
        versions.selectinload(QuoteVersion.wishes),
        versions.selectinload(QuoteVersion.lines),
        versions.selectinload(QuoteVersion.parcels),
        selectinload(Quote.messages),
        selectinload(Quote.holds),
    )


def by_token(token: str) -> Quote:
    """The quote that this secret opens; `NotFound` (404) for any other. Seven statements."""
    known = hash_of_token(token)
    found = None
    if known is not None:
        found = db.session.scalars(_whole().where(Quote.link_hash == known)).one_or_none()
    if found is None:
        raise NotFound
    return found


def by_id(quote_id: int) -> Quote:
    """The quote with this id, which must exist."""
    return db.session.scalars(_whole().where(Quote.id == quote_id)).one()


def by_number(number: str) -> Quote:
    """The quote with this number, in capitals or not, with its dashes or not; `NotFound` for none."""
    match = _NUMBER.fullmatch(re.sub(r"\s", "", number[:40].upper()))
    found = None
    if match:
        kept = f"Q-{match[1]}-{match[2]}"
        found = db.session.scalars(_whole().where(Quote.number == kept)).one_or_none()
    if found is None:
        raise NotFound
    return found


def by_key(key: str) -> Quote | None:
    """The quote that the form with this idempotency key made."""
    return db.session.scalars(_whole().where(Quote.idempotency_key == key)).one_or_none()


def locked(quote_id: int) -> Quote:
    """The quote, fresh from the database and locked until the transaction's end: two verbs never cross."""
    db.session.scalars(select(Quote.id).where(Quote.id == quote_id).with_for_update()).one()
    return _fresh(quote_id)


def locked_with_its_firms(quote_id: int) -> Quote:
    """The quote, locked together with all live quotes of its firm: what is held for it in all is counted by one at a
    time. In the order of their ids, so that two never wait for each other in a circle.
    """
    mine = db.session.execute(select(Quote.mailbox_key, Quote.register_key).where(Quote.id == quote_id)).one()
    wanted = or_(
        Quote.id == quote_id, Quote.state.in_(LIVE) & _same_firm(mine.mailbox_key, mine.register_key)
    )
    db.session.scalars(select(Quote.id).where(wanted).order_by(Quote.id).with_for_update()).all()
    return _fresh(quote_id)


def _fresh(quote_id: int) -> Quote:
    statement = _whole().where(Quote.id == quote_id).execution_options(populate_existing=True)
    return db.session.scalars(statement).one()


def _same_firm(mailbox_key: str, register_key: str) -> Any:
    same = Quote.mailbox_key == mailbox_key
    return same | (Quote.register_key == register_key) if register_key else same


def held_for_firm(quote: Quote) -> int:
    """How many units are held for the firm of this quote, by its other quotes."""
    statement = (
        select(func.coalesce(func.sum(UnitHold.quantity), 0))
        .join(Quote, Quote.id == UnitHold.quote_id)
        .where(Quote.id != quote.id, _same_firm(quote.mailbox_key, quote.register_key))
    )
    return int(db.session.execute(statement).scalar_one())


def of_person(person_id: int, cursor: str = "") -> Page[Quote]:
    """A page of the quotes in this account, the newest first, whole; a fixed number of statements."""
    statement = _whole().where(Quote.person_id == person_id)
    page = page_of(statement, by=(Quote.id,), cursor=cursor, size=20, descending=True)
    return page.showing(lambda row: row.Quote)


def all_of_person(person_id: int) -> list[Quote]:
    """All quotes in this account, the oldest first, whole; a fixed number of statements."""
    return list(db.session.scalars(_whole().where(Quote.person_id == person_id).order_by(Quote.id)))


def listed(*, states: Collection[str], text: str = "", cursor: str = "") -> Page[Quote]:
    """A page of the quotes in these states whose number, firm or mailbox holds `text`, the newest first; whole."""
    statement = _whole().where(Quote.state.in_(sorted(states)))
    if text.strip():
        wanted = text.strip()[:80]
        statement = statement.where(
            or_(
                Quote.number == wanted.upper(),
                Quote.name.icontains(wanted, autoescape=True),
                Quote.mailbox_key.contains(wanted.lower(), autoescape=True),
            )
        )
    page = page_of(statement, by=(Quote.id,), cursor=cursor, size=20, descending=True)
    return page.showing(lambda row: row.Quote)


def firm_of(quote: Quote) -> Firm:
    """Who asked."""
    return Firm(**{name: getattr(quote, name) for name in FIRM_FIELDS})


def last_firm(person_id: int) -> Firm | None:
    """The firm that this account asked for last, so that it need not be typed again; one statement."""
    newest = select(Quote).where(Quote.person_id == person_id, Quote.blanked_at.is_(None))
    found = db.session.scalars(newest.order_by(Quote.id.desc()).limit(1)).one_or_none()
    return firm_of(found) if found else None


def request_of(quote: Quote) -> Request:
    """What was asked for last, to be asked again."""
    version = quote.request
    return Request(
        firm=firm_of(quote),
        wishes=tuple(_wish(row) for row in version.wishes),
        wanted_on=version.wanted_on,
        payment=version.payment,
        purchase_order=quote.purchase_order,
        vat_only=version.vat_only,
        language=quote.language,
    )


def _wish(row: QuoteWish) -> Wish:
    return Wish(**{name: getattr(row, name) for name in Wish.__slots__})


def due(column: str, now: datetime, *, limit: int) -> list[int]:
    """The ids of quotes whose `remind_at`, `expires_at` or `blank_at` is over, the longest first."""
    at = getattr(Quote, column)
    return list(db.session.scalars(select(Quote.id).where(at <= now).order_by(at, Quote.id).limit(limit)))
