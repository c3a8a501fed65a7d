"""Reading carts: two SQL statements, whatever the number of lines."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select

from ..catalog.sale import offers_for_sale
from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from .models import Cart, CartLine
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
    """These lines beside their offers as they stand now, grouped by seller in the order of first adding."""
    currency = current_settings().shop.currency
    offers = offers_for_sale(line.offer_id for line in lines if line.offer_id is not None) if lines else {}
    by_seller: dict[int, list[LineView]] = {}
    orphans = []
    for line in lines:
        offer = offers.get(line.offer_id or 0)
        shown = LineView(line.id, line.title, offer, line.quantity, Money(line.price_seen_minor, currency))
        if offer is None:
            orphans.append(shown)
        else:
            by_seller.setdefault(offer.seller_id, []).append(shown)
    return CartView(tuple(_parcel(group, currency) for group in by_seller.values()), tuple(orphans), currency)


def _parcel(lines: list[LineView], currency: str) -> SellerLines:
    offer = next(line.offer for line in lines if line.offer)
    handling_days = max(line.offer.handling_days for line in lines if line.offer)
    return SellerLines(offer.seller_id, offer.seller_name, handling_days, tuple(lines), currency)
