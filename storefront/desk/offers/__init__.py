"""Offers: found, edited in place, changed in bulk; their prices' history; files in and out."""

from . import bulk_views, file_views, new_views, views
from .chapter import chapter

__all__ = ["bulk_views", "chapter", "file_views", "new_views", "views"]
