"""Two hundred people want the last ten phones at once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.market import Buyer, audit, send_all_mails, stock_phones
from tests.live import Answer

pytestmark = pytest.mark.fault

BUYERS, PHONES = 200, 10


def outcome(answer: Answer) -> str:
    """`ordered`, `told` that it did not work (there, or in the cart, which says what is gone), or what else."""
    if answer.status == 200 and "/orders/" in answer.url:
        return "ordered"
    if answer.status == 409 or (answer.status == 200 and answer.url.endswith("/cart")):
        return "told"
    return f"{answer.status} {answer.url}"


def race(shop, offer_id: int, buyers: int) -> Counter[str]:
    """All open the checkout, wait for each other, and press the button together; gives what came of it."""
    start = threading.Barrier(buyers)

    def buy(number: int) -> str:
        buyer = Buyer(shop, f"buyer-{number}@example.org")
        try:
            buyer.prepare(offer_id)
            start.wait(timeout=60)
            answer = buyer.order_patiently()
        except BaseException:
            start.abort()
            raise
        finally:
            buyer.close()
        return outcome(answer)

    with ThreadPoolExecutor(buyers) as people:
        return Counter(people.map(buy, range(buyers)))


def test_ten_of_two_hundred_get_the_last_ten_phones(app, instance, start_shop):
    offer_id = stock_phones(app, instance, PHONES)
    shop = start_shop(REBELOTE_LIMITS_ORDERS="1000000")
    outcomes = race(shop, offer_id, BUYERS)
    shop.stop()
    books = audit(app)
    assert (books.stock, books.sold, len(set(books.emails)), books.problems) == (0, PHONES, PHONES, [])
    assert len(books.emails) == PHONES
    # Whoever was told that it worked has an order; everybody else was told that it did not, and why.
    assert outcomes == {"ordered": PHONES, "told": BUYERS - PHONES}
    assert len(send_all_mails(app)) == PHONES
    assert shop.complaints() == []


def test_without_the_guards_the_race_sells_phones_that_do_not_exist(app, instance, start_shop):
    """The negative control: if this finds nothing wrong, the race above proves nothing."""
    offer_id = stock_phones(app, instance, PHONES)
    shop = start_shop(module="tests.faults.unguarded", REBELOTE_LIMITS_ORDERS="1000000")
    race(shop, offer_id, 40)
    shop.stop()
    books = audit(app)
    assert books.sold > PHONES


def test_the_same_form_sent_twenty_times_at_once_is_one_order(app, instance, start_shop):
    offer_id = stock_phones(app, instance, PHONES)
    shop = start_shop()
    first = Buyer(shop, "eager@example.org")
    first.prepare(offer_id)
    start = threading.Barrier(20)

    def press(_number: int) -> str:
        again = Buyer(shop, first.email)
        again.cookies, again.checkout = dict(first.cookies), first.checkout
        start.wait(timeout=60)
        try:
            return again.order().url
        finally:
            again.close()

    with ThreadPoolExecutor(20) as hands:
        places = set(hands.map(press, range(20)))
    # Back, and sent once more.
    places.add(first.order().url)
    first.close()
    assert len(places) == 1
    assert "/orders/" in places.pop()
    books = audit(app)
    assert (books.emails, books.stock, books.problems) == ([first.email], PHONES - 1, [])
