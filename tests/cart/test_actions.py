import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from storefront.cart import actions
from storefront.cart.errors import CartRefused
from storefront.cart.models import Cart, CartLine
from storefront.cart.queries import cart_view, token_hash
from storefront.catalog.models import Offer
from storefront.catalog.sale import Elsewhere
from storefront.core.database import db, transaction
from storefront.core.money import Money
from tests.factories import NOW, make_offer, make_seller, put_in_cart

TOKEN = "token-of-a-visitor-for-tests"
pytestmark = pytest.mark.usefixtures("db_session")


def change(line: CartLine, quantity: int, seen: str = "") -> None:
    actions.change(token=TOKEN, line_id=line.id, quantity=quantity, seen=seen, now=NOW)


def set_offer(offer: Offer, **values: int) -> None:
    """As an import would: behind the cart's back."""
    db.session.execute(sa.update(Offer).where(Offer.id == offer.id).values(**values))
    db.session.expire_all()


def test_a_cart_holds_what_was_added_at_the_price_that_was_seen():
    offer = make_offer(price_minor=31900)
    put_in_cart(TOKEN, offer, 2)
    (line,) = cart_view(TOKEN).lines
    assert (line.wanted, line.units, line.price, line.price_seen, line.total) == (
        2,
        2,
        Money(31900, "EUR"),
        Money(31900, "EUR"),
        Money(63800, "EUR"),
    )


def test_the_token_itself_is_not_stored():
    put_in_cart(TOKEN, make_offer())
    assert db.session.scalars(sa.select(Cart.token_hash)).all() == [token_hash(TOKEN)]
    assert token_hash(TOKEN) != TOKEN


def test_adding_the_same_offer_again_makes_one_line():
    offer = make_offer()
    put_in_cart(TOKEN, offer, 2)
    put_in_cart(TOKEN, offer, 1)
    assert [line.wanted for line in cart_view(TOKEN).lines] == [3]


@pytest.mark.parametrize(
    ("seller", "stock", "sentence"),
    [
        ({}, 0, "sold out"),
        ({"standing": "suspended"}, 5, "sells nothing at the moment"),
        ({"standing": "suspended"}, 0, "sold out"),
        ({"standing": "probation", "open_units": 20}, 5, "as many orders under way as a newcomer may"),
    ],
)
def test_what_cannot_be_bought_is_refused_and_it_is_said_why(seller, stock, sentence):
    offer = make_offer(seller_id=make_seller(**seller).id, stock=stock)
    with pytest.raises(CartRefused, match=sentence):
        put_in_cart(TOKEN, offer)
    assert db.session.scalar(sa.select(sa.func.count(Cart.id))) == 0


def test_an_unknown_offer_is_refused():
    with pytest.raises(CartRefused, match="sold out"):
        actions.add(token=TOKEN, offer_id=999_999, quantity=1, now=NOW)


def test_no_more_than_there_are_can_be_added():
    offer = make_offer(stock=2)
    put_in_cart(TOKEN, offer, 2)
    with pytest.raises(CartRefused, match="only 2"):
        put_in_cart(TOKEN, offer, 1)


def test_all_offers_of_a_newcomer_share_its_room():
    seller = make_seller(standing="probation", open_units=16)
    first, second = (make_offer(seller_id=seller.id) for _nth in range(2))
    put_in_cart(TOKEN, first, 3)
    with pytest.raises(CartRefused, match="only one of these"):
        put_in_cart(TOKEN, second, 2)
    put_in_cart(TOKEN, second)
    with pytest.raises(CartRefused, match="only 3 of these"):
        put_in_cart(TOKEN, first)
    # Somebody else was faster.
    seller.open_units = 18
    db.session.flush()
    assert [(line.units, line.is_held_back) for line in cart_view(TOKEN).lines] == [(2, True), (0, True)]


@pytest.mark.parametrize(
    ("others", "grade", "price"),
    [
        ([], None, None),
        ([("good", 5, 30000), ("good", 5, 29000), ("fair", 5, 20000)], "good", 29000),
        ([("good", 0, 30000), ("fair", 5, 20000), ("premium", 5, 50000)], "fair", 20000),
    ],
)
def test_what_a_suspended_seller_had_is_offered_by_others(others, grade, price):
    seller = make_seller()
    offer = make_offer(seller_id=seller.id)
    put_in_cart(TOKEN, offer)
    for other_grade, stock, minor in others:
        make_offer(product_id=offer.product_id, grade=other_grade, stock=stock, price_minor=minor)
    seller.standing = "suspended"
    make_offer(product_id=offer.product_id, seller_id=seller.id, price_minor=100)
    [line] = cart_view(TOKEN).lines
    assert (line.gone, line.is_suspended, line.is_held_back) == (True, True, False)
    assert line.elsewhere == (None if grade is None else Elsewhere(grade, Money(price, "EUR")))


def test_a_cart_holds_99_units():
    put_in_cart(TOKEN, make_offer(stock=200), 98)
    with pytest.raises(CartRefused, match="99 units"):
        put_in_cart(TOKEN, make_offer(), 2)
    put_in_cart(TOKEN, make_offer(), 1)


def test_a_cart_holds_30_offers():
    seller = make_seller()
    for _ in range(30):
        put_in_cart(TOKEN, make_offer(seller_id=seller.id))
    with pytest.raises(CartRefused, match="30 different"):
        put_in_cart(TOKEN, make_offer(seller_id=seller.id))


def test_a_changed_price_is_told_until_it_was_seen():
    offer, other = make_offer(price_minor=32000), make_offer()
    line = put_in_cart(TOKEN, offer).lines[0]
    put_in_cart(TOKEN, other)
    set_offer(offer, price_minor=30000)
    view = cart_view(TOKEN)
    assert [(shown.repriced, shown.price_seen.minor, shown.price.minor) for shown in view.lines] == [
        (True, 32000, 30000),
        (False, 32000, 32000),
    ]
    assert view.changed
    change(line, 1, seen=view.seen)
    assert not cart_view(TOKEN).changed


def test_a_change_that_came_after_the_page_is_still_told():
    offer = make_offer(price_minor=32000)
    line = put_in_cart(TOKEN, offer).lines[0]
    seen = cart_view(TOKEN).seen
    set_offer(offer, price_minor=34000)
    change(line, 2, seen=seen)
    assert [shown.repriced for shown in cart_view(TOKEN).lines] == [True]


def test_fewer_left_than_wanted_counts_what_is_there_and_says_so():
    offer = make_offer(stock=3)
    put_in_cart(TOKEN, offer, 3)
    set_offer(offer, stock=1)
    view = cart_view(TOKEN)
    assert [(line.units, line.fewer, line.gone) for line in view.lines] == [(1, True, False)]
    assert view.total == Money(32000, "EUR")


def test_what_is_sold_out_stays_in_sight_and_counts_nothing():
    offer = make_offer(stock=1)
    line = put_in_cart(TOKEN, offer).lines[0]
    set_offer(offer, stock=0)
    view = cart_view(TOKEN)
    assert [(shown.units, shown.gone, shown.repriced) for shown in view.lines] == [(0, True, False)]
    assert (view.units, view.total, view.sent_parcels) == (0, Money(0, "EUR"), [])
    change(line, 0)
    assert cart_view(TOKEN).lines == []


def test_an_offer_that_was_taken_away_leaves_its_title():
    offer = make_offer()
    title = offer.product.title
    put_in_cart(TOKEN, offer)
    db.session.delete(offer)
    db.session.flush()
    db.session.expire_all()
    view = cart_view(TOKEN)
    assert [(line.title, line.gone) for line in view.orphans] == [(title, True)]
    assert view.changed


def test_a_parcel_a_seller_in_the_order_of_adding():
    first, second = make_seller(), make_seller()
    for seller in (first, second, first):
        put_in_cart(TOKEN, make_offer(seller_id=seller.id))
    assert [(parcel.seller_id, len(parcel.lines)) for parcel in cart_view(TOKEN).parcels] == [
        (first.id, 2),
        (second.id, 1),
    ]


def test_nobody_changes_the_line_of_another_cart():
    line = put_in_cart("token-of-somebody-else", make_offer()).lines[0]
    put_in_cart(TOKEN, make_offer())
    with pytest.raises(CartRefused):
        change(line, 3)
    change(line, 0)
    assert [shown.wanted for shown in cart_view("token-of-somebody-else").lines] == [1]


def test_removing_twice_is_no_error():
    line = put_in_cart(TOKEN, make_offer()).lines[0]
    change(line, 0)
    change(line, 0)
    assert cart_view(TOKEN).lines == []


def test_two_first_units_at_once_are_one_cart(app):
    """The second press comes while the first has not committed yet: where writers don't wait for each other from the
    start (PostgreSQL), both find no cart.
    """
    offer = make_offer()
    db.session.commit()
    offer_id, failed = offer.id, []

    def press() -> None:
        with app.app_context():
            try:
                with transaction():
                    actions.add(token=TOKEN, offer_id=offer_id, quantity=1, now=NOW)
            except SQLAlchemyError as error:
                failed.append(error)
            db.session.remove()

    second = threading.Thread(target=press)
    with transaction():
        actions.add(token=TOKEN, offer_id=offer_id, quantity=2, now=NOW)
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive()
    second.join()
    assert failed == []
    assert [line.wanted for line in cart_view(TOKEN).lines] == [3]


def test_old_carts_are_forgotten_with_their_lines():
    put_in_cart("token-of-an-old-cart", make_offer(), now=NOW - timedelta(days=61))
    put_in_cart(TOKEN, make_offer(), now=NOW - timedelta(days=59))
    assert actions.purge_old(now=NOW) == 1
    assert cart_view("token-of-an-old-cart").lines == []
    assert len(cart_view(TOKEN).lines) == 1
    assert db.session.scalar(sa.select(sa.func.count(CartLine.id))) == 1
