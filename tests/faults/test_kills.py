"""The shop is killed in the middle of orders, again and again; afterwards its books are in order."""

import http.client
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.market import Buyer, audit, send_all_mails, stock_phones
from tests.live import Nursery

pytestmark = pytest.mark.fault

KILLS, BUYERS, PHONES = 50, 4, 100_000
# The shop is killed within this time (seconds) after an order went through: while others are on their way.
LIFE = 0.1
# How long an order may take on a busy machine (seconds).
PATIENCE = 300


class Attempt:
    """One buyer's try: did the form leave, and was an order acknowledged?"""

    def __init__(self, buyer: Buyer) -> None:
        self.buyer = buyer
        self.sent = False
        self.acknowledged = False

    def run(self, offer_id: int) -> None:
        try:
            self.buyer.prepare(offer_id)
            self.sent = True
            self.acknowledged = "/orders/" in self.buyer.order().url
        except (OSError, http.client.HTTPException):
            # The shop was killed; a browser would show its own page of error now.
            pass
        finally:
            self.buyer.close()


def shop_and_kill(shop: Nursery, offer_id: int, name: str, life: float) -> list[Attempt]:
    """Let people buy until an order went through and `life` seconds more, then kill the shop; gives what they tried."""
    stop, through = threading.Event(), threading.Event()

    def buy(number: int) -> list[Attempt]:
        attempts: list[Attempt] = []
        while not stop.is_set():
            attempt = Attempt(Buyer(shop, f"{name}-buyer{number}-{len(attempts)}@example.org"))
            attempt.run(offer_id)
            attempts.append(attempt)
            if attempt.acknowledged:
                through.set()
        return attempts

    with ThreadPoolExecutor(BUYERS) as people:
        shopping = [people.submit(buy, number) for number in range(BUYERS)]
        assert through.wait(PATIENCE)
        time.sleep(life)
        stop.set()
        shop.kill()
    return [attempt for buyer in shopping for attempt in buyer.result()]


@pytest.fixture
def nursery(instance, database) -> Iterator[Nursery]:
    nursery = Nursery(
        instance, {**database, "REBELOTE_LIMITS_ORDERS": "1000000", "REBELOTE_SERVER_WORKERS": "1"}
    )
    yield nursery
    nursery.close()


def test_fifty_kills_leave_every_order_whole_or_absent(app, instance, nursery):
    offer_id = stock_phones(app, instance, PHONES)
    # A fixed seed makes the moments reproducible, as far as a machine's own pace allows.
    moments = random.Random(17)
    attempts: list[Attempt] = []
    for kill in range(KILLS):
        nursery.start()
        attempts += shop_and_kill(nursery, offer_id, f"kill{kill}", moments.uniform(0, LIFE))

    books = audit(app)
    acknowledged = {attempt.buyer.email for attempt in attempts if attempt.acknowledged}
    lost = [attempt for attempt in attempts if attempt.sent and not attempt.acknowledged]
    assert books.problems == []
    assert books.stock + books.sold == PHONES
    assert sorted(set(books.emails)) == books.emails
    assert acknowledged <= set(books.emails)
    # The kills must have hit something, or this proves nothing.
    assert len(acknowledged) >= KILLS
    assert len(lost) >= KILLS // 2

    # Whose answer was lost sends the same form again: it becomes one order, whether it was one already or not.
    nursery.start()
    for attempt in lost:
        attempt.buyer.connection = nursery.connect()
        assert "/orders/" in attempt.buyer.order().url
        attempt.buyer.close()
    nursery.stop()
    books = audit(app)
    assert books.emails == sorted(acknowledged | {attempt.buyer.email for attempt in lost})
    assert (books.stock + books.sold, books.problems) == (PHONES, [])
    # One file a mail, one mail an order.
    assert len(send_all_mails(app)) == len(books.emails)
