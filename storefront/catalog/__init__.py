"""The catalogue: categories, models, products and their offers; how they are found, ranked and shown."""

from flask import Flask

from . import actions, models
from .changes import generation
from .commands import catalog


def init_app(app: Flask) -> None:
    """Register this room's pages and commands."""
    app.cli.add_command(catalog)


__all__ = ["actions", "generation", "init_app", "models"]
