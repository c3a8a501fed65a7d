"""The checkout: from a cart to an order, shipping and payment methods."""

from flask import Flask

from . import actions, models
from .views import bp


def init_app(app: Flask) -> None:
    """Register this room's pages."""
    app.register_blueprint(bp)


__all__ = ["actions", "init_app", "models"]
