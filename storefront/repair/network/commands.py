"""`flask repair ...`: places and the directory of repairers."""

from pathlib import Path

import click

from ...core.database import transaction
from ...core.reporting import list_problems, readable
from ...house.running import current_house
from ..front import repair
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
