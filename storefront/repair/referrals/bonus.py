"""What a repair bonus pays of a price that a repairer gives."""

from datetime import date

from ...core.money import Money
from ..advice import rules
from ..advice.queries import as_bonus, bonus_of
from .models import Referral


def bonus_on(price: Money, referral: Referral, today: date) -> Money:
    """0 without a label, for a firm, under guarantee, under the least amount, and where the table's may be last year's:
    a price that both agree on holds nothing that nobody is sure of. One SQL statement at most.
    """
    nothing, repairer = Money(0, price.currency), referral.repairer
    if repairer is None or not repairer.bonus_label:
        return nothing
    known = as_bonus(bonus_of(repairer.country, referral.category, today), price.currency, today)
    due = rules.counted_on(rules.bonus_for(known, firm=referral.firm, guaranteed=referral.covered))
    return Money(price.minor - rules.after_bonus(price.minor, due), price.currency)
