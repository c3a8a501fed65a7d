"""What the pages of files show: what may be said of a file, and what loading it would change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ...catalog.importer import Preview
from ...catalog.labels import grade_label
from ...catalog.models import LOADED, LOADING, STOPPED, WAITING, WANTED, OfferUpload
from ...catalog.report import OfferChange, Report
from ...catalog.rules import GRADES
from ...catalog.terms import AMOUNTS, PRODUCT, term_name
from ...catalog.titles import configured
from ...catalog.uploads import share_of
from ...config import current_settings
from ...core.money import Money
from ...core.tables import Problem
from ...core.templating import day, money
from . import queries

# Of either, so many lines are shown; the numbers above count them all.
CHANGES_SHOWN, PROBLEMS_SHOWN = 50, 200
# What is said of a new offer; all else is in its file.
_TOLD_OF_NEW = ("grade", "price_minor", "stock")


@dataclass(frozen=True, slots=True)
class FilePage:
    """A file that waits for a yes: called `name`, read as its form says. Without a `report` it can't be read."""

    name: str
    token: str
    read_as: Mapping[str, str]
    key: str = ""
    report: Report | None = None
    changes: tuple["ChangeLine", ...] = ()
    problems: tuple[tuple[int, tuple[Problem, ...]], ...] = ()

    @property
    def does_something(self) -> bool:
        report = self.report
        return report is not None and bool(report.created or report.updated or report.retold)


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A row of the file: the product that it was `taken_for`, and what it makes of an offer.

    `fields` are (name, old, new); of a new offer, without old.
    """

    title: str
    sku: str
    is_new: bool
    taken_for: str
    category: str
    new_product: bool
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file that was handed in: its name, how far it is, and the page that says more."""

    name: str
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A file that is being loaded: `percent` is done of it."""

    name: str
    url: str
    percent: int


@dataclass(frozen=True, slots=True)
class FileChoices:
    """What may be said of a file, as (value, label)."""

    sellers: list[tuple[str, str]]
    grades: list[tuple[str, str]]
    categories: list[tuple[str, str]]


def file_choices(traders: Sequence[tuple[int, str, str]], *, operator: bool) -> FileChoices:
    """One SQL statement. Who acts for one seller has nothing to choose."""
    own = [(str(key), name) for key, _slug, name in traders]
    every = [("", _("as the file says"))] if operator else []
    return FileChoices(
        sellers=[*every, *own] if operator or len(own) > 1 else [],
        grades=[("", _("refuse such rows")), *((grade, str(grade_label(grade))) for grade in GRADES)],
        categories=[("", _("refuse such rows")), *queries.category_names()],
    )


def files_shown(uploads: Iterable[OfferUpload]) -> list[FileShown]:
    states = {
        WAITING: _("waits for your yes"),
        WANTED: _("is being loaded"),
        LOADING: _("is being loaded"),
        STOPPED: _("was not loaded to its end"),
        LOADED: _("is loaded"),
    }
    return [FileShown(upload.name, states[upload.state], _page_of(upload)) for upload in uploads]


def progress_of(upload: OfferUpload) -> Progress:
    return Progress(upload.name, _page_of(upload), share_of(upload.token))


def _page_of(upload: OfferUpload) -> str:
    return url_for("desk.offers.look", token=upload.token)


def cut_short() -> str:
    """Why a file is looked at again that its person had said yes to."""
    return _(
        "Not all of this file was loaded: the shop, or what you may do in it, has changed since you looked, or the "
        "server was stopped. Below is what is still to be done."
    )


def looked_at(page: FilePage, preview: Preview) -> FilePage:
    report = preview.report
    names = dict(queries.category_names())
    by_line = groupby(report.problems[:PROBLEMS_SHOWN], key=lambda problem: problem.line)
    return replace(
        page,
        key=preview.key,
        report=report,
        changes=tuple(_change(change, names) for change in report.changes[:CHANGES_SHOWN]),
        problems=tuple((line, tuple(problems)) for line, problems in by_line),
    )


def _change(change: OfferChange, categories: Mapping[str, str]) -> ChangeLine:
    product = configured(change.model or change.title, change.storage_gb, change.colour)
    if change.is_new:
        told = [(term_name(term), "", _said(term, change.after[term])) for term in _TOLD_OF_NEW]
    else:
        told = [
            # By its title: what the catalogue tells products apart by says nothing to people.
            (term_name(term), "", product)
            if term == PRODUCT
            else (term_name(term), _said(term, change.before[term]), _said(term, new))
            for term, new in change.after.items()
        ]
    return ChangeLine(
        title=change.title,
        sku=change.sku,
        is_new=change.is_new,
        taken_for=product,
        category=categories.get(change.category, change.category),
        new_product=change.new_product,
        fields=tuple(told),
    )


def _said(term: str, value: Any) -> str:
    """The value of a term in the reader's language; a dash for none. A kept look has its dates as texts."""
    if value is None:
        return "–"
    if term in AMOUNTS:
        return money(Money(value, current_settings().shop.currency))
    if term == "grade":
        return grade_label(value)
    if term == "vat_scheme":
        return _("Margin scheme") if value == "margin" else _("Standard")
    if term == "purchase_date":
        return day(date.fromisoformat(str(value)))
    return str(value)
