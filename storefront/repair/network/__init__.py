"""The network: repairers, where they are, how well they do, and how they come to be in it."""

from . import commands, models, views

__all__ = ["commands", "models", "views"]
