"""`flask demo ...`: a shop to look at."""

import click

from ..config import current_settings
from ..core.clock import utcnow
from ..core.commands import Commands
from ..core.reporting import list_problems
from .loading import has_offers, load_demo

demo = Commands("demo", help="The demo shop: real models, invented sellers.")


@demo.command("load")
def load_command() -> None:
    """Fill an empty shop with about 3,800 offers of 34 sellers, and the orders of five weeks."""
    if has_offers():
        click.echo("The shop has offers already; the demo shop is only loaded into an empty one.")
        return
    click.echo("Loading the demo shop ...")
    loaded = load_demo(current_settings(), now=utcnow())
    list_problems(loaded.problems)
    if loaded.problems:
        raise SystemExit(1)
    click.echo(
        f"{loaded.offers} offers of {loaded.models} models by {loaded.sellers} sellers, "
        f"with {loaded.past_lines} past order lines; {loaded.orders} orders of the last five weeks."
    )
