"""The demo shop: real models, invented sellers, and a year of their history."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register this room's commands."""
