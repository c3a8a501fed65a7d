"""What a firm sends from its quote's page, or a sentence for each field that can't be taken."""

import re
import unicodedata
from collections.abc import Mapping

from flask_babel import gettext as _

from ...checkout.address_form import one_line
from ...core.errors import FormInvalid
from ...core.typed import whole_number
from .rules import LONGEST_MESSAGE

LONGEST_NAME, LONGEST_PURCHASE_ORDER, LONGEST_REASON = 120, 80, 500
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
Fields = Mapping[str, str]


def read_key(fields: Fields) -> str:
    """The key that was made with the form. Raises `FormInvalid` where it is missing or was tampered with."""
    key = fields.get("key", "")
    if not _KEY.fullmatch(key):
        raise FormInvalid(
            {"key": _("This page was open for too long. Please check it and send it once more.")}
        )
    return key


def read_seen(fields: Fields) -> int:
    """The version that the page showed; one that never was, where it is missing: nothing is decided unseen."""
    return whole_number(fields.get("seen", "")) or 0


def read_acceptance(fields: Fields) -> dict[str, str]:
    """Who signs, and what their books call it. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    name = one_line("name", fields, errors, LONGEST_NAME)
    purchase_order = _optional("purchase_order", fields, errors, LONGEST_PURCHASE_ORDER)
    if fields.get("agreed") != "yes":
        errors["agreed"] = _("Please tick this: it is your order.")
    if errors:
        raise FormInvalid(errors)
    return {"name": name, "purchase_order": purchase_order}


def read_reason(fields: Fields) -> str:
    """Why the firm doesn't take it, if it says so. Raises `FormInvalid`."""
    errors: dict[str, str] = {}
    reason = _optional("reason", fields, errors, LONGEST_REASON)
    if errors:
        raise FormInvalid(errors)
    return reason


def read_words(fields: Fields) -> str:
    """A message, which may have several lines. Raises `FormInvalid` for none, and for one that has no end."""
    typed = unicodedata.normalize("NFC", fields.get("words", "")).replace("\r\n", "\n").strip()
    words = "".join(c for c in typed if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    if not words.strip():
        raise FormInvalid({"words": _("Please write a word or two.")})
    if len(words) > LONGEST_MESSAGE:
        most = LONGEST_MESSAGE
        raise FormInvalid(
            {"words": _("Please shorten this: it has room for %(most)s characters.", most=most)}
        )
    return words


def _optional(name: str, fields: Fields, errors: dict[str, str], longest: int) -> str:
    return one_line(name, fields, errors, longest) if fields.get(name, "").strip() else ""
