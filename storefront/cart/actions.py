"""What happens to a cart."""

from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from ..catalog.sale import OfferForSale, offers_for_sale
from ..core.database import db
from ..sellers.rules import SUSPENDED
from .errors import CartRefused
from .models import Cart, CartLine
from .queries import token_hash, view_of
from .rules import KEPT_DAYS, MOST_LINES, MOST_UNITS, room_left


def add(*, token: str, offer_id: int, quantity: int, now: datetime) -> None:
    """Put units of an offer into the cart that `token` opens (made if there is none). Raises `CartRefused`."""
    offer = offers_for_sale([offer_id]).get(offer_id)
    if offer is None or offer.available == 0:
        raise CartRefused(_why_not(offer))
    cart = locked(token) or _opened(token, now)
    line = next((line for line in cart.lines if line.offer_id == offer_id), None)
    _check_room(cart, offer, quantity + (line.quantity if line else 0), quantity)
    if line is None:
        line = CartLine(offer_id=offer_id, title=offer.title, quantity=0, added_at=now)
        cart.lines.append(line)
    line.quantity += quantity
    # The button was pressed beside today's price.
    line.price_seen_minor = offer.price.minor
    cart.updated_at = now
    db.session.flush()


def _why_not(offer: OfferForSale | None) -> str:
    """Why nothing of it can be had."""
    if offer is None or offer.stock == 0:
        return _("Sorry, this one is sold out. Other offers of the same device may still be there.")
    if offer.standing == SUSPENDED:
        return _(
            "%(seller)s sells nothing at the moment. Other offers of the same device may still be there.",
            seller=offer.seller_name,
        )
    return _(
        "%(seller)s is new here, and has as many orders under way as a newcomer may. Other offers of the same device "
        "may still be there; or look again in a few days.",
        seller=offer.seller_name,
    )


def _check_newcomer(cart: Cart, offer: OfferForSale, wanted: int) -> None:
    """All lines of a seller share the room that it has."""
    if offer.room is None:
        return
    view = view_of([line for line in cart.lines if line.offer_id != offer.id])
    others = sum(line.units for line in view.lines if line.offer and line.offer.seller_id == offer.seller_id)
    left = max(0, offer.room - others)
    if wanted > left:
        raise CartRefused(
            ngettext(
                "%(seller)s is new here: only one of these may be ordered for now.",
                "%(seller)s is new here: only %(num)s of these may be ordered for now.",
                left,
                seller=offer.seller_name,
            )
            if left
            else _why_not(offer)
        )


def _check_room(cart: Cart, offer: OfferForSale, wanted: int, more: int) -> None:
    if wanted > offer.stock:
        left = offer.stock
        raise CartRefused(
            ngettext("There is only one of these left.", "There are only %(num)s of these left.", left)
        )
    _check_newcomer(cart, offer, wanted)
    if room_left(sum(line.quantity for line in cart.lines)) < more:
        raise CartRefused(
            _("A cart holds up to %(most)s units. For more, please write to us.", most=MOST_UNITS)
        )
    is_new = all(line.offer_id != offer.id for line in cart.lines)
    if is_new and len(cart.lines) >= MOST_LINES:
        raise CartRefused(
            _("A cart holds up to %(most)s different offers. For more, please write to us.", most=MOST_LINES)
        )


def change(*, token: str | None, line_id: int, quantity: int, seen: str, now: datetime) -> None:
    """Set the quantity of a line, 0 to remove it. Raises `CartRefused`.

    `seen` tells what the page showed: changes that stood on it count as read, and are not told again.
    """
    cart = locked(token)
    line = next((line for line in cart.lines if line.id == line_id), None) if cart else None
    if cart is None or line is None:
        if quantity == 0:
            return  # removed already: pressed twice, or in another tab
        raise CartRefused(_("That line is no longer in your cart."))
    _acknowledge(cart, seen)
    if quantity == 0:
        cart.lines.remove(line)
    else:
        others = sum(other.quantity for other in cart.lines if other is not line)
        if quantity > room_left(others):
            raise CartRefused(
                _("A cart holds up to %(most)s units. For more, please write to us.", most=MOST_UNITS)
            )
        line.quantity = quantity
    cart.updated_at = now
    db.session.flush()


def _acknowledge(cart: Cart, seen: str) -> None:
    view = view_of(cart.lines)
    if view.seen != seen:
        return
    shown = {line.id: line for line in view.lines}
    for line in cart.lines:
        if not shown[line.id].gone:
            line.price_seen_minor = shown[line.id].price.minor
            line.quantity = shown[line.id].units


def locked(token: str | None) -> Cart | None:
    """The cart that `token` opens, locked until the transaction's end: its owner may press twice at once."""
    if token is None:
        return None
    statement = select(Cart).where(Cart.token_hash == token_hash(token)).with_for_update()
    return db.session.scalars(statement).one_or_none()


def renew(*, token: str, new: str) -> None:
    """Let `new` open the cart that `token` opened, which opens nothing from here on."""
    db.session.execute(
        update(Cart).where(Cart.token_hash == token_hash(token)).values(token_hash=token_hash(new))
    )


def _opened(token: str, now: datetime) -> Cart:
    """A new cart, or the one that another press has opened in the same moment."""
    cart = Cart(token_hash=token_hash(token), created_at=now, updated_at=now, lines=[])
    try:
        with db.session.begin_nested():
            db.session.add(cart)
    except IntegrityError:
        twin = locked(token)
        if twin is None:
            raise
        return twin
    return cart


def empty(cart: Cart) -> None:
    """What was in it has been ordered."""
    db.session.delete(cart)
    db.session.flush()


def purge_old(*, now: datetime) -> int:
    """Forget carts that nobody has touched for `KEPT_DAYS`; returns how many."""
    untouched = delete(Cart).where(Cart.updated_at < now - timedelta(days=KEPT_DAYS)).returning(Cart.id)
    return len(db.session.execute(untouched.execution_options(synchronize_session=False)).all())
