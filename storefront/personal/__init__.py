"""What belongs to a customer: orders, guarantees, addresses and personal data, in one account.

Above the rooms whose things it shows; `accounts` below it knows only who somebody is.
"""

from flask import Flask
from flask_babel import lazy_gettext

from ..accounts import AccountEntry, add_entry
from ..core import mail
from . import claims
from .views import bp


def init_app(app: Flask) -> None:
    """Register this room's pages, and their links on the account's page."""
    app.register_blueprint(bp)
    mail.write_by(app, claims.WRITER, claims.write)
    for endpoint, label, note in (
        ("orders", lazy_gettext("Your orders"), lazy_gettext("where they are, invoices, returns")),
        ("guarantees", lazy_gettext("Your guarantees"), lazy_gettext("what is covered, and until when")),
        ("quotes", lazy_gettext("Your quotes"), lazy_gettext("what firms asked for, and to ask again")),
        ("addresses", lazy_gettext("Your addresses"), lazy_gettext("so that you type them once")),
        ("data", lazy_gettext("Your data"), lazy_gettext("take it with you, or have it deleted")),
    ):
        add_entry(app, AccountEntry(f"personal.{endpoint}", label, note))


__all__ = ["init_app"]
