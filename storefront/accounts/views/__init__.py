"""The pages of accounts."""

from . import account, signing_in
from .blueprint import bp

__all__ = ["account", "bp", "signing_in"]
