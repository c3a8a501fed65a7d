"""Fleets for small firms: what a firm wishes, what live offers give for it, and the quote that holds its units."""

from flask import Flask

from . import allocation, quotes, wishes
from .front import bp, fleet


def init_app(app: Flask) -> None:
    """Register the pages and commands that the parts of this room have hung on `front`."""
    app.register_blueprint(bp)
    app.cli.add_command(fleet)
    quotes.init_app(app)


__all__ = ["allocation", "init_app", "quotes", "wishes"]
