"""Giving and taking roles by hand."""

import logging
from collections.abc import Collection
from datetime import datetime

from flask_babel import gettext as _

from ..core.database import db
from . import letters
from .actions import locked, set_roles
from .errors import AccountRefused

log = logging.getLogger(__name__)


def change_roles(
    *, person_id: int, roles: Collection[str], seen: Collection[str], by_id: int, now: datetime
) -> None:
    """Give a person exactly these of `rules.ROLES`; `seen` are those that the page showed. It is told to its owner.

    Raises `AccountRefused` when somebody else changed them since, and for the last operator.
    """
    person = locked(person_id)
    if person is None:
        raise AccountRefused(_("This account is closed."))
    db.session.refresh(person, ["role_rows"])
    if person.roles != frozenset(seen):
        raise AccountRefused(
            _("Somebody else has just changed these roles. Nothing was saved; please look again.")
        )
    if person.roles == frozenset(roles):
        return
    set_roles(person_id=person_id, roles=roles, now=now)
    log.info("person %s gave person %s the roles: %s", by_id, person_id, ", ".join(sorted(roles)) or "none")
    letters.roles_changed(person, now=now)
