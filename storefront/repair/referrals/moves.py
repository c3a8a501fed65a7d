"""What verbs on a referral have in common: nothing has changed meanwhile, the table allows it, what is due is noted."""

from datetime import datetime

from flask_babel import gettext as _

from ...core.database import db
from . import labels, queries
from .errors import ReferralChanged, ReferralRefused
from .models import Referral, ReferralEvent
from .rules import BLANK_AFTER, OPEN, deadlines, target


def opened(referral_id: int, seen: int | None) -> Referral:
    """The referral, locked. `seen` is the `version` that a person decided on, none where nobody looked at a page.

    Raises `ReferralChanged` when something happened to it since.
    """
    referral = queries.locked(referral_id)
    if seen is not None and seen != referral.version:
        raise ReferralChanged(
            _(
                "Something has happened meanwhile: it is “%(state)s” now. Nothing was done; please look again.",
                state=labels.state_label(referral.state),
            )
        )
    return referral


def move(
    referral: Referral,
    verb: str,
    *,
    side: str,
    now: datetime,
    fact: str = "",
    note: str = "",
    person_id: int | None = None,
) -> None:
    """Do `verb`, or raise `ReferralRefused`. The referral must be locked."""
    before = referral.state
    after = target(verb, side, before, referral.kind)
    if after is None:
        raise ReferralRefused(labels.refusal(before))
    referral.state = after
    record(
        referral, verb, side=side, now=now, states=(before, after), fact=fact, note=note, person_id=person_id
    )
    settle(referral, now)


def record(
    referral: Referral,
    verb: str,
    *,
    side: str,
    now: datetime,
    states: tuple[str, str] = ("", ""),
    fact: str = "",
    note: str = "",
    person_id: int | None = None,
) -> None:
    """Add to the log; `states` are those before and after."""
    referral.events.append(
        ReferralEvent(
            at=now,
            side=side,
            person_id=person_id,
            verb=verb,
            from_state=states[0],
            to_state=states[1] if states[0] != states[1] else "",
            fact=fact,
            note=note,
        )
    )
    db.session.flush()


def settle(referral: Referral, now: datetime) -> None:
    """Note what is due next, after anything that a side did."""
    if referral.state in OPEN:
        referral.moved_at = now
        due = deadlines(referral.state, referral.kind, now, referral.meeting_at)
        referral.remind_at, referral.expire_at = due.remind_at, due.expire_at
    elif referral.ended_at is None:
        referral.moved_at = referral.ended_at = now
        referral.remind_at = referral.expire_at = None
        referral.blank_at = now + BLANK_AFTER
    db.session.flush()
