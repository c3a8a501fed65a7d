"""What a repair bonus pays of a price that a repairer gives. Such a price is always the one before the bonus."""

from dataclasses import dataclass
from datetime import date

from ...core.money import Money
from ..advice import rules
from ..advice.queries import as_bonus, bonus_of
from .models import Referral


@dataclass(frozen=True, slots=True)
class MayComeOff:
    """What the bonus of a year may pay, that nobody makes a sum with."""

    amount: Money
    year: int


@dataclass(frozen=True, slots=True)
class QuoteShown:
    """A price, what a bonus pays of it, and what is left to pay; or what a bonus may pay that isn't counted."""

    price: Money
    bonus: Money
    left: Money
    may: MayComeOff | None


def bonus_on(price: Money, referral: Referral, today: date) -> Money:
    """0 without a label, for a firm, under guarantee, under the least amount, and where the table's may be last year's:
    a price that both agree on holds nothing that nobody is sure of. One SQL statement at most.
    """
    if not is_apart(referral):
        return Money(0, price.currency)
    known = as_bonus(bonus_of(_country(referral), referral.category, today), price.currency, today)
    return Money(price.minor - rules.after_bonus(price.minor, known), price.currency)


def may_come_off(price: Money, referral: Referral, today: date) -> MayComeOff | None:
    """The bonus that no part of the price is: said with its year. One SQL statement at most."""
    if not is_apart(referral) or referral.bonus:
        return None
    row = bonus_of(_country(referral), referral.category, today)
    known = as_bonus(row, price.currency, today)
    if row is None or known is None or price.minor < known.minimum:
        return None
    return MayComeOff(Money(min(known.amount, price.minor), price.currency), row.since.year)


def is_apart(referral: Referral) -> bool:
    """Whether a bonus may be had at all, so that a price has to be the one before it."""
    labelled = referral.repairer is not None and referral.repairer.bonus_label
    return labelled and rules.may_have_bonus(firm=referral.firm, guaranteed=referral.covered)


def _country(referral: Referral) -> str:
    return referral.repairer.country if referral.repairer else ""


def quote_shown(referral: Referral, today: date) -> QuoteShown | None:
    """The price that the repairer gave; one SQL statement at most."""
    price = referral.quote
    if price is None:
        return None
    return QuoteShown(price, referral.bonus, price - referral.bonus, may_come_off(price, referral, today))
