"""The chapter of the quotes: what firms were offered, adjusting it, answering them; sellers' volume discounts."""

from . import discount_views, views
from .chapter import chapter

__all__ = ["chapter", "discount_views", "views"]
