"""The advice: what somebody has and what is wrong with it, what we would do, and who could do it near them."""

from . import commands, models, views

__all__ = ["commands", "models", "views"]
