"""Repairers and referrals for tests, made by the actions that the pages use."""

import secrets
from datetime import timedelta
from typing import Any

from storefront.orders import actions as orders
from storefront.orders.models import OrderLine, ShopOrder
from storefront.orders.rules import CUSTOMER as BUYER
from storefront.orders.rules import SELLER, SYSTEM
from storefront.orders.units import key_of
from storefront.repair.advice.case import Case
from storefront.repair.network.models import Repairer
from storefront.repair.referrals import actions
from storefront.repair.referrals.forms import Contact
from storefront.repair.referrals.handing import Asking, Compared
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import REPAIRER
from storefront.repair.referrals.tokens import token_of
from tests.factories import NOW, make_offer, make_repairer, make_wish, place_an_order

# What nobody but the chosen repairer may read, and nobody at all after the purge.
NAME, EMAIL, PHONE = "Zoé Vandermeersch", "zoe.vandermeersch@example.org", "+33 6 98 76 54 32"
WORDS, TIMES = "It fell off the tandem near Pornichet.", "Thursdays after the choir"
PERSONAL = (NAME, EMAIL, PHONE, WORDS, TIMES)


def make_case(**values: Any) -> Case:
    return Case(
        **{
            "category": "smartphones",
            "device": "Pomme 13",
            "fault": "screen",
            "place_text": "Nantes",
            "country": "FR",
            **values,
        }
    )


def make_asking(**values: Any) -> Asking:
    contact = {
        "name": NAME, "email": EMAIL, "phone": PHONE, "way": "drop_off", "times": TIMES, "words": WORDS,
        "key": secrets.token_urlsafe(16),
    }  # fmt: skip
    return Asking(Contact(**{**contact, **values}), "en")


def make_referral(
    repairer: Repairer | None = None, *, now=NOW, case: dict[str, Any] | None = None, **contact: Any
) -> Referral:
    """A case that was just handed to a repairer."""
    return actions.refer(
        case=make_case(**(case or {})),
        asking=make_asking(**contact),
        repairer=repairer or make_repairer(),
        compared=Compared(),
        now=now,
    )


def delivered_order(**values: Any) -> ShopOrder:
    """An order of one phone that has arrived."""
    order = place_an_order(make_wish(make_offer(**values)), now=NOW)
    orders.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=NOW)
    orders.ship(parcel_id=order.parcels[0].id, by=SELLER, now=NOW)
    orders.deliver(parcel_id=order.parcels[0].id, by=BUYER, now=NOW)
    return order


def line_of(order: ShopOrder) -> OrderLine:
    return order.parcels[0].lines[0]


def make_claim(order: ShopOrder | None = None, *, now=NOW + timedelta(days=100), **contact: Any) -> Referral:
    """A case under guarantee, handed to the seller of the unit."""
    order = order or delivered_order()
    case = make_case(unit=key_of(order, line_of(order)))
    return actions.claim_guarantee(case=case, asking=make_asking(**contact), now=now)


def link_of(referral: Referral, side: str) -> str:
    """The address of a side's page."""
    return f"/repair/{'for/' if side == REPAIRER else ''}{token_of(referral.nonce, side)}"
