"""Units that are held for a quote: out of stock like those of an order, by the same conditional statement.

An offer's stock, what is held of it, and what was sold of it always come to what there was. Nothing else writes
`UnitHold`. The stock moves last in a transaction, offers in the order of their ids, for its locks hold up all others.
"""

from collections.abc import Mapping

from flask_babel import ngettext

from ...catalog.actions import move_units
from ...config import current_settings
from ...core.database import db
from . import queries, rules
from .errors import TooManyHeld
from .models import Quote, UnitHold


def check_cap(quote: Quote, asked: int) -> None:
    """Raises `TooManyHeld` when the firm would have more units held than one firm may. The quotes of the firm must be
    locked (`queries.locked_with_its_firms`).
    """
    most = current_settings().fleet.most_held
    left = rules.may_hold(asked, queries.held_for_firm(quote), most)
    if left < asked:
        raise TooManyHeld(
            ngettext(
                "We can hold one unit more for you, and this proposal has %(asked)s. Write to us below: we can hold "
                "more for firms that we know, or take a smaller request.",
                "We can hold %(num)s units more for you, and this proposal has %(asked)s. Write to us below: we can "
                "hold more for firms that we know, or take a smaller request.",
                left,
                asked=asked,
            )
        )


def hold(quote: Quote, wanted: Mapping[int, int]) -> None:
    """Let exactly these units (offer id -> how many) be held for the quote; what was held beyond them goes back.

    Raises `catalog.errors.OutOfStock`. Last in a transaction.
    """
    changes = rules.moves(quote.held, wanted)
    quote.holds = _rows(quote, wanted)
    db.session.flush()
    move_units(changes)


def release(quote: Quote) -> None:
    """Nothing is held any more: all of it is in stock again. Last in a transaction."""
    hold(quote, {})


def turn_into_sold(quote: Quote) -> None:
    """What was held is the order's by now: the stock doesn't move."""
    quote.holds = []
    db.session.flush()


def _rows(quote: Quote, wanted: Mapping[int, int]) -> list[UnitHold]:
    kept = {row.offer_id: row for row in quote.holds}
    rows = []
    for offer_id, quantity in sorted(wanted.items()):
        row = kept.get(offer_id) or UnitHold(offer_id=offer_id)
        row.quantity = quantity
        rows.append(row)
    return rows
