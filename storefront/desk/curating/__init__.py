"""What the shop knows of devices: models, categories and brands, kept in good order by hand."""

from . import shelf_views, views
from .chapter import chapter

__all__ = ["chapter", "shelf_views", "views"]
