"""Requests and quotes for tests, made by the actions that the pages use."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storefront.catalog.models import Offer
from storefront.core.database import db
from storefront.fleet.allocation.rules import Allotment, Take
from storefront.fleet.quotes import actions
from storefront.fleet.quotes.models import Quote, UnitHold
from storefront.fleet.wishes.rules import Firm, Request, Wish
from storefront.orders.models import OrderLine
from tests.factories import NOW, make_offer

MINUTE = timedelta(minutes=1)
# What nobody may read any more once a quote was blanked.
PERSONAL = (
    "Menuiserie Loire",
    "Zoé Vandermeersch",
    "zoe@menuiserie.example",
    "quai de la Fosse",
    "Pornichet",
)


def make_firm(**values: Any) -> Firm:
    return Firm(
        **{
            "name": "Menuiserie Loire",
            "register_number": "732829320",
            "vat_id": "FR44732829320",
            "contact": "Zoé Vandermeersch",
            "email": "zoe@menuiserie.example",
            "phone": "+33 2 40 00 00 00",
            "street": "8 quai de la Fosse",
            "street_more": "",
            "postcode": "44000",
            "city": "Nantes",
            "country": "FR",
            "delivery_name": "Menuiserie Loire, atelier",
            "delivery_street": "3 rue Crébillon",
            "delivery_street_more": "",
            "delivery_postcode": "44000",
            "delivery_city": "Nantes",
            "delivery_country": "FR",
            **values,
        }
    )


def make_request(*wishes: Wish, firm: Firm | None = None, **values: Any) -> Request:
    """Three phones, for the workshop in Pornichet, by transfer."""
    return Request(
        **{
            "firm": firm or make_firm(),
            "wishes": wishes or (Wish(quantity=3, text="3 phones for Pornichet", category="smartphones"),),
            **values,
        }
    )


def allotment(*takes: tuple[int, int, int, int], kind: str = "value", short: Sequence[int] = ()) -> Allotment:
    """What an allocation may find: (wish, offer id, units, price of one)."""
    return Allotment(kind, tuple(Take(*take) for take in takes), tuple(short), objective=0.0, gap=0.0)


def alternatives_of(*offers: Offer, units: int = 3) -> list[Allotment]:
    """One alternative for each offer, each of another kind: all units of one wish from it."""
    kinds = ("value", "uniform", "lasting")
    return [
        allotment((0, offer.id, units, offer.price_minor), kind=kind)
        for kind, offer in zip(kinds, offers, strict=False)
    ]


def propose(*offers: Offer, units: int = 3, now: datetime = NOW, **values: Any) -> Quote:
    """A firm has asked, and has an alternative from each of the offers before it."""
    found = offers or (make_offer(stock=5),)
    return actions.propose(
        **{
            "request": make_request(),
            "alternatives": alternatives_of(*found, units=units),
            "key": secrets.token_urlsafe(16),
            "now": now,
            **values,
        }
    )


def choose(quote: Quote, kind: str = "value", now: datetime = NOW, **values: Any) -> Quote:
    return actions.choose(quote_id=quote.id, kind=kind, now=now, **values)


def open_quote(*offers: Offer, units: int = 3, now: datetime = NOW, **values: Any) -> Quote:
    """A quote whose first alternative was chosen: its units are held."""
    return choose(propose(*offers, units=units, now=now, **values), now=now)


def accept(quote: Quote, now: datetime = NOW, **values: Any) -> Any:
    return actions.accept(
        **{
            "quote_id": quote.id,
            "name": "Zoé Vandermeersch",
            "purchase_order": "PO-4711",
            "now": now,
            **values,
        }
    )


def books(offer_id: int) -> tuple[int, int, int]:
    """Of an offer: how many are in stock, held, and sold."""
    stock = db.session.execute(sa.select(Offer.stock).where(Offer.id == offer_id)).scalar_one()
    held = sa.select(sa.func.coalesce(sa.func.sum(UnitHold.quantity), 0)).where(UnitHold.offer_id == offer_id)
    sold = sa.select(sa.func.coalesce(sa.func.sum(OrderLine.quantity), 0)).where(
        OrderLine.offer_id == offer_id
    )
    return stock, db.session.execute(held).scalar_one(), db.session.execute(sold).scalar_one()
