"""`flask sellers ...`: the operator's commands until the desk has pages for them."""

from pathlib import Path

import click

from ..core.clock import utcnow
from ..core.commands import Commands
from ..core.database import transaction
from ..core.reporting import list_problems, readable
from .seller_file import import_history, import_sellers

sellers = Commands("sellers", help="Sellers and their quality record.")
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@sellers.command("import")
@_FILE
def import_command(file: Path) -> None:
    """Load sellers from a CSV file."""
    with readable(), transaction():
        report = import_sellers(file, now=utcnow())
    click.echo(
        f"{report.loaded} sellers read, {report.changed} new or changed, {len(report.problems)} rows left out."
    )
    list_problems(report.problems)


@sellers.command("import-history")
@_FILE
def import_history_command(file: Path) -> None:
    """Load how past order lines ended (good, late, defect, ...) from a CSV file."""
    with readable(), transaction():
        report = import_history(file, now=utcnow())
    click.echo(
        f"{report.loaded} lines read, {report.changed} new or changed, {len(report.problems)} rows left out."
    )
    list_problems(report.problems)
