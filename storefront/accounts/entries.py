"""What rooms above put onto the account's page, and where they let people begin: each says so when the shop starts."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, url_for
from flask_babel import LazyString

from .models import Person

_NAME, _START = "account_entries", "account_start"


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """A link on the account's page: `shown_to` says whose page, without a question to the database if it can."""

    endpoint: str
    label: LazyString
    note: LazyString
    shown_to: Callable[[Person], bool] = lambda _person: True


def init_app(app: Flask) -> None:
    app.extensions[_NAME] = []
    app.extensions[_START] = []


def add_entry(app: Flask, entry: AccountEntry) -> None:
    """Show `entry` on the account's page, after those that are there already."""
    app.extensions[_NAME].append(entry)


def start_at(app: Flask, endpoint: str, whom: Callable[[Person], bool]) -> None:
    """Let those people begin on that page, not on the account's."""
    app.extensions[_START].append((endpoint, whom))


def start_of(person: Person) -> str:
    """The page that somebody comes to by signing in, having asked for none."""
    started = (endpoint for endpoint, whom in current_app.extensions[_START] if whom(person))
    return url_for(next(started, "accounts.show"))


def entries_for(person: Person) -> list[AccountEntry]:
    return [entry for entry in current_app.extensions[_NAME] if entry.shown_to(person)]
