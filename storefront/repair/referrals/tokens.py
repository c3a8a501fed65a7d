"""The secret links of both sides of a referral (`accounts.secret_links`). When the shop's key changes, the next mail to
a side has a new link (`keep_link`), and the old one ends.
"""

from ...accounts import secret_links
from ...accounts.secret_links import hash_of_token, new_nonce
from .models import Referral
from .rules import CUSTOMER

__all__ = ["hash_of", "hash_of_token", "keep_link", "new_nonce", "token_of"]


def token_of(nonce: str, side: str) -> str:
    """The secret in the address of this side's page."""
    return secret_links.token_of("referral", side, nonce)


def hash_of(nonce: str, side: str) -> str:
    return secret_links.hash_of("referral", side, nonce)


def keep_link(referral: Referral, side: str) -> None:
    """Let the link that a mail to this side names open its page."""
    name = "customer_hash" if side == CUSTOMER else "repairer_hash"
    setattr(referral, name, hash_of(referral.nonce, side))
