"""Offers: found, edited in place, changed in bulk; their prices' history; files in and out."""

from . import views
from .chapter import chapter

__all__ = ["chapter", "views"]
