"""The second factor: a code that the person's phone makes every 30 seconds (TOTP, RFC 6238), and codes for the day when
the phone is gone.
"""

import base64
import hmac
import secrets
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import CursorResult, delete, func, select, update

from ..config import current_settings
from ..core.database import db
from ..core.errors import FormInvalid
from . import actions, letters, sessions
from .errors import AccountRefused
from .models import Person, RecoveryCode
from .tries import keyed

STEP_SECONDS = 30
RECOVERY_CODES = 10
# 12 digits: as long as they are typed in by hand, and 10 guesses in an hour don't matter.
_RECOVERY_DIGITS = 12


def new_salt() -> str:
    return secrets.token_urlsafe(24)


def secret_of(person_id: int, salt: str) -> str:
    """The secret that the phone keeps (160 bits, base 32), made of the salt and the shop's own key.

    A stolen database holds none; a shop whose `secret_key` is lost must set second factors anew. It is this person's
    alone: whoever puts a salt into somebody's browser learns nothing by asking for its secret under another name.
    """
    key = str(current_app.secret_key).encode()
    made = hmac.digest(key, f"second factor\0{person_id}\0{salt}".encode(), "sha256")
    return base64.b32encode(made[:20]).decode()


def address_for_apps(secret: str, email: str) -> str:
    """The `otpauth:` address that an app reads from the picture."""
    from pyotp import TOTP  # here and below: few people, few times

    return TOTP(secret).provisioning_uri(name=email, issuer_name=current_settings().shop.name)


def picture(address: str) -> str:
    """The QR code as a `data:` address: nothing is asked of anybody else's server."""
    import segno

    # Its own light ground, so that cameras read it in dark mode, too.
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff", dark="#1d1a2f")


def turn_on(*, person_id: int, salt: str, code: str, keep: int | None, now: datetime) -> list[str]:
    """Ask for codes from here on, if this first one is right; gives the recovery codes, to be shown this once.

    All sessions but `keep` end: they began with a password alone.
    Raises `FormInvalid` and `AccountRefused`.
    """
    person = actions.locked(person_id)
    if person is None or person.totp_salt:
        raise AccountRefused(_("The second factor is on already."))
    step = _step_of(secret_of(person_id, salt), code, now)
    if step is None:
        raise FormInvalid({"code": _wrong()})
    person.totp_salt, person.totp_step = salt, step
    recovery = [
        f"{secrets.randbelow(10**_RECOVERY_DIGITS):0{_RECOVERY_DIGITS}d}" for _n in range(RECOVERY_CODES)
    ]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.add_all(
        RecoveryCode(person_id=person_id, code_hash=keyed("recovery", str(person_id), code))
        for code in recovery
    )
    sessions.end_all(person_id=person_id, but=keep, now=now)
    db.session.flush()
    letters.second_factor_changed(person, now=now)
    return recovery


def turn_off(*, person_id: int, now: datetime) -> None:
    """Ask for the password only; the phone's codes and the recovery codes are worth nothing any more."""
    person = actions.locked(person_id)
    if person is None or not person.totp_salt:
        return
    person.totp_salt = ""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    db.session.flush()
    letters.second_factor_changed(person, now=now)


def use(*, person_id: int, code: str, now: datetime) -> None:
    """Use up a code of the phone, or a recovery code. Raises `FormInvalid` when it is wrong or was used before."""
    person = actions.locked(person_id)
    if person is None or not person.totp_salt:
        raise AccountRefused(_("The second factor was turned off meanwhile. Please sign in again."))
    if len(code) == _RECOVERY_DIGITS:
        _use_recovery_code(person, code, now)
        return
    step = _step_of(secret_of(person.id, person.totp_salt), code, now)
    if step is None or step <= person.totp_step:
        raise FormInvalid({"code": _wrong()})
    person.totp_step = step
    db.session.flush()


def left(person_id: int) -> int:
    """How many recovery codes were not used yet."""
    return (
        db.session.scalar(
            select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )


def _use_recovery_code(person: Person, code: str, now: datetime) -> None:
    used = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == keyed("recovery", str(person.id), code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
    )
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise FormInvalid({"code": _wrong()})
    letters.recovery_code_used(person, left(person.id), now=now)


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which 30 seconds this code belongs to: these, the last or the next ones, for clocks that go wrong a little."""
    from pyotp import TOTP

    maker = TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in (current, current - 1, current + 1):
        if hmac.compare_digest(maker.at(step * STEP_SECONDS), code):
            return step
    return None


def _wrong() -> str:
    return _(
        "This code doesn't fit, or was used before. Wait for the next one, and look at your phone's clock."
    )
