"""Texts of the shop's own: of the legal pages in Markdown, and the sentences on what each grade looks like."""

from datetime import datetime

from flask_babel import gettext as _

from ..core.database import db
from ..core.errors import FormInvalid
from .changes import next_version, tell
from .errors import HouseRefused
from .models import HouseText
from .rules import LANGUAGES, LONGEST_GRADE_TEXT, LONGEST_TEXT, PAGES, TEXTS, unknown_placeholders
from .running import current_house


def own_text(name: str, language: str) -> str | None:
    """What the shop says itself; none where the built-in text holds."""
    return current_house().texts.get((name, language))


def write_text(
    name: str, language: str, body: str | None, *, seen: int, person_id: int | None, now: datetime
) -> None:
    """Say it in the shop's own words; `None`: the built-in ones again.

    Raises `LookupError` for a text that there is none of, `HouseRefused` when somebody else changed it since the
    version `seen`, `FormInvalid` for what can't be taken.
    """
    if name not in TEXTS or language not in LANGUAGES:
        raise LookupError(name)
    body = None if body is None else body.replace("\r\n", "\n").replace("\r", "\n").strip()
    if body is not None:
        check_text(name, body)
    version = next_version()
    row = db.session.get(HouseText, (name, language))
    if row is not None and row.version > seen:
        raise HouseRefused(
            _("Somebody else has just changed this text. Nothing was saved; please look again.")
        )
    if row is None:
        row = HouseText(name=name, language=language)
        db.session.add(row)
    row.body, row.version, row.changed_at, row.person_id = body, version, now, person_id
    tell()


def check_text(name: str, body: str) -> None:
    """Raises `FormInvalid` for `body`."""
    most = LONGEST_TEXT if name in PAGES else LONGEST_GRADE_TEXT
    unknown = unknown_placeholders(body)
    if not body:
        raise FormInvalid({"body": _("Please write something, or take the built-in text.")})
    if len(body) > most:
        raise FormInvalid({"body": _("Please shorten this: it has room for %(most)s characters.", most=most)})
    if "\0" in body or (name not in PAGES and not body.isprintable()):
        raise FormInvalid({"body": _("This holds characters that can't be printed. Please type it again.")})
    if unknown:
        names = ", ".join(f"{{{name}}}" for name in unknown)
        raise FormInvalid({"body": _("Nobody knows what to put here: %(names)s.", names=names)})
