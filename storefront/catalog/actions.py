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
    products = []
    for offer_id, quantity in sorted(quantities.items()):
        taken = (
            update(Offer)
            .where(Offer.id == offer_id, Offer.stock >= quantity)
            .values(stock=Offer.stock - quantity)
            .returning(Offer.product_id)
            .execution_options(synchronize_session=False)
        )
        product_id = db.session.execute(taken).scalar_one_or_none()
        if product_id is None:
            raise OutOfStock(_("Somebody was faster: there are not enough of these left."), offer_id=offer_id)
        products.append(product_id)
    record_changes(products, text=False)


def return_units(quantities: Mapping[int, int]) -> None:
    """Put units of offers (offer id -> how many) back into stock."""
    products: list[int] = []
    for offer_id, quantity in sorted(quantities.items()):
        given_back = (
            update(Offer)
            .where(Offer.id == offer_id)
            .values(stock=Offer.stock + quantity)
            .returning(Offer.product_id)
            .execution_options(synchronize_session=False)
        )
        products.extend(db.session.execute(given_back).scalars())
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
