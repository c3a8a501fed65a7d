"""The price at which an offer would be first on its card: by the valuing rules themselves, tried price by price."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .offer_file import HIGHEST_PRICE_MINOR
from .rules import HARM, PRICE_FLOOR, Array, value

# Prices that are tried in one go.
_CHUNK = 4_096


@dataclass(frozen=True, slots=True)
class Contender:
    """An offer on a card: price in minor units, and the risk that it is ranked by."""

    id: int
    price: int
    risk: float


def is_first(own: Contender, others: Sequence[Contender], prices: Array) -> NDArray[np.bool_]:
    """For each of these prices of `own`, whether it would stand before all `others` (as in `rules.by_value`)."""
    rival_prices = np.array([other.price for other in others], dtype=np.float64)
    usual = np.median(
        np.concatenate([np.repeat(rival_prices[None, :], len(prices), axis=0), prices[:, None]], axis=1),
        axis=1,
    )
    own_value = value(prices, usual, own.risk)
    first = np.ones(len(prices), dtype=np.bool_)
    for other in _ahead(others):
        worth = value(float(other.price), usual, other.risk)
        tie = (prices < other.price) | ((prices == other.price) & (own.id < other.id))
        first &= (own_value > worth) | ((own_value == worth) & tie)
    return first


def winning_price(own: Contender, others: Sequence[Contender]) -> int | None:
    """The highest price (minor units) at which `own` would be first: a unit more and it isn't. `None`: at no price.

    Where it would be first at the highest price that an offer may have, that one. Being cheaper may not help: under
    70 % of the usual price it counts for nothing, and the usual price follows one's own.
    """
    if not others:
        return HIGHEST_PRICE_MINOR
    if is_first(own, others, np.array([float(HIGHEST_PRICE_MINOR)]))[0]:
        return HIGHEST_PRICE_MINOR
    upper = _no_higher_than(own, others)
    while upper > 0:
        prices = np.arange(max(1, upper - _CHUNK + 1), upper + 1, dtype=np.float64)
        winning = np.flatnonzero(is_first(own, others, prices))
        if len(winning):
            return int(prices[winning[-1]])
        upper -= _CHUNK
    return None


def _ahead(others: Sequence[Contender]) -> list[Contender]:
    """Those of the others that none beats in price and risk at once: whoever is before these is before all."""
    ahead: list[Contender] = []
    for other in sorted(others, key=lambda one: (one.price, one.id)):
        if all(other.risk < one.risk for one in ahead):
            ahead.append(other)
    return ahead


def _no_higher_than(own: Contender, others: Sequence[Contender]) -> int:
    """A price above which `own` can't be first, since its cost alone is then higher than a rival's."""
    prices = [float(other.price) for other in others]
    trouble = 1 + HARM * own.risk
    if len(others) == 1:
        # Half of the usual price is one's own: the floor under the rival's rises with it.
        rival = 1 + HARM * others[0].risk
        lifted = trouble - PRICE_FLOOR / 2 * rival
        by_floor = PRICE_FLOOR / 2 * prices[0] * rival / lifted if lifted > 0 else float(HIGHEST_PRICE_MINOR)
        bound = max(prices[0] * rival / trouble, by_floor)
    else:
        usual = float(np.median([*prices, float(HIGHEST_PRICE_MINOR)]))
        bound = (
            min(max(other.price, PRICE_FLOOR * usual) * (1 + HARM * other.risk) for other in others) / trouble
        )
    return min(HIGHEST_PRICE_MINOR, int(bound) + 2)
