"""A quote runs out, is changed and is accepted at the same instant, by fifty hands: one outcome, its units add up."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from storefront.catalog.actions import return_units
from storefront.catalog.errors import OutOfStock
from storefront.catalog.models import Offer
from storefront.config import current_settings
from storefront.core.database import db, transaction
from storefront.fleet.quotes import actions, due, queries
from storefront.fleet.quotes.errors import ProposalGone, QuoteRefused, TooManyHeld
from storefront.fleet.quotes.models import Quote, UnitHold
from storefront.orders.models import OrderLine, ShopOrder
from tests.factories import NOW, make_offer, make_wish, place_an_order
from tests.fleet.quotes.makers import books, make_firm, make_request, open_quote, propose

pytestmark = pytest.mark.fault

HANDS, STOCK, UNITS = 50, 20, 3
Press = Callable[[], str]


def race(app: Flask, presses: list[Press]) -> Counter[str]:
    """Let everybody press at the same moment; who finds the database busy comes back, as a person would."""
    start = threading.Barrier(len(presses))
    outcomes: list[str] = []

    def run(press: Press) -> None:
        with app.app_context():
            # As a request does before its transaction: it takes a connection, of which there are fewer than hands.
            current_settings()
            db.session.remove()
            start.wait()
            while True:
                try:
                    outcomes.append(press())
                    break
                except NoConnection:
                    db.session.rollback()
                except OperationalError as busy:
                    db.session.rollback()
                    # Waiting for each other in a circle is a fault of ours, and not of the crowd.
                    if "deadlock" in str(busy.orig):
                        raise
                finally:
                    db.session.remove()

    threads = [threading.Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == len(presses)
    return Counter(outcomes)


def told(name: str, act: Callable[[], object]) -> Press:
    """Do it in a transaction; `name` for whoever did it, "refused" for whoever was told no."""

    def press() -> str:
        try:
            with transaction():
                done = act()
        except QuoteRefused:
            return "refused"
        return name if done is not False else "nothing to do"

    return press


@pytest.fixture
def offer_id(app: Flask) -> int:
    with app.app_context():
        offer = make_offer(stock=STOCK)
        db.session.commit()
        return offer.id


@pytest.fixture
def quote_id(app: Flask, offer_id: int) -> int:
    with app.app_context():
        quote = open_quote(_offer(offer_id))
        db.session.commit()
        return quote.id


def _offer(offer_id: int) -> Offer:
    return db.session.get_one(Offer, offer_id)


def test_expiry_revision_and_acceptance_at_once_have_one_outcome(app, offer_id, quote_id):
    with app.app_context():
        quote = queries.by_id(quote_id)
        seen, over = quote.version, quote.expires_at
    assert over
    just_before = over - timedelta(seconds=1)
    presses = [
        told("expired", lambda: actions.expire(quote_id=quote_id, now=over)),
        told(
            "proposed",
            lambda: actions.revise(quote_id=quote_id, request=make_request(), now=just_before, seen=seen),
        ),
        told(
            "ordered",
            lambda: actions.accept(
                quote_id=quote_id, name="Zoé", purchase_order="", now=just_before, seen=seen
            ),
        ),
    ]
    outcomes = race(app, [presses[hand % 3] for hand in range(HANDS)])
    with app.app_context():
        quote = queries.by_id(quote_id)
        orders = db.session.scalar(sa.select(sa.func.count(ShopOrder.id)))
        stock, held, sold = books(offer_id)
    done = set(outcomes) - {"refused", "nothing to do"}
    # Accepting is the one thing that may be done again: it gives the same order.
    assert done == {quote.state}
    assert quote.state == "ordered" or outcomes[quote.state] == 1
    assert (quote.version, len(quote.versions)) == (seen + 1, seen + 1)
    assert (stock + held + sold, held) == (STOCK, 0)
    assert (orders, sold) == ((1, UNITS) if quote.state == "ordered" else (0, 0))


def test_without_the_guard_units_come_back_more_than_once(app, offer_id, quote_id):
    """The negative control: who looks first, and acts on what was seen, gives back what is no longer held."""
    everybody_looked = threading.Barrier(HANDS // 5)

    def press() -> str:
        held = queries.by_id(quote_id).held
        db.session.rollback()
        everybody_looked.wait()
        with transaction():
            db.session.execute(sa.delete(UnitHold).where(UnitHold.quote_id == quote_id))
            return_units(held)
        return "expired"

    looked = [press] * (HANDS // 5)
    start = [threading.Thread(target=_with_app, args=(app, one)) for one in looked]
    for thread in start:
        thread.start()
    for thread in start:
        thread.join()
    with app.app_context():
        assert sum(books(offer_id)) > STOCK


def _with_app(app: Flask, press: Press) -> None:
    with app.app_context():
        press()
        db.session.remove()


def test_many_periodic_runs_give_back_once(app, offer_id, quote_id):
    later = NOW + timedelta(days=30)
    # Each has its own transactions, as in every serving process.
    outcomes = race(app, [lambda: str(due.tick(now=later)[0])] * 8)
    with app.app_context():
        assert books(offer_id) == (STOCK, 0, 0)
    assert sum(int(count) * hands for count, hands in outcomes.items()) == 1


def test_the_last_units_are_held_or_sold_once(app, offer_id):
    """Some choose quotes of three, others buy one: what can be had is had once."""
    with app.app_context():
        # Each of a firm of its own: none has more held than it may.
        firms = [make_firm(email=f"firm-{n}@example.org", register_number="") for n in range(12)]
        quotes = [propose(_offer(offer_id), request=make_request(firm=firm)).id for firm in firms]
        db.session.commit()

    def choose(quote_id: int) -> Press:
        return told("held", lambda: actions.choose(quote_id=quote_id, kind="value", now=NOW))

    def buy() -> str:
        try:
            with transaction():
                place_an_order(make_wish(_offer(offer_id)))
        except OutOfStock:
            return "sold out"
        return "sold"

    outcomes = race(app, [choose(quote_id) for quote_id in quotes] + [buy] * 12)
    with app.app_context():
        stock, held, sold = books(offer_id)
        lines = db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(OrderLine.quantity), 0)))
    assert (held, sold) == (UNITS * outcomes["held"], outcomes["sold"])
    assert (stock + held + sold, lines) == (STOCK, sold)
    # Whoever was refused was refused since there was not enough.
    assert outcomes["refused"] == 0 or stock < UNITS


def test_two_tabs_of_one_firm_never_hold_more_than_it_may(app, offer_id):
    with app.app_context():
        plenty = make_offer(stock=1_000)
        quotes = [propose(plenty, units=30).id for _ in range(6)]
        plenty_id = plenty.id
        db.session.commit()

    def choose(quote_id: int) -> Press:
        def press() -> str:
            try:
                with transaction():
                    actions.choose(quote_id=quote_id, kind="value", now=NOW)
            except TooManyHeld:
                return "too many"
            return "held"

        return press

    outcomes = race(app, [choose(quote_id) for quote_id in quotes])
    with app.app_context():
        assert books(plenty_id) == (910, 90, 0)
    assert outcomes == {"held": 3, "too many": 3}


def test_two_tabs_that_choose_differently_choose_once(app):
    with app.app_context():
        first, second = make_offer(stock=STOCK), make_offer(stock=STOCK)
        quote = propose(first, second)
        quote_id, seen, ids = quote.id, quote.version, (first.id, second.id)
        db.session.commit()

    def choose(kind: str) -> Press:
        return told(kind, lambda: actions.choose(quote_id=quote_id, kind=kind, now=NOW, seen=seen))

    presses = [choose(kind) for kind in ("value", "uniform") * 5]
    outcomes = race(app, presses)
    with app.app_context():
        assert sorted(books(offer_id)[1] for offer_id in ids) == [0, UNITS]
        assert db.session.get_one(Quote, quote_id).state == "open"
    assert (outcomes["refused"], outcomes["value"] + outcomes["uniform"]) == (9, 1)


def test_an_operator_and_a_firm_at_once_leave_what_one_of_them_wanted(app, offer_id, quote_id):
    with app.app_context():
        seen = queries.by_id(quote_id).version
    agreed = [actions.Agreed(0, offer_id, 5, 30000)]

    def adjust() -> object:
        return actions.adjust(
            quote_id=quote_id, agreed=agreed, payment="bank-transfer", terms="", until=NOW + timedelta(days=9),
            note="", person_id=None, now=NOW, seen=seen,
        )  # fmt: skip

    def accept() -> object:
        return actions.accept(quote_id=quote_id, name="Zoé", purchase_order="", now=NOW, seen=seen)

    outcomes = race(app, [told("open", adjust), told("ordered", accept)] * 10)
    with app.app_context():
        state = db.session.get_one(Quote, quote_id).state
        expected = {"open": (STOCK - 5, 5, 0), "ordered": (STOCK - UNITS, 0, UNITS)}
        assert books(offer_id) == expected[state]
    assert set(outcomes) - {"refused"} == {state}


def test_a_proposal_gone_is_said_by_its_own_name(app, offer_id):
    """What the races above call refused is what a page can answer with another proposal."""
    with app.app_context():
        quote = propose(_offer(offer_id))
        db.session.commit()
        _offer(offer_id).stock = 0
        db.session.commit()
        with pytest.raises(ProposalGone), transaction():
            actions.choose(quote_id=quote.id, kind="value", now=NOW)
