"""What a load of offers says on a screen and in a file of changes, in the shop's language."""

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from ..core.money import Money
from ..core.reporting import MOST_LISTED
from ..core.spreadsheet_safe import escaped
from .formats import Options
from .report import OfferChange, Report, Value
from .rules import GRADES
from .terms import term_name

# More changes than this are counted on the screen; `--changes` writes them all.
MOST_SHOWN = 20
# The columns of a file of changes, with the terms whose before and after they hold.
FILE_COLUMNS = ("line", "seller", "sku", "title", "what", "before", "after")


def read_grades(
    _context: click.Context, _parameter: click.Parameter, said: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """`("good", "Grade A=excellent")` -> what rows without a grade are, and what that word means."""
    grades = []
    for text in said:
        word, _sign, grade = text.rpartition("=")
        if grade.strip().lower() not in GRADES:
            raise click.BadParameter(
                _("%(text)s: must be one of %(grades)s", text=text, grades=", ".join(GRADES))
            )
        grades.append((word.strip().lower(), grade.strip().lower()))
    return tuple(grades)


def tell(report: Report, options: Options, currency: str) -> None:
    """Print what became of the file, or would: counts, the first changes, and each bad cell with its line."""
    if report.format not in ("", "Rebelote"):
        click.echo(_("A file of %(format)s.", format=report.format))
    click.echo(_summary(report, options))
    for sentence in _further(report, options):
        click.echo(sentence)
    for sentence, count in report.notes.most_common():
        click.echo(f"{sentence} ({count})" if count > 1 else sentence)
    if options.dry_run:
        _show_changes(report, currency)
    _list_problems(report)


def _summary(report: Report, options: Options) -> str:
    if options.strict and report.refused and not report.loaded:
        if options.dry_run:
            return ngettext(
                "Nothing would be loaded: %(num)d row is bad.",
                "Nothing would be loaded: %(num)d rows are bad.",
                report.refused,
            )
        return ngettext(
            "Nothing was loaded: %(num)d row is bad.",
            "Nothing was loaded: %(num)d rows are bad.",
            report.refused,
        )
    numbers = {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "products": report.new_products,
        "refused": report.refused,
    }
    if options.dry_run:
        return _(
            "%(created)d offers would be added, %(updated)d would be changed, %(unchanged)d as before; "
            "%(products)d new products; %(refused)d rows left out.",
            **numbers,
        )
    return _(
        "%(created)d offers added, %(updated)d changed, %(unchanged)d as before; %(products)d new products; "
        "%(refused)d rows left out.",
        **numbers,
    )


def _further(report: Report, options: Options) -> Iterator[str]:
    if report.aside:
        yield ngettext(
            "%(num)d row is not for sale (a draft, a picture, a parent of variants): passed over.",
            "%(num)d rows are not for sale (drafts, pictures, parents of variants): passed over.",
            report.aside,
        )
    if report.retold:
        yield (
            ngettext(
                "%(num)d product would be described anew.",
                "%(num)d products would be described anew.",
                report.retold,
            )
            if options.dry_run
            else ngettext(
                "%(num)d product described anew.", "%(num)d products described anew.", report.retold
            )
        )
    if report.new_sellers:
        yield _("New sellers: %(names)s", names=", ".join(report.new_sellers))
    if report.new_categories:
        yield _("New categories: %(names)s", names=", ".join(report.new_categories))


def _show_changes(report: Report, currency: str) -> None:
    changed = [change for change in report.changes if not change.is_new]
    for change in changed[:MOST_SHOWN]:
        click.echo(f"  {change.sku}: {differences(change, currency)}")
    more = report.updated - min(len(changed), MOST_SHOWN)
    if more > 0:
        said = ngettext(
            "... and %(num)d more; --changes FILE writes them all.",
            "... and %(num)d more; --changes FILE writes them all.",
            more,
        )
        click.echo(f"  {said}")


def differences(change: OfferChange, currency: str) -> str:
    """`price 319.00 -> 299.00, stock 2 -> 0`."""
    return ", ".join(
        f"{term_name(name)} {term_text(name, change.before.get(name), currency)} -> "
        f"{term_text(name, new, currency)}"
        for name, new in change.after.items()
    )


def term_text(name: str, value: Value, currency: str) -> str:
    """A term as a file says it: `319.00`, `2`, `good`; a dash for none."""
    if value is None:
        return "–"
    if name.endswith("_minor"):
        return plain(Money(int(str(value)), currency).amount)
    return str(value)


def plain(amount: Decimal) -> str:
    return f"{amount:f}"


def _list_problems(report: Report) -> None:
    for problem in report.problems[:MOST_LISTED]:
        click.echo(f"  {problem}", err=True)
    if len(report.problems) > MOST_LISTED:
        more = len(report.problems) - MOST_LISTED
        said = ngettext("... and %(num)d more", "... and %(num)d more", more)
        click.echo(f"  {said}", err=True)


@contextmanager
def written_changes(path: Path | None, currency: str) -> Iterator[Callable[[OfferChange], None] | None]:
    """A listener that writes each change to a CSV file, term by term; none without a path."""
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FILE_COLUMNS)

        def write(change: OfferChange) -> None:
            for name, new in change.after.items():
                old = change.before.get(name)
                before = "" if change.is_new else term_text(name, old, currency)
                told = (change.seller, change.sku, change.title, term_name(name))
                cells = (*told, before, term_text(name, new, currency))
                writer.writerow([change.line, *map(escaped, cells)])

        yield write
