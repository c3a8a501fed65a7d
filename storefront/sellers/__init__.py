"""Sellers: the refurbishers, what happened to their past orders, and what that says about the next one."""

from flask import Flask

from . import actions, models
from .commands import sellers
from .views import bp


def init_app(app: Flask) -> None:
    """Register this room's commands, and the page that an invitation leads to."""
    app.register_blueprint(bp)
    app.cli.add_command(sellers)


__all__ = ["actions", "init_app", "models"]
