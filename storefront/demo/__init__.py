"""The demo shop: real models, invented sellers, and a year of their history."""

from flask import Flask

from .commands import demo


def init_app(app: Flask) -> None:
    """Register this room's commands."""
    app.cli.add_command(demo)


__all__ = ["init_app"]
