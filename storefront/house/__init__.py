"""The house: what the shop's people change while it runs, its settings, the texts of its pages, and its shipping."""

from flask import Flask

from . import models
from .commands import house
from .running import current_house, follow


def init_app(app: Flask) -> None:
    """Let what is changed at the desk count in this process, and register the commands."""
    follow(app)
    app.cli.add_command(house)


__all__ = ["current_house", "init_app", "models"]
