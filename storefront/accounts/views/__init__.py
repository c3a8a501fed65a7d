"""The pages of accounts."""

from . import account, forgotten, moving, password, second_factor, sessions, signing_in, signing_up
from .blueprint import bp

__all__ = [
    "account",
    "bp",
    "forgotten",
    "moving",
    "password",
    "second_factor",
    "sessions",
    "signing_in",
    "signing_up",
]
