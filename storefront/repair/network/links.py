"""The link that opens a repairer's own page: mailed to its mailbox, signed, and good for a while.

No row holds it, and its mail loses its text once it went out (`core.mail.SECRET`): only a link that is still waiting
there could be read from a stolen database. It names the mailbox, so that it is dead when that changes.
"""

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from ...core.database import db
from ...core.links import address_of
from .models import Repairer

# Seconds that a link counts for: an application may be read after the weekend.
LASTS = 7 * 24 * 3_600


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="repairer-page")


def token_of(repairer: Repairer) -> str:
    """What the link carries; nobody without the shop's key can make one."""
    return str(_signer().dumps([repairer.id, repairer.email]))


def link_of(repairer: Repairer) -> str:
    """The full address of the repairer's own page, for mails."""
    return address_of("repair.own", repairer.language, token=token_of(repairer))


def repairer_of(token: str) -> Repairer:
    """Whose page a link opens. Raises `NotFound` when it is not ours, or too old. One SQL statement."""
    try:
        repairer_id, email = _signer().loads(token[:500], max_age=LASTS)
    except (BadData, ValueError, TypeError):
        raise NotFound from None
    statement = select(Repairer).where(
        Repairer.id == repairer_id, Repairer.email == email, Repairer.email != ""
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
