"""What changes in the catalogue."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select, update

from ..core.database import db
from ..sellers import actions as seller_actions
from ..sellers.models import Seller
from ..sellers.rules import PROBATION
from .changes import raise_generation, record_changes
from .errors import OutOfStock
from .models import Offer


def take_units(quantities: Mapping[int, int]) -> None:
    """Take units of offers (offer id -> how many) out of stock. Raises `OutOfStock` when one has too few left.

    In the order of their ids, so that two orders for the same things never wait for each other in a circle.
    """
    move_units({offer_id: -quantity for offer_id, quantity in quantities.items()})


def return_units(quantities: Mapping[int, int]) -> None:
    """Put units of offers (offer id -> how many) back into stock."""
    move_units(quantities)


def move_units(changes: Mapping[int, int]) -> None:
    """Take units of some offers and put back those of others in one go: offer id -> how many more there are in stock.

    In the order of their ids, both at once: else two who exchange units might wait for each other in a circle. Raises
    `OutOfStock`; an offer that is gone takes nothing back.
    """
    products = []
    for offer_id, change in sorted(changes.items()):
        moved = (
            update(Offer)
            .where(Offer.id == offer_id, Offer.stock + change >= 0)
            .values(stock=Offer.stock + change)
            .returning(Offer.product_id)
            .execution_options(synchronize_session=False)
        )
        product_id = db.session.execute(moved).scalar_one_or_none()
        if product_id is not None:
            products.append(product_id)
        elif change < 0:
            raise OutOfStock(_("Somebody was faster: there are not enough of these left."), offer_id=offer_id)
    record_changes(products, text=False)


def show_sellers_anew(_sender: object, *, seller_ids: Sequence[int]) -> None:
    """Their name, standing or days changed: tell of all their products."""
    record_changes(
        db.session.scalars(select(Offer.product_id).where(Offer.seller_id.in_(seller_ids))), text=False
    )
    raise_generation()


def show_house_anew(_sender: object) -> None:
    """Settings, texts or shipping changed, and any page may show them; how much newcomers may sell is one of them."""
    raise_generation()
    newcomers = select(Offer.product_id).join(Offer.seller).where(Seller.standing == PROBATION)
    record_changes(db.session.scalars(newcomers), text=False)


def refresh_quality(*, today: date) -> int:
    """Work out every seller's risk anew, and with it their offers' value. Returns how many sellers' moved."""
    moved = seller_actions.refresh_quality(today=today)
    record_changes(db.session.scalars(select(Offer.product_id).where(Offer.seller_id.in_(moved))), text=False)
    if moved:
        raise_generation()
    return len(moved)
