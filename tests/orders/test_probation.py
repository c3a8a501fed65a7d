"""Units under way: counted for each seller whatever happens, and capped while it is on probation, in any race."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from search.query import Query
from storefront.catalog.finder import current_finder
from storefront.catalog.models import Offer
from storefront.core.database import db, transaction
from storefront.core.errors import Refused
from storefront.core.money import Money
from storefront.orders import actions
from storefront.orders.models import OrderLine, Parcel, ShopOrder
from storefront.orders.rules import CUSTOMER, OPERATOR, SYSTEM, UNDER_WAY
from storefront.sellers.errors import NoRoom
from storefront.sellers.models import Seller
from tests.factories import make_offer, make_seller, make_wish, place_an_order

BUYERS = 8


def under_way(seller_id: int) -> int:
    """What the orders say."""
    statement = (
        sa.select(sa.func.coalesce(sa.func.sum(OrderLine.quantity), 0))
        .join(Parcel, Parcel.id == OrderLine.parcel_id)
        .where(Parcel.seller_id == seller_id, Parcel.status.in_(UNDER_WAY))
    )
    return db.session.scalars(statement).one()


def counted(seller_id: int) -> int:
    return db.session.scalars(sa.select(Seller.open_units).where(Seller.id == seller_id)).one()


def newcomers_offer(**values) -> Offer:
    return make_offer(seller_id=make_seller(standing="probation").id, stock=50, **values)


def test_a_newcomer_gets_no_more_orders_than_its_cap(db_session):
    offer = newcomers_offer()
    first = place_an_order(make_wish(offer, 20))
    with pytest.raises(NoRoom, match="is new here"), db.session.begin_nested():
        place_an_order(make_wish(offer))
    actions.cancel(order_id=first.id, by=OPERATOR, now=first.placed_at)
    place_an_order(make_wish(offer))
    assert counted(offer.seller_id) == 1


@pytest.mark.parametrize("standing", ["active", "suspended"])
def test_others_have_no_cap(db_session, standing):
    offer = make_offer(seller_id=make_seller(standing=standing).id, stock=50)
    place_an_order(make_wish(offer, 50))
    assert counted(offer.seller_id) == 50


def test_late_money_takes_no_units_of_a_newcomer_that_is_full_by_now(db_session, now):
    offer = newcomers_offer()
    late = place_an_order(make_wish(offer, 15))
    total = Money(late.total_minor, late.currency)
    actions.cancel(order_id=late.id, by=SYSTEM, now=now)
    place_an_order(make_wish(offer, 15))
    actions.mark_paid(order_id=late.id, amount=total, by=OPERATOR, now=now)
    db_session.refresh(offer)
    assert (late.state, counted(offer.seller_id), offer.stock) == ("cancelled", 15, 35)


VERBS = ("pay", "accept", "ship", "deliver", "cancel", "expire", "refuse", "return", "part", "late money")


def do(verb: str, order: ShopOrder, parcel: Parcel, now: datetime) -> None:
    """What somebody may do to an order, or one of its parcels; refused where it can't be done."""
    total = Money(order.total_minor, order.currency)
    one: Any = {"parcel_id": parcel.id, "by": OPERATOR, "now": now}
    match verb:
        case "pay" | "late money":
            actions.mark_paid(order_id=order.id, amount=total, by=OPERATOR, now=now)
        case "cancel":
            actions.cancel(order_id=order.id, parcel_id=parcel.id, by=CUSTOMER, now=now)
        case "expire":
            actions.cancel(order_id=order.id, by=SYSTEM, now=now)
        case "return" | "part":
            lines = [line.id for line in parcel.lines]
            lines = lines[:1] if verb == "part" else lines
            actions.return_lines(line_ids=lines, reason="withdrawn", **one)
        case _:
            getattr(actions, verb)(**one)


@pytest.mark.parametrize("at_counter", [False, True], ids=["prepaid", "at the counter"])
def test_whatever_happens_the_count_is_what_the_orders_say(db_session, now, at_counter):
    dice = random.Random(f"under way/{at_counter}")
    sellers = [make_seller(standing=standing) for standing in ("probation", "active")]
    offers = [make_offer(seller_id=seller.id, stock=500) for seller in sellers]
    seen = set()
    for _order in range(40):
        way = {"shipping_method": "pickup"} if at_counter else {}
        wishes = [make_wish(offer, dice.randint(1, 3), **way) for offer in offers]
        order = place_an_order(*wishes, payment_method="pickup" if at_counter else "bank-transfer")
        for _step in range(6):
            verb, parcel = dice.choice(VERBS), dice.choice(order.parcels)
            try:
                with db_session.begin_nested():
                    do(verb, order, parcel, now)
            except Refused:
                continue
            seen.add((verb, parcel.status))
            assert [counted(seller.id) for seller in sellers] == [under_way(seller.id) for seller in sellers]
        if order.state in UNDER_WAY and dice.random() < 0.8:
            close(order, now)
    assert len(seen) > 5


def close(order: ShopOrder, now: datetime) -> None:
    """Out of the newcomer's way."""
    for parcel in order.parcels:
        for verb in ("cancel", "deliver"):
            with suppress(Refused), db.session.begin_nested():
                do(verb, order, parcel, now)


def test_its_offers_leave_the_shelves_when_it_is_full_and_come_back(db_session, now):
    offer = newcomers_offer()
    shelves = []
    place_an_order(make_wish(offer, 19))
    shelves.append(on_the_shelf(offer))
    last = place_an_order(make_wish(offer))
    shelves.append(on_the_shelf(offer))
    actions.cancel(order_id=last.id, by=CUSTOMER, now=now)
    shelves.append(on_the_shelf(offer))
    assert shelves == [True, False, True]


def on_the_shelf(offer: Offer) -> bool:
    """Whether searches find it, in the columns that they look at."""
    db.session.commit()
    current_finder().catch_up()
    return bool(current_finder().engine.search(Query()).hits)


@pytest.fixture
def offers_of_a_newcomer(make_app):
    """Ids of offers of one seller, of which one more unit may be under way: what stock there is limits nobody."""
    app = make_app(REBELOTE_SELLERS_PROBATION_UNITS="1")
    with app.app_context():
        seller = make_seller(standing="probation")
        ids = [make_offer(seller_id=seller.id).id for _buyer in range(BUYERS)]
        db.session.commit()
        return app, seller.id, ids


def race(app, ids: list[int], buy: Callable[[int], None]) -> None:
    start = threading.Barrier(len(ids))

    def buyer(offer_id: int) -> None:
        with app.app_context():
            start.wait()
            buy(offer_id)
            db.session.remove()

    threads = [threading.Thread(target=buyer, args=(offer_id,)) for offer_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_many_orders_at_once_the_cap_lets_one_through(offers_of_a_newcomer):
    app, seller_id, ids = offers_of_a_newcomer
    ends = []

    def buy(offer_id: int) -> None:
        try:
            with transaction():
                place_an_order(make_wish(db.session.get_one(Offer, offer_id)))
            ends.append("placed")
        except NoRoom:
            ends.append("refused")

    race(app, ids, buy)
    assert sorted(ends) == ["placed"] + ["refused"] * (BUYERS - 1)
    with app.app_context():
        assert (counted(seller_id), under_way(seller_id)) == (1, 1)


def test_without_the_guard_the_race_passes_the_cap(offers_of_a_newcomer):
    app, seller_id, ids = offers_of_a_newcomer
    everybody_looked = threading.Barrier(BUYERS)

    def buy(_offer_id: int) -> None:
        there = counted(seller_id)
        db.session.rollback()
        everybody_looked.wait()
        if there < 1:
            with transaction():
                db.session.execute(
                    sa.update(Seller).where(Seller.id == seller_id).values(open_units=Seller.open_units + 1)
                )

    race(app, ids, buy)
    with app.app_context():
        assert counted(seller_id) > 1
