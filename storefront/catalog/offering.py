"""Changing offers by hand: one, or many at once.

Who changes an offer says what the page showed. A field that somebody else changed meanwhile is not written over: the
second is told both values. Stock is set to a number, and only while it is the number that was seen, so that a sale
between page and button is never undone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from ..core.database import db
from .bulk import MOST_OFFERS, BulkPlan
from .changes import record_changes
from .errors import OfferChanged
from .history import DESK, Repricing, note_prices
from .models import Offer
from .offer_file import HIGHEST_PRICE_MINOR
from .report import Value
from .terms import COLUMNS_OF_TERMS


@dataclass(frozen=True, slots=True)
class Change:
    """Of one field: what the page showed, and what it shall be."""

    seen: Value
    wanted: Value


def edit_offer(offer_id: int, changes: Mapping[str, Change], *, by: int, now: datetime) -> None:
    """Change fields (names of `COLUMNS_OF_TERMS`) of an offer, all of them or none; `by` is the person.

    Raises `OfferChanged` when one of these fields is neither what was seen nor what is wanted any more.
    """
    offer = _locked([offer_id])[0]
    theirs = {
        name: getattr(offer, name)
        for name, change in changes.items()
        if getattr(offer, name) not in (change.seen, change.wanted)
    }
    if theirs:
        raise OfferChanged(_("Somebody changed this offer since you looked. Nothing was saved."), theirs)
    values: dict[str, Any] = {
        name: change.wanted for name, change in changes.items() if getattr(offer, name) != change.wanted
    }
    if not values:
        return
    _write([{"id": offer_id, **values, "changed_at": now}])
    after = values.get("price_minor", offer.price_minor)
    note_prices([Repricing(offer_id, offer.price_minor, after)], source=DESK, person_id=by, at=now)
    record_changes([offer.product_id], text=False)


def take_off_sale(offer_id: int, *, now: datetime) -> None:
    """Leave no unit of it, however many were sold meanwhile."""
    offer = _locked([offer_id])[0]
    if offer.stock:
        _write([{"id": offer_id, "stock": 0, "changed_at": now}])
        record_changes([offer.product_id], text=False)


def change_many(plan: BulkPlan, *, seen: str, by: int, now: datetime) -> int:
    """Carry out a plan made within this transaction, if it is still the one that was `seen`; returns how many changed.

    Raises `OfferChanged` when it isn't, having written nothing.
    """
    if plan.key != seen:
        raise OfferChanged(
            _("These offers have changed since you looked. Nothing was saved: look at the change again."), {}
        )
    check(plan)
    changed = plan.changed
    _write([{"id": line.offer_id, **line.values, "changed_at": now} for line in changed])
    note_prices(
        [Repricing(line.offer_id, line.before.price_minor, line.after.price_minor) for line in changed],
        source=DESK,
        person_id=by,
        at=now,
    )
    record_changes([line.product_id for line in changed], text=False)
    return len(changed)


def check(plan: BulkPlan) -> None:
    """Raises `OfferChanged` with a sentence when the plan can't be carried out as a whole, or changes nothing."""
    if len(plan.lines) > MOST_OFFERS:
        raise OfferChanged(
            _(
                "These are more than %(most)s offers: narrow the list, or change them by a file.",
                most=MOST_OFFERS,
            ),
            {},
        )
    wrong = plan.too_low or plan.too_high(HIGHEST_PRICE_MINOR)
    if wrong:
        named = {"title": wrong[0].title, "sku": wrong[0].sku, "count": len(wrong)}
        if plan.too_low:
            sentence = _(
                "%(title)s (%(sku)s) would cost nothing or less. Nothing was changed. Offers like that: %(count)s.",
                **named,
            )
        else:
            sentence = _(
                "%(title)s (%(sku)s) would cost too much. Nothing was changed. Offers like that: %(count)s.",
                **named,
            )
        raise OfferChanged(sentence, {})
    if not plan.changed:
        raise OfferChanged(_("That would change nothing: these offers are like that already."), {})


def lock_offers(ids: Collection[int]) -> None:
    """Let nobody else change these offers until the caller's transaction ends."""
    _locked(ids)


def _locked(ids: Collection[int]) -> Sequence[Any]:
    """The offers by id, in which order sales lock them, too; one SQL statement."""
    statement = (
        select(Offer.id, Offer.product_id, *(getattr(Offer, name) for name in COLUMNS_OF_TERMS))
        .where(Offer.id.in_(sorted(ids)))
        .order_by(Offer.id)
        .with_for_update()
    )
    return db.session.execute(statement).all()


def _write(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(update(Offer), sorted(rows, key=lambda row: int(row["id"])))
