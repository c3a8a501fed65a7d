"""Orders: what was agreed, what happens to it, and the rights that follow."""

from flask import Flask

from ..core import mail
from . import actions, documents, labels, letters, models, serials, sold
from .commands import orders
from .views import bp


def init_app(app: Flask) -> None:
    """Register this room's pages and commands."""
    app.register_blueprint(bp)
    mail.write_by(app, letters.WRITER, letters.write)
    app.cli.add_command(orders)
    app.jinja_env.filters.update(
        country_name=labels.country_name,
        payment_label=labels.payment_label,
        reason_label=labels.reason_label,
        shipping_label=labels.shipping_label,
        state_label=labels.state_label,
        is_doubtful_imei=serials.is_doubtful_imei,
    )


__all__ = ["actions", "documents", "init_app", "models", "sold"]
