"""Sessions: one row for each browser that is signed in, under a token that only its cookie holds."""

import re
import secrets
from datetime import datetime

from sqlalchemy import ColumnElement, delete, update

from ..core.database import db
from .models import SignIn
from .queries import hashed
from .rules import SIGN_IN_LASTS

_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Version/[0-9.]+ .*Safari/"),
    ("w3m", r"w3m"),
    ("Lynx", r"Lynx"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux"),
)


def begin(*, person_id: int, browser: str, now: datetime) -> str:
    """A new session; gives the token for the cookie: 192 bits, and never one that was there before signing in."""
    token = secrets.token_urlsafe(24)
    db.session.add(
        SignIn(
            token_hash=hashed(token),
            person_id=person_id,
            began_at=now,
            seen_at=now,
            browser=in_words(browser),
        )
    )
    db.session.flush()
    return token


def renew(*, sign_in_id: int) -> str:
    """A new token for a session that goes on after a change of what opens the account: copied cookies are dead."""
    token = secrets.token_urlsafe(24)
    db.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(token_hash=hashed(token)))
    return token


def seen(*, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    db.session.execute(update(SignIn).where(SignIn.token_hash == hashed(token)).values(seen_at=now))


def end(*, person_id: int, sign_in_id: int, now: datetime) -> None:
    """End one session of this person; a copy of its cookie is worth nothing from here on."""
    _end(SignIn.person_id == person_id, SignIn.id == sign_in_id, now=now)


def end_all(*, person_id: int, but: int | None, now: datetime) -> None:
    """End this person's sessions, all of them or all `but` one."""
    _end(SignIn.person_id == person_id, SignIn.id != (but or 0), now=now)


def forget(*, person_id: int) -> None:
    """Delete all that is known of this person's sessions; they end with it."""
    db.session.execute(delete(SignIn).where(SignIn.person_id == person_id))


def purge(*, now: datetime) -> None:
    """Delete sessions that can't be alive any more."""
    db.session.execute(delete(SignIn).where(SignIn.began_at < now - SIGN_IN_LASTS))


def _end(*which: ColumnElement[bool], now: datetime) -> None:
    db.session.execute(update(SignIn).where(SignIn.ended_at.is_(None), *which).values(ended_at=now))


def in_words(user_agent: str) -> str:
    """A browser so that its owner knows it again: "Firefox, Android"; empty when it says nothing that is known."""
    found = (
        next((name for name, mark in kinds if re.search(mark, user_agent[:500])), "")
        for kinds in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in found if name)
