"""The network: repairers, where they are, how well they do, and how they come to be in it."""

from flask import Flask
from flask_babel import lazy_gettext

from ...accounts import AccountEntry, add_entry
from ...accounts.models import Person
from . import commands, models, views
from .joining import newest_of


def init_app(app: Flask) -> None:
    """Lead repairers who have an account from there to their page."""
    note = lazy_gettext("hours, prices, and how customers see you")
    add_entry(app, AccountEntry("repair.yours", lazy_gettext("Your page as a repairer"), note, _is_one))


def _is_one(person: Person) -> bool:
    return newest_of(person.email) is not None


__all__ = ["commands", "init_app", "models", "views"]
