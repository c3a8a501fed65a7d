"""Secret links that are made and not kept: of a row's nonce and the shop's own key, so that mails can name them again
and a stolen database names none. Rows keep hashes to find them by. When the shop's key changes, links are new ones.
"""

import re
import secrets

from .queries import hashed
from .tries import keyed

# 160 bits.
_LENGTH = 40
_TOKEN = re.compile(r"[0-9a-f]{40}")


def new_nonce() -> str:
    return secrets.token_hex(16)


def token_of(*parts: str) -> str:
    """The secret in an address: `parts` say what it opens, the last one is the row's nonce."""
    return keyed(*parts)[:_LENGTH]


def hash_of(*parts: str) -> str:
    return hashed(token_of(*parts))


def hash_of_token(token: str) -> str | None:
    """What a row is found by; none for what can't be a token of ours."""
    return hashed(token) if _TOKEN.fullmatch(token) else None
