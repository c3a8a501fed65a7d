"""What operators do about a repairer's standing, and what the calendar does."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select

from ...core.database import db
from ...core.registers import Establishment, firm_of, is_same_place
from . import letters
from .errors import RepairerChanged, RepairerRefused
from .joining import locked, note
from .models import Repairer
from .queries import ends_soon as is_ending
from .rules import (
    CHECKED_MOVES,
    LISTED,
    MOVES_FROM,
    MOVES_TO,
    VERIFY,
    checks_of,
    verified_until_after,
)

# Of one firm in one postcode; the largest chains have a handful.
_MOST_ENTRIES = 100


def move(
    *,
    repairer_id: int,
    move: str,
    reason: str,
    checked: Collection[str],
    seen: int,
    person_id: int | None,
    today: date,
    now: datetime,
) -> None:
    """Do one of `rules.MOVES`, and write to the repairer. `seen` is the version that the page showed, `person_id` the
    operator's (none in the demo shop, where nobody may be one).

    Raises `RepairerChanged` when it is another by now, `RepairerRefused` when something of the checklist isn't ticked,
    or the repairer has no mailbox that referrals could go to.
    """
    repairer = locked(repairer_id, seen=seen)
    if repairer.standing not in MOVES_FROM[move]:
        raise RepairerChanged(
            _("Somebody else has just changed this repairer. Nothing was saved; please look again.")
        )
    if move in CHECKED_MOVES:
        _check(repairer, checked)
    if move == VERIFY:
        _take_listing_over(repairer)
    repairer.standing = MOVES_TO[move]
    repairer.verified_until = verified_until_after(move, repairer.verified_until, today)
    note(repairer, move, reason=reason, checked=checked, person_id=person_id, now=now)
    letters.moved(repairer, move, reason, now=now)


def _check(repairer: Repairer, checked: Collection[str]) -> None:
    if set(checks_of(bonus_label=repairer.bonus_label)) - set(checked):
        raise RepairerRefused(_("Please look at everything on the list first: each point has to be ticked."))
    if not repairer.email:
        raise RepairerRefused(
            _("There is no mail address that a customer's case could go to. Please ask for one first.")
        )
    if not repairer.categories or not repairer.ways:
        raise RepairerRefused(_("It isn't said yet what is repaired, and how devices get there."))


def _take_listing_over(repairer: Repairer) -> None:
    """A directory may have listed it before it came: its entry is this one from now on, and stays as people made it.

    A chain's other branches are entries of their own (`registers.is_same_place`).
    """
    if repairer.source or not repairer.register_number:
        return
    listed = next(
        (row for row in _of_the_firm(repairer) if is_same_place(_place(row), _place(repairer))), None
    )
    if listed is None:
        return
    source, source_id = listed.source, listed.source_id
    db.session.delete(listed)
    # Before the other one has them: no two rows are of one entry.
    db.session.flush()
    repairer.source, repairer.source_id = source, source_id


def _of_the_firm(repairer: Repairer) -> Sequence[Repairer]:
    """Entries of a directory with this number or, of the same firm, this postcode; the very number first."""
    firm = firm_of(repairer.register_number, repairer.country)
    same_number = Repairer.register_number == repairer.register_number
    statement = select(Repairer).where(
        Repairer.standing == LISTED,
        Repairer.country == repairer.country,
        # All that begin with the firm's number; an index finds a range.
        Repairer.register_number.between(firm, f"{firm}99999"),
        or_(same_number, Repairer.postcode == repairer.postcode),
    )
    return db.session.scalars(statement.order_by(same_number.desc(), Repairer.id).limit(_MOST_ENTRIES)).all()


def _place(repairer: Repairer) -> Establishment:
    return Establishment(repairer.register_number, repairer.country, repairer.postcode, repairer.street)


def remind(*, today: date, now: datetime) -> int:
    """Write to all whose verification ends within a month, once for each end; returns how many."""
    ending = select(Repairer).where(
        is_ending(today),
        or_(Repairer.reminded_of.is_(None), Repairer.reminded_of != Repairer.verified_until),
        Repairer.email != "",
    )
    found = db.session.scalars(ending.order_by(Repairer.id).limit(500)).all()
    for repairer in found:
        letters.ends_soon(repairer, now=now)
        repairer.reminded_of = repairer.verified_until
    db.session.flush()
    return len(found)
