"""The secret links of both sides: made of a row's nonce and the shop's own key, so that mails can name them again and a
stolen database names none. Rows keep hashes to find them by. When the shop's key changes, links of before are those
that go on opening rows; new mails would name others, as signed cookies end on that day, too.
"""

import re
import secrets

from ...accounts.queries import hashed
from ...accounts.tries import keyed
from .rules import CUSTOMER, REPAIRER

# 160 bits.
_LENGTH = 40
_TOKEN = re.compile(r"[0-9a-f]{40}")
SIDES_WITH_LINKS = (CUSTOMER, REPAIRER)


def new_nonce() -> str:
    return secrets.token_hex(16)


def token_of(nonce: str, side: str) -> str:
    """The secret in the address of this side's page."""
    return keyed("referral", side, nonce)[:_LENGTH]


def hash_of(nonce: str, side: str) -> str:
    return hashed(token_of(nonce, side))


def hash_of_token(token: str) -> str | None:
    """What a row is found by; none for what can't be a token of ours."""
    return hashed(token) if _TOKEN.fullmatch(token) else None
