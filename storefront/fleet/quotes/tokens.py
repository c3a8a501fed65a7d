"""The secret link of a quote's page (`accounts.secret_links`)."""

from ...accounts import secret_links
from ...accounts.secret_links import hash_of_token, new_nonce

__all__ = ["hash_of", "hash_of_token", "new_nonce", "token_of"]


def token_of(nonce: str) -> str:
    """The secret in the address of the quote's page."""
    return secret_links.token_of("quote", nonce)


def hash_of(nonce: str) -> str:
    return secret_links.hash_of("quote", nonce)
