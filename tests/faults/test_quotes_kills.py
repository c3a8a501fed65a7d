"""Quotes are being accepted, and the power goes: each is an order with all that belongs to it, or still held whole."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from storefront.core.database import db, transaction
from storefront.core.mail import OutgoingMail
from storefront.fleet.quotes import actions
from storefront.fleet.quotes.models import Quote, UnitHold
from storefront.orders.models import ShopOrder
from tests.factories import NOW, make_offer
from tests.fleet.quotes.makers import books, make_firm, make_request, open_quote
from tests.live import ROOT

pytestmark = pytest.mark.fault

KILLS, QUOTES, UNITS, STOCK = 10, 36, 2, 1_000
# Once a quote was accepted, its process lives on for at most so long (seconds): while the next is on its way.
LIFE = 0.08
# How long a process may take to begin, and for its first quote (seconds).
PATIENCE = 300


def make_quotes(app: Flask) -> tuple[int, list[int]]:
    """Open quotes, each of a firm of its own; gives the offer's id, too."""
    with app.app_context():
        offer = make_offer(stock=STOCK)
        ids = []
        for number in range(QUOTES):
            firm = make_firm(email=f"firm-{number}@example.org", register_number="")
            ids.append(open_quote(offer, units=UNITS, request=make_request(firm=firm)).id)
        db.session.commit()
        return offer.id, ids


class Accepter:
    """`tests.faults.accepting`, whose children are killed."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.accepting"],
            cwd=ROOT,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def accept_and_kill(self, first: int, last: int, life: float) -> list[int]:
        """Let quotes be accepted until one was, and `life` seconds more; gives those that were acknowledged."""
        assert self.process.stdin is not None
        # One that never answers would hold the test for ever.
        alarm = threading.Timer(PATIENCE, self.process.kill)
        alarm.start()
        self.process.stdin.write(f"{first} {last}\n")
        self.process.stdin.flush()
        child = int(self._heard().removeprefix("child "))
        heard = [self._heard()]
        time.sleep(life)
        os.killpg(child, signal.SIGKILL)
        while heard[-1] != "over":
            heard.append(self._heard())
        alarm.cancel()
        return [int(line) for line in heard[:-1]]

    def _heard(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "it has ended"
        return line.strip()

    def close(self) -> None:
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        self.process.wait()


@pytest.fixture
def accepter(instance: Path, database: Mapping[str, str]) -> Iterator[Accepter]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("REBELOTE_")}
    one = Accepter({**plain, **database, "REBELOTE_INSTANCE": str(instance)})
    yield one
    one.close()


def flaws(quote: Quote) -> list[str]:
    """What a half-accepted quote would have, or lack."""
    orders = db.session.scalars(
        sa.select(ShopOrder).where(ShopOrder.purchase_order == f"PO-{quote.id}")
    ).all()
    held = db.session.scalar(sa.select(sa.func.count(UnitHold.id)).where(UnitHold.quote_id == quote.id))
    mails = db.session.scalars(
        sa.select(OutgoingMail.reason).where(
            OutgoingMail.reason.startswith(f"quote-{quote.id}-"), OutgoingMail.reason.endswith("firm-ordered")
        )
    ).all()
    sold = [line.quantity for order in orders for parcel in order.parcels for line in parcel.lines]
    ends = [version.kind for version in quote.versions if version.kind == "ordered"]
    found = (quote.state, quote.order_id, len(orders), sold, held, len(mails), ends)
    whole = ("ordered", orders[0].id if orders else 0, 1, [UNITS], 0, 1, ["ordered"])
    absent: tuple[object, ...] = ("open", None, 0, [], 1, 0, [])
    return [] if found in (whole, absent) else [f"{quote.number}: {found}"]


def test_killed_while_quotes_are_accepted_each_is_an_order_or_still_held(
    app: Flask, accepter: Accepter
) -> None:
    offer_id, ids = make_quotes(app)
    # A fixed seed makes the moments reproducible, as far as a machine's own pace allows.
    moments = random.Random(6)
    acknowledged: set[int] = set()
    for _kill in range(KILLS):
        waiting = [quote_id for quote_id in ids if not _is_ordered(app, quote_id)]
        if not waiting:
            break
        acknowledged |= set(accepter.accept_and_kill(waiting[0], ids[-1], moments.uniform(0, LIFE)))

    with app.app_context():
        quotes = db.session.scalars(sa.select(Quote).order_by(Quote.id)).all()
        problems = [flaw for quote in quotes for flaw in flaws(quote)]
        ordered = {quote.id for quote in quotes if quote.state == "ordered"}
        stock, held, sold = books(offer_id)
    assert problems == []
    assert acknowledged <= ordered
    assert (stock, held, sold) == (
        STOCK - UNITS * QUOTES,
        UNITS * (QUOTES - len(ordered)),
        UNITS * len(ordered),
    )
    # The kills must have hit work that was going on, or this proves nothing; a fast machine may have come to the end.
    assert len(ordered) >= min(KILLS, QUOTES)

    # Whose answer was lost sends the form again: each becomes one order, whether it was one already or not.
    with app.app_context():
        for quote_id in ids:
            with transaction():
                actions.accept(quote_id=quote_id, name="Zoé", purchase_order=f"PO-{quote_id}", now=NOW)
        assert books(offer_id) == (STOCK - UNITS * QUOTES, 0, UNITS * QUOTES)
        assert db.session.scalar(sa.select(sa.func.count(ShopOrder.id))) == QUOTES
        assert [flaw for quote in db.session.scalars(sa.select(Quote)) for flaw in flaws(quote)] == []


def _is_ordered(app: Flask, quote_id: int) -> bool:
    with app.app_context():
        state = db.session.execute(sa.select(Quote.state).where(Quote.id == quote_id)).scalar_one()
        db.session.rollback()
        return state == "ordered"
