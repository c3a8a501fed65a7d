"""What happens by itself: who is silent is reminded, who stays silent or isn't shown any more isn't waited for, and
names are forgotten.

Each run takes what is due and looks again under the row's lock, so that two runs at once, or a run beside a person, do
everything once.
"""

from datetime import datetime

from sqlalchemy import delete, update

from ...catalog.models import Model
from ...core.clock import shop_day
from ...core.database import db
from ...core.mail import OutgoingMail
from ..network.actions import forget_words
from . import letters, queries
from .actions import rating_reference, tell_expired
from .late import tell_late
from .models import Referral, ReferralEvent
from .moves import move, record
from .rules import CUSTOMER, OPEN, REPAIRER, SENT, SYSTEM, turn

# One run never holds the database for long.
AT_ONCE = 50


def tick(*, now: datetime) -> tuple[int, int]:
    """Release, expire and remind, and tell of claims that are late; returns how many were written to, and how many
    ended.
    """
    # First what is over: nobody is reminded of that.
    today = shop_day(now)
    ended = sum(_release(referral_id, now) for referral_id in queries.left_alone(today, limit=AT_ONCE))
    ended += sum(_expire(referral_id, now) for referral_id in queries.due("expire_at", now, limit=AT_ONCE))
    reminded = sum(_remind(referral_id, now) for referral_id in queries.due("remind_at", now, limit=AT_ONCE))
    reminded += tell_late(now=now, limit=AT_ONCE)
    return reminded, ended


def _release(referral_id: int, now: datetime) -> bool:
    """The repairer was suspended, or its verification lapsed, before it answered: the case is free for the next one."""
    referral = queries.locked(referral_id)
    if referral.state != SENT or queries.may_take(referral, today=shop_day(now)):
        return False
    move(referral, "release", side=SYSTEM, now=now)
    letters.tell(referral, CUSTOMER, "released", now=now)
    return True


def _expire(referral_id: int, now: datetime) -> bool:
    referral = queries.locked(referral_id)
    state = referral.state
    if referral.expire_at is None or referral.expire_at > now or state not in OPEN:
        return False
    move(referral, "expire", side=SYSTEM, now=now)
    tell_expired(referral, state, now)
    for side in (CUSTOMER, REPAIRER):
        letters.tell(referral, side, "expired", now=now)
    return True


def _remind(referral_id: int, now: datetime) -> bool:
    referral = queries.locked(referral_id)
    if referral.remind_at is None or referral.remind_at > now or referral.state not in OPEN:
        return False
    referral.remind_at = None
    side = turn(referral.state)
    record(referral, "remind", side=SYSTEM, now=now, fact=side)
    letters.tell(referral, side, "remind", now=now)
    return True


def purge(*, now: datetime) -> int:
    """Blank who asked and what people wrote, in what ended long enough ago, its log, its mails and what it said on the
    repairer's page; the links with it. Returns how many.
    """
    return sum(_blank(referral_id, now) for referral_id in queries.due("blank_at", now, limit=AT_ONCE))


def _blank(referral_id: int, now: datetime) -> bool:
    referral = queries.locked(referral_id)
    if referral.blank_at is None or referral.blank_at > now:
        return False
    for name in ("name", "email", "phone", "words", "times", "place_text", "town", "rating_words", "nonce"):
        setattr(referral, name, "")
    # Typed by its customer, too: what stays is what the shop calls it, or nothing but its category.
    model = db.session.get(Model, referral.model_id) if referral.model_id else None
    referral.device = model.name if model else ""
    referral.customer_hash = referral.repairer_hash = referral.person_id = None
    referral.blank_at = referral.late_at = None
    # The form's key, too, leads back to it.
    referral.idempotency_key = f"blanked-{referral.id}"
    referral.blanked_at = now
    db.session.execute(
        update(ReferralEvent).where(ReferralEvent.referral_id == referral.id).values(note="", person_id=None)
    )
    mails = OutgoingMail.reason.startswith(letters.reason_of(referral), autoescape=True)
    db.session.execute(delete(OutgoingMail).where(mails))
    if referral.repairer_id:
        forget_words(repairer_id=referral.repairer_id, reference=rating_reference(referral))
    record(referral, "blank", side=SYSTEM, now=now)
    return True


def forget_person(*, person_id: int, now: datetime) -> None:
    """An account is closed: what has ended is blanked at once, the rest in its time, in nobody's account."""
    ended = db.session.query(Referral.id).filter(
        Referral.person_id == person_id, Referral.ended_at.is_not(None), Referral.blanked_at.is_(None)
    )
    for (referral_id,) in ended.all():
        db.session.execute(update(Referral).where(Referral.id == referral_id).values(blank_at=now))
        _blank(referral_id, now)
    db.session.execute(update(Referral).where(Referral.person_id == person_id).values(person_id=None))
