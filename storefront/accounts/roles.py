"""Giving and taking roles by hand: the shop is never left without an operator."""

import logging
from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from ..core.database import db
from . import letters
from .actions import locked, set_roles
from .errors import AccountRefused
from .models import PersonRole

log = logging.getLogger(__name__)


def change_roles(
    *, person_id: int, roles: Collection[str], seen: Collection[str], by_id: int, now: datetime
) -> None:
    """Give a person exactly these of `rules.ROLES`; `seen` are those that the page showed. It is told to its owner.

    Raises `AccountRefused` when somebody else changed them since, and for the last operator.
    """
    # All operators' rows, in one order: two who take the role from each other wait for one another here.
    operators = db.session.scalars(
        select(PersonRole.person_id)
        .where(PersonRole.role == "operator")
        .order_by(PersonRole.person_id)
        .with_for_update()
    ).all()
    person = locked(person_id)
    if person is None:
        raise AccountRefused(_("This account is closed."))
    db.session.refresh(person, ["role_rows"])
    if person.roles != frozenset(seen):
        raise AccountRefused(
            _("Somebody else has just changed these roles. Nothing was saved; please look again.")
        )
    if "operator" not in roles and set(operators) == {person_id}:
        raise AccountRefused(_("This is the last operator: give the role to somebody else first."))
    if person.roles == frozenset(roles):
        return
    set_roles(person_id=person_id, roles=roles, now=now)
    log.info("person %s gave person %s the roles: %s", by_id, person_id, ", ".join(sorted(roles)) or "none")
    letters.roles_changed(person, now=now)
