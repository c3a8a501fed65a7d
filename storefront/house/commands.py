"""Commands for those without the desk: `flask house settings|set|unset`."""

import click

from ..config import Name
from ..core.clock import utcnow
from ..core.commands import Commands
from ..core.database import transaction
from ..core.errors import FormInvalid
from . import actions, queries
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
