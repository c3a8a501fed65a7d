"""Commands for those without the desk: `flask house settings|set|unset|test-mail`."""

import click

from ..config import Name
from ..core.clock import utcnow
from ..core.commands import Commands
from ..core.database import transaction
from ..core.errors import FormInvalid
from . import actions, mailtest, queries
from .errors import HouseRefused

house = Commands("house", help="Settings that can be changed while the shop runs.")


@house.command()
def settings() -> None:
    """List them with their values, and where each comes from."""
    for shown in queries.settings_shown():
        origin = {"desk": "changed here", "host": "file or default", "fixed": "fixed by the environment"}[
            shown.origin
        ]
        click.echo(f"{shown.field} = {shown.value!r} ({origin})")


@house.command("set")
@click.argument("name")
@click.argument("value")
def set_(name: str, value: str) -> None:
    """Change the setting NAME (such as shop.name) to VALUE; every page has it from the next request on."""
    _change(name, value)


@house.command()
@click.argument("name")
def unset(name: str) -> None:
    """Let the setting NAME be what the file says, or its default, again."""
    _change(name, None)


@house.command("test-mail")
@click.argument("recipient")
def test_mail(recipient: str) -> None:
    """Send a test mail to RECIPIENT, and say how that ended."""
    try:
        with transaction():
            reason = mailtest.write_test(recipient, now=utcnow())
    except FormInvalid as error:
        raise click.ClickException(" ".join(error.errors.values())) from error
    outcome = mailtest.try_test(reason)
    if outcome.state == "failed":
        raise click.ClickException(f"The mail server refused it: {outcome.detail}")
    click.echo(
        {
            "sent": "The mail server took it. Please look into the mailbox.",
            "filed": "There is no mail server ([mail] host): it became a file in instance/mail.",
            "waiting": "It is on its way: another process has it in hand.",
        }[outcome.state]
    )


def _change(name: str, value: str | None) -> None:
    try:
        with transaction():
            changed = actions.change_settings(
                {_setting(name): value}, seen=queries.version(), person_id=None, now=utcnow()
            )
    except FormInvalid as error:
        raise click.ClickException(" ".join(error.errors.values())) from error
    except HouseRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name} is changed." if changed else f"{name} is that already.")


def _setting(name: str) -> Name:
    section, _dot, rest = name.partition(".")
    return section, rest
