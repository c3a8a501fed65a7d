"""Reading carts: two SQL statements whatever the number of lines, a third where something can't be had."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select

from ..catalog.sale import Elsewhere, OfferForSale, offers_for_sale, sold_elsewhere
from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from .models import Cart, CartLine
from .rules import counted, fitting
from .shown import CartView, LineView, SellerLines


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def cart_view(token: str | None) -> CartView:
    """The cart that `token` opens, as the shop stands now; an empty one for a token that opens none."""
    if token is None:
        return CartView((), (), current_settings().shop.currency)
    lines = db.session.scalars(
        select(CartLine).join(Cart).where(Cart.token_hash == token_hash(token)).order_by(CartLine.id)
    ).all()
    return view_of(lines)


def view_of(lines: Sequence[CartLine]) -> CartView:
    """These lines beside their offers as they stand now, grouped by seller in the order of first adding.

    One SQL statement more where something can't be had: who else has it.
    """
    currency = current_settings().shop.currency
    offers = offers_for_sale(line.offer_id for line in lines if line.offer_id is not None) if lines else {}
    by_seller: dict[int, list[tuple[CartLine, OfferForSale]]] = {}
    orphans = []
    for line in lines:
        offer = offers.get(line.offer_id or 0)
        if offer is None:
            seen = Money(line.price_seen_minor, currency)
            orphans.append(LineView(line.id, line.title, None, line.quantity, seen, 0))
        else:
            by_seller.setdefault(offer.seller_id, []).append((line, offer))
    shown = [_lines(group, currency) for group in by_seller.values()]
    gone = [line.offer for group in shown for line in group if line.offer and line.gone]
    others = sold_elsewhere(gone) if gone else {}
    parcels = (_parcel([_beside(line, others) for line in group], currency) for group in shown)
    return CartView(tuple(parcels), tuple(orphans), currency)


def _lines(group: Sequence[tuple[CartLine, OfferForSale]], currency: str) -> list[LineView]:
    """The lines of one seller, who has room for so many units in all."""
    there = [counted(line.quantity, offer.stock) for line, offer in group]
    return [
        LineView(line.id, line.title, offer, line.quantity, Money(line.price_seen_minor, currency), units)
        for (line, offer), units in zip(group, fitting(there, group[0][1].room), strict=True)
    ]


def _beside(line: LineView, others: Mapping[int, Elsewhere]) -> LineView:
    return replace(line, elsewhere=others.get(line.offer.id)) if line.offer else line


def _parcel(lines: list[LineView], currency: str) -> SellerLines:
    offer = next(line.offer for line in lines if line.offer)
    handling_days = max(line.offer.handling_days for line in lines if line.offer)
    return SellerLines(offer.seller_id, offer.seller_name, handling_days, tuple(lines), currency)
