"""Accounts: people, how they prove who they are, and what they may do."""

from flask import Flask

from . import current, entries, models, queries, views
from .commands import accounts
from .current import current_person, signed_in
from .entries import AccountEntry, add_entry


def init_app(app: Flask) -> None:
    """Register this room's pages and commands."""
    entries.init_app(app)
    current.init_app(app)
    app.register_blueprint(views.bp)
    app.cli.add_command(accounts)


__all__ = ["AccountEntry", "add_entry", "current_person", "init_app", "models", "queries", "signed_in"]
