"""Orders: what was agreed, what happens to it, and the rights that follow."""

from flask import Flask

from . import actions, labels, models
from .commands import orders
from .views import bp


def init_app(app: Flask) -> None:
    """Register this room's pages and commands."""
    app.register_blueprint(bp)
    app.cli.add_command(orders)
    app.jinja_env.filters["country_name"] = labels.country_name


__all__ = ["actions", "init_app", "models"]
