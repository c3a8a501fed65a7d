"""`flask catalog ...`: loading the shop's goods."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from ..config import current_settings
from ..core.clock import utcnow
from ..core.commands import Commands
from ..core.database import transaction
from ..core.reporting import list_problems, readable
from .actions import refresh_quality
from .export import native_lines
from .finder import current_finder
from .importer import Options, import_offers
from .model_file import import_models
from .telling import read_grades, tell, written_changes

catalog = Commands("catalog", help="Models, products and offers.")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@catalog.command("import")
@_FILE
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--create", is_flag=True, help="Let the file add what is new: sellers, categories and brands.")
@click.option("--strict", is_flag=True, help="Load all rows or, when one is bad, none.")
@click.option("--seller", default="", help="Whose offers they are, where the file names no seller.")
@click.option("--category", default="", help="The category of rows whose own is not known here.")
@click.option(
    "--grade",
    "grades",
    multiple=True,
    callback=read_grades,
    help="The grade of rows that say none (good), or what a word for it means ('Grade A=excellent').",
)
@click.option(
    "--changes", type=click.Path(dir_okay=False, path_type=Path), help="Write all changes to this CSV file."
)
def import_command(file: Path, *, changes: Path | None, dry_run: bool, **said: Any) -> None:
    """Load offers from a CSV or XLSX file: the shop's own (docs/import-format.md), or an export of Shopify,
    WooCommerce, Back Market or Google Merchant (docs/moving-in.md).
    """
    options = Options(dry_run=dry_run, **said)
    settings = current_settings()
    with (
        readable(),
        _progress(file) as progress,
        written_changes(changes, settings.shop.currency) as listener,
    ):
        report = import_offers(
            file, options, settings=settings, now=utcnow(), progress=progress, listener=listener
        )
    if not dry_run:
        current_finder().write_words()
    tell(report, options, settings.shop.currency)
    if report.refused:
        raise SystemExit(1 if options.strict else 2)


@catalog.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8-sig", lazy=False))
@click.option("--seller", default="", help="Only this seller's offers (its slug).")
def export_command(file: IO[str], *, seller: str) -> None:
    """Write all offers as a CSV file that `flask catalog import` reads (FILE may be -, standard output)."""
    for line in native_lines(current_settings(), seller=seller):
        file.write(line)


@catalog.command("import-models")
@_FILE
def import_models_command(file: Path) -> None:
    """Load device models and their facts from a CSV file (docs/import-format.md)."""
    with readable(), transaction():
        report = import_models(file, currency=current_settings().shop.currency)
    click.echo(f"{report.created} models added, {report.updated} changed, {report.unchanged} as before.")
    list_problems(report.problems)


@catalog.command("refresh-quality")
def refresh_quality_command() -> None:
    """Work out the sellers' quality and the offers' value from the record of the last year."""
    with transaction():
        moved = refresh_quality(today=utcnow().date())
    click.echo(f"The quality of {moved} sellers moved.")


@contextmanager
def _progress(file: Path) -> Iterator[Callable[[int], None]]:
    with click.progressbar(length=file.stat().st_size, label=f"Loading {file.name}") as bar:
        yield lambda position: bar.update(position - bar.pos)
