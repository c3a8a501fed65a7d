"""The chapter of the repairers: who applied, what to look at before customers see them, who is in and until when."""

from . import bonus_views, views
from .chapter import chapter

__all__ = ["bonus_views", "chapter", "views"]
