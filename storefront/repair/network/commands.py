"""`flask repair ...`: places and the directory of repairers."""

from pathlib import Path

import click

from ...core.clock import shop_day, utcnow
from ...core.database import transaction
from ...core.reporting import list_problems, readable
from ...house.running import current_house
from ..front import repair
from . import standings
from .importer import import_directory, preview_directory
from .town_import import TownsBeingRead, import_postcodes, import_towns

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@repair.command("import-towns")
def import_towns_command() -> None:
    """Read the towns of the countries that the shop ships to, in the place of those that were known."""
    countries = sorted(current_house().tariff.countries)
    with readable():
        being_read = TownsBeingRead(countries)
        with transaction():
            towns = import_towns(being_read.lines())
    click.echo(f"{towns} towns of {', '.join(countries)} are known (GeoNames, CC BY 4.0).")


@repair.command("import-postcodes")
@_FILE
def import_postcodes_command(file: Path) -> None:
    """Read a postcode file of GeoNames (download.geonames.org/export/zip, unpacked)."""
    with readable(), transaction():
        read = import_postcodes(file)
    click.echo(
        f"{read.lines} lines read, {read.codes} postcodes of {', '.join(read.countries)} are known "
        f"(GeoNames, CC BY 4.0); {len(read.problems)} lines left out."
    )
    list_problems(read.problems)


@repair.command("import")
@_FILE
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def import_command(file: Path, *, dry_run: bool) -> None:
    """Read ADEME's directory "Longue vie aux objets" (data.ademe.fr, CSV). Nobody in it becomes verified by it."""
    with readable():
        report = preview_directory(file) if dry_run else import_directory(file, now=utcnow())
    would = "would be " if dry_run else ""
    click.echo(
        f"{report.read} rows read: {report.created} {would}new, {report.updated} {would}changed, "
        f"{report.unchanged} unchanged, {report.decided} left as our people decided, "
        f"{report.not_ours} repair nothing of ours, {len(report.problems)} left out."
    )
    if report.mended:
        click.echo(f"{report.mended} lines were read as Windows-1252.")
    list_problems(report.problems)
    if report.remarks:
        click.echo(f"{len(report.remarks)} cells were left out:")
        list_problems(report.remarks)


@repair.command("remind")
def remind_command() -> None:
    """Write to repairers whose verification ends within a month; the server does so by itself."""
    now = utcnow()
    with transaction():
        written = standings.remind(today=shop_day(now), now=now)
    click.echo(f"{written} repairers were written to.")
