"""`flask repair tick` and `flask repair purge`: what the server does by itself, now."""

import click

from ...core.clock import utcnow
from ...core.database import transaction
from ..front import repair
from . import due


@repair.command("tick")
def tick() -> None:
    """Remind who is silent about a referral, and stop waiting where it was too long; the server does so, too."""
    with transaction():
        reminded, ended = due.tick(now=utcnow())
    click.echo(f"{reminded} reminded, {ended} ended.")


@repair.command("purge")
def purge() -> None:
    """Delete the personal data of referrals that ended 90 days ago; the server does so, too, now and then."""
    blanked = 0
    while True:
        with transaction():
            some = due.purge(now=utcnow())
        blanked += some
        if not some:
            break
    click.echo(f"{blanked} referrals blanked.")
