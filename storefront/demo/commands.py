"""`flask demo ...`: a shop to look at."""

import click

from ..accounts.passwords import hash_password
from ..config import current_settings
from ..core.clock import utcnow
from ..core.commands import Commands
from ..core.database import transaction
from ..core.reporting import list_problems
from .loading import has_offers, load_demo
from .people import change_passwords, may_have_people, new_password, who_is_who
from .places import towns_beside
from .serials import ONE_TO_TRY

demo = Commands("demo", help="The demo shop: real models, invented sellers.")


@demo.command("load")
def load_command() -> None:
    """Fill an empty shop with about 3,800 offers of 34 sellers, and the orders of five weeks."""
    if has_offers():
        click.echo("The shop has offers already; the demo shop is only loaded into an empty one.")
        return
    click.echo("Loading the demo shop ...")
    with towns_beside():
        loaded = load_demo(current_settings(), now=utcnow())
    list_problems(loaded.problems)
    if loaded.problems:
        raise SystemExit(1)
    click.echo(
        f"{loaded.offers} offers of {loaded.models} models by {loaded.sellers} sellers, "
        f"with {loaded.past_lines} past order lines; {loaded.orders} orders of the last five weeks."
    )
    click.echo(f"A phone bought here, to try {current_settings().shop.url}/repair with: IMEI {ONE_TO_TRY}")
    if loaded.password:
        click.echo(who_is_who(loaded.password, current_settings()))


@demo.command("password")
def password_command() -> None:
    """Give the people of the demo shop a new password, and say it once."""
    settings = current_settings()
    if not may_have_people(settings):
        raise click.ClickException("This shop is open to the world: its people choose their own passwords.")
    password = new_password()
    password_hash = hash_password(password)
    with transaction():
        changed = change_passwords(password_hash, now=utcnow())
    if not changed:
        raise click.ClickException("Nobody of the demo shop is here: run `flask --app app demo load`.")
    click.echo(who_is_who(password, settings))
