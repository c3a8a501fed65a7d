"""Orders: the list, one order with all that can be done to it, papers to print, and records to hand on."""

from . import deed_views, views
from .chapter import chapter

__all__ = ["chapter", "deed_views", "views"]
