"""`flask accounts ...`: the first operator, roles, and help for those who lost their second factor."""

import sys

import click

from ..config import current_settings
from ..core.clock import utcnow
from ..core.commands import Commands
from ..core.database import transaction
from . import actions, forms, passwords, queries, second_factor
from .models import Person
from .rules import ROLES

accounts = Commands("accounts", help="People, what they may do, and how they get in.")
_EMAIL = click.argument("email")


@accounts.command("create-operator")
@_EMAIL
@click.option("--name", default="", help="How to call them.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the standard input.")
def create_operator(email: str, name: str, password_stdin: bool) -> None:
    """Make somebody an operator, with an account if there is none yet."""
    errors: dict[str, str] = {}
    address = forms.checked_address({"email": email}, errors)
    _complain(errors)
    there = queries.by_email(address)
    if there is not None:
        with transaction():
            actions.set_roles(person_id=there.id, roles=there.roles | {"operator"}, now=utcnow())
        click.echo(f"{address} is an operator now. The password stays as it was.")
        return
    if password_stdin:
        typed = sys.stdin.readline().rstrip("\n")
    else:
        typed = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    password = forms.checked_password({"password": typed}, address, errors)
    _complain(errors)
    password_hash = passwords.hash_password(password)
    with transaction():
        actions.open_account(
            email=address,
            name=name,
            language=current_settings().shop.language,
            password_hash=password_hash,
            roles=("operator",),
            now=utcnow(),
        )
    click.echo(f"{address} is an operator now, and signs in at {current_settings().shop.url}/sign-in.")


@accounts.command("list")
@click.option("--role", type=click.Choice(ROLES), help="Only people with this role.")
def list_command(role: str | None) -> None:
    """Show people with a role: address, roles, second factor."""
    for person in queries.with_roles(role):
        second = "second factor" if person.has_second_factor else "password only"
        click.echo(f"{person.email}\t{', '.join(sorted(person.roles))}\t{second}")


@accounts.command("roles")
@_EMAIL
@click.argument("roles", nargs=-1, type=click.Choice(ROLES))
def roles_command(email: str, roles: tuple[str, ...]) -> None:
    """Give a person exactly these roles; none takes them all away."""
    person = _known(email)
    with transaction():
        actions.set_roles(person_id=person.id, roles=roles, now=utcnow())
    click.echo(f"{person.email}: {', '.join(sorted(roles)) or 'no roles'}")


@accounts.command("reset-second-factor")
@_EMAIL
def reset_second_factor(email: str) -> None:
    """Take the second factor from somebody who lost the phone and the recovery codes."""
    person = _known(email)
    if not person.has_second_factor:
        click.echo(f"{person.email} had none.")
        return
    with transaction():
        second_factor.turn_off(person_id=person.id, now=utcnow())
    click.echo(f"{person.email} signs in by the password alone now, and was told by mail.")


def _known(email: str) -> Person:
    person = queries.by_email(forms.address(email))
    if person is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    return person


def _complain(errors: dict[str, str]) -> None:
    if errors:
        raise click.ClickException(" ".join(errors.values()))
