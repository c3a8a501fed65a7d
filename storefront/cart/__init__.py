"""The cart: what a visitor means to buy, kept on the server under a secret that only the visitor's session holds."""

from datetime import timedelta

from flask import Flask
from flask_login import user_logged_in

from . import actions, models, queries, rules, views, visitor


def init_app(app: Flask) -> None:
    """Register this room's pages."""
    # A cart outlives the browser's window. The cookie is sent once, not with each answer: pages that are the same for
    # everybody must carry none.
    app.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(days=rules.KEPT_DAYS), SESSION_REFRESH_EACH_REQUEST=False
    )
    app.register_blueprint(views.bp)
    user_logged_in.connect(views.renew, app)


__all__ = ["actions", "init_app", "models", "queries", "visitor"]
