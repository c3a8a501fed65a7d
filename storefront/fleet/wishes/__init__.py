"""The wishes: which firm asks, and what for, by hand, pasted or from a file; what we understood of each line."""

from . import views

__all__ = ["views"]
