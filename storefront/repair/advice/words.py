"""The advice in words: what we would do, and why, in a sentence with its figures."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from ...core.money import Money
from ...core.templating import day, money
from .rules import (
    GUARANTEE,
    REFURBISHED,
    REPAIR,
    WHY_ANOTHER,
    WHY_ASK,
    WHY_CHEAP,
    WHY_CHEAPER,
    WHY_DEAR,
    WHY_GUARANTEE,
    WHY_ONLY,
)
from .shown import AdvicePage

_VERDICTS: Mapping[str, LazyString] = {
    GUARANTEE: _("Claim it. It's free."),
    REPAIR: _("Mend it."),
    REFURBISHED: _("Let this one go."),
}
_REASONS: Mapping[str, LazyString] = {
    WHY_GUARANTEE: _("It is guaranteed until %(until)s, so whoever sold it mends it."),
    WHY_ASK: _("Ask what it costs: asking is free. Up to about %(worth)s we would have it mended."),
    WHY_ONLY: _("It costs about %(price)s, and we know no price of the same device to set against that."),
    WHY_CHEAP: _(
        "It costs about %(price)s. Most people give up at 30 %% of the price new (%(limit)s): you are below."
    ),
    WHY_CHEAPER: _("It costs about %(price)s. The same one refurbished here costs %(another)s."),
    WHY_DEAR: _(
        "About %(price)s is a lot for it: most people give up at %(limit)s. But nobody sells the same one here today, "
        "so ask first, and decide then."
    ),
    WHY_ANOTHER: _(
        "Mending it costs about %(price)s. The same one refurbished costs %(another)s here, tested and guaranteed for "
        "two years: up to about %(worth)s we would have mended yours."
    ),
}
_ASK_ANYWAY = _("Ask what it costs before you give it up: asking is free.")
_CHEAP_AND_SAVED = _("It costs about %(price)s, which is %(saved)s less than the same one refurbished here.")


def verdict(page: AdvicePage) -> str:
    """What we would do, in a few words."""
    return str(_VERDICTS[page.advice.take])


def why(page: AdvicePage) -> str:
    """Why we would, in a sentence or two."""
    sentence = _REASONS[page.advice.why]
    if page.advice.why == WHY_ASK and page.worth is None:
        sentence = _ASK_ANYWAY
    elif page.advice.why == WHY_CHEAP and page.saved:
        sentence = _CHEAP_AND_SAVED
    return str(sentence) % _figures(page)


def _whole(amount: Money) -> str:
    """Without cents: what is said to be about so much is no more exact than that."""
    rounded = amount.amount.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return money(Money.of(rounded, amount.currency))


def _figures(page: AdvicePage) -> dict[str, str]:
    """What a sentence may speak of; it only speaks of what is known."""
    amounts: dict[str, Money | None] = {
        "price": page.repair.likely if page.repair else None,
        "another": page.sale.price if page.sale else None,
        "worth": page.worth,
        "saved": page.saved,
        "limit": page.give_up,
    }
    return {name: _whole(amount) if amount else "" for name, amount in amounts.items()} | {
        "until": day(page.cover.until) if page.cover else ""
    }
