"""The secret links of both sides: made of a row's nonce and the shop's own key, so that mails can name them again and a
stolen database names none. Rows keep hashes to find them by. When the shop's key changes, the next mail to a side has a
new link (`keep_link`), and the old one ends.
"""

import re
import secrets

from ...accounts.queries import hashed
from ...accounts.tries import keyed
from .models import Referral
from .rules import CUSTOMER

# 160 bits.
_LENGTH = 40
_TOKEN = re.compile(r"[0-9a-f]{40}")


def new_nonce() -> str:
    return secrets.token_hex(16)


def token_of(nonce: str, side: str) -> str:
    """The secret in the address of this side's page."""
    return keyed("referral", side, nonce)[:_LENGTH]


def hash_of(nonce: str, side: str) -> str:
    return hashed(token_of(nonce, side))


def keep_link(referral: Referral, side: str) -> None:
    """Let the link that a mail to this side names open its page."""
    name = "customer_hash" if side == CUSTOMER else "repairer_hash"
    setattr(referral, name, hash_of(referral.nonce, side))


def hash_of_token(token: str) -> str | None:
    """What a row is found by; none for what can't be a token of ours."""
    return hashed(token) if _TOKEN.fullmatch(token) else None
