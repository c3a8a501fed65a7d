"""Info: legal texts, contact, and what machines ask of a site."""

from flask import Flask

from .views import bp


def init_app(app: Flask) -> None:
    """Register this room's pages."""
    app.register_blueprint(bp)
