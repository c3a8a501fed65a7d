"""`flask catalog ...`: loading the shop's goods."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..config import current_settings
from ..core.clock import utcnow
from ..core.commands import Commands
from ..core.database import transaction
from ..core.reporting import list_problems, readable
from .actions import refresh_quality
from .finder import current_finder
from .importer import Options, import_offers
from .model_file import import_models
from .report import Report

catalog = Commands("catalog", help="Models, products and offers.")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@catalog.command("import")
@_FILE
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--create", is_flag=True, help="Add sellers and categories that are not known yet.")
@click.option("--strict", is_flag=True, help="Load all rows or, when one is bad, none.")
def import_command(file: Path, *, dry_run: bool, create: bool, strict: bool) -> None:
    """Load offers from a CSV file in the shop's own format (docs/import-format.md)."""
    options = Options(create=create, strict=strict, dry_run=dry_run)
    with readable(), _progress(file) as progress:
        report = import_offers(file, options, settings=current_settings(), now=utcnow(), progress=progress)
    if not dry_run:
        current_finder().write_words()
    _tell(report, options)
    if report.problems:
        raise SystemExit(1 if strict else 2)


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


def _tell(report: Report, options: Options) -> None:
    if options.strict and report.problems and not report.loaded:
        was = "would be" if options.dry_run else "was"
        click.echo(f"Nothing {was} loaded: {len(report.problems)} rows are bad.")
    else:
        would = "would be " if options.dry_run else ""
        click.echo(
            f"{report.created} offers {would}added, {report.updated} {would}changed, {report.unchanged} as before; "
            f"{report.new_products} new products; {len(report.problems)} rows left out."
        )
        if report.retold:
            click.echo(f"{report.retold} products {would}described anew.")
    for what, names in (("sellers", report.new_sellers), ("categories", report.new_categories)):
        if names:
            click.echo(f"New {what}: {', '.join(names)}")
    list_problems(report.problems)
