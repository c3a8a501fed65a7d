"""What a repair bonus pays of a price that a repairer gives."""

from datetime import date

from ...core.money import Money
from ..advice import rules
from ..advice.queries import bonus_of
from .models import Referral
from .rules import NETWORK


def bonus_on(price: Money, referral: Referral, today: date) -> Money:
    """0 without a label, for a firm, under guarantee, under the least amount, and where the table's may be last year's:
    a price that both agree on holds nothing that nobody is sure of. One SQL statement at most.
    """
    nothing = Money(0, price.currency)
    repairer = referral.repairer
    if referral.kind != NETWORK or referral.firm or repairer is None or not repairer.bonus_label:
        return nothing
    row = bonus_of(repairer.country, referral.category, today)
    if row is None or row.currency != price.currency or not rules.is_sure(row.since, row.until, today):
        return nothing
    left = rules.after_bonus(price.minor, rules.Bonus(row.amount_minor, row.minimum_minor))
    return Money(price.minor - left, price.currency)
