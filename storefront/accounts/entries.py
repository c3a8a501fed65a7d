"""What rooms above put onto the account's page: each says so when the shop starts, and is linked from there."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from flask_babel import LazyString

from .models import Person

_NAME = "account_entries"


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """A link on the account's page: `shown_to` says whose page, without a question to the database if it can."""

    endpoint: str
    label: LazyString
    note: LazyString
    shown_to: Callable[[Person], bool] = lambda _person: True


def init_app(app: Flask) -> None:
    app.extensions[_NAME] = []


def add_entry(app: Flask, entry: AccountEntry) -> None:
    """Show `entry` on the account's page, after those that are there already."""
    app.extensions[_NAME].append(entry)


def entries_for(person: Person) -> list[AccountEntry]:
    return [entry for entry in current_app.extensions[_NAME] if entry.shown_to(person)]
