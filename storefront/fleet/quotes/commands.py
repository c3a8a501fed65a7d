"""`flask fleet tick` and `flask fleet purge`: what the server does by itself, now."""

import click

from ...core.clock import utcnow
from ..front import fleet
from . import due


@fleet.command("tick")
def tick() -> None:
    """Give back units of quotes whose time is over, and remind firms whose time is nearly; the server does so, too."""
    expired, reminded = due.tick(now=utcnow())
    click.echo(f"{expired} ran out, {reminded} reminded.")


@fleet.command("purge")
def purge() -> None:
    """Delete the personal data of quotes that ended 90 days ago without an order; the server does so, too."""
    blanked = 0
    while some := due.purge(now=utcnow()):
        blanked += some
    click.echo(f"{blanked} quotes blanked.")
