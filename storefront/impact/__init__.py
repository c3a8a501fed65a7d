"""Impact: what a refurbished device avoids, with sources."""

from flask import Flask

from .views import bp


def init_app(app: Flask) -> None:
    """Register this room's pages."""
    app.register_blueprint(bp)
