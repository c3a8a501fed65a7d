"""`flask repair bonuses` and `flask repair set-bonus`: the dated table of what is paid towards repairs."""

from datetime import UTC, datetime

import click

from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.money import Money
from ..front import repair
from ..network.rules import CATEGORIES
from . import actions, queries, rules
from .models import RepairBonus

_DAY = click.DateTime(["%Y-%m-%d"])


def _amount(text: str, name: str) -> Money:
    """An amount of the shop's currency, 0 or more, as people write it: 25 or 25.50."""
    try:
        amount = Money.parse(text, current_settings().shop.currency)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no amount, such as 25 or 25.50", param_hint=name) from None
    if amount.minor < 0:
        raise click.BadParameter("a bonus is 0 or more", param_hint=name)
    return amount


@repair.command("bonuses")
def show_bonuses() -> None:
    """List the repair bonuses, with their dates and sources."""
    today = utcnow().date()
    for bonus in queries.all_bonuses():
        click.echo(_line(bonus, in_doubt=not rules.is_sure(bonus.since, bonus.until, today)))


def _line(bonus: RepairBonus, *, in_doubt: bool) -> str:
    amount, minimum = Money(bonus.amount_minor, bonus.currency), Money(bonus.minimum_minor, bonus.currency)
    return (
        f"{bonus.country} {bonus.category}: {amount.amount} {amount.currency}"
        + (f" from {minimum.amount} on" if minimum else "")
        + f", since {bonus.since}"
        + (f" until {bonus.until}" if bonus.until else "")
        + (" (said with its year: may have changed)" if in_doubt else "")
        + f"; {bonus.source}"
    )


@repair.command("set-bonus")
@click.argument("country")
@click.argument("category", type=click.Choice(CATEGORIES))
@click.argument("amount")
@click.option("--minimum", default="0", help="The smallest bill that it is paid for.")
@click.option("--since", type=_DAY, required=True, help="The first day on which it is so, as 2027-01-01.")
@click.option("--until", type=_DAY, help="The last day, where the source names one.")
@click.option("--source", required=True, help="Who says so, and when: shown beside the amount.")
def set_bonus(
    country: str,
    category: str,
    amount: str,
    minimum: str,
    since: datetime,
    until: datetime | None,
    source: str,
) -> None:
    """Note what is paid towards a repair: AMOUNT off a labelled repairer's bill (0: no more).

    For example: `flask repair set-bonus FR smartphones 25 --since 2027-01-01 --source "leaflet of January 2027"`.
    """
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise click.BadParameter("a country has two letters, such as FR", param_hint="COUNTRY")
    if until and until < since:
        raise click.BadParameter("ends before it begins", param_hint="--until")
    with transaction():
        bonus = actions.set_bonus(
            country=country.upper(),
            category=category,
            amount=_amount(amount, "AMOUNT"),
            minimum=_amount(minimum, "--minimum"),
            since=since.replace(tzinfo=UTC).date(),
            until=until.replace(tzinfo=UTC).date() if until else None,
            source=source.strip()[:200],
        )
        click.echo(_line(bonus, in_doubt=False))
