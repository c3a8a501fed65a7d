"""Everybody who may come to the desk, and things of theirs to try the doors on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, session
from flask_wtf.csrf import generate_csrf

from storefront.core.database import Base, db
from storefront.sellers.members import join

from ..factories import NOW, make_person, make_seller
from ..shopper import ShopClient
from ..signing_in import sign_in

ANONYMOUS, CUSTOMER, OTHER_CUSTOMER, BUSINESS = "anonymous", "customer", "other customer", "business"
SELLER, OTHER_SELLER, SUSPENDED = "seller", "other seller", "suspended seller"
REPAIRER, OPERATOR = "repairer", "operator"
ACTORS = (ANONYMOUS, CUSTOMER, OTHER_CUSTOMER, BUSINESS, SELLER, OTHER_SELLER, SUSPENDED, REPAIRER, OPERATOR)
# Those who have a seller whose things are "own".
OF_A_SELLER = (SELLER, OTHER_SELLER, SUSPENDED)
ROLES = {BUSINESS: ("business",), REPAIRER: ("repairer",), OPERATOR: ("operator",)}

# What requests write whoever asks: counts of requests, and when a session was last seen.
UNMINDED = {"rate_count", "sign_in"}


@dataclass(frozen=True, slots=True)
class Somebody:
    """One of the actors in a browser of their own; `token` is what a form of theirs carries, `seller_id` whose people
    they are of.
    """

    name: str
    client: ShopClient
    token: str
    seller_id: int | None


@dataclass(frozen=True, slots=True)
class World:
    """A shop with one of each. `owner_id` is the seller whose things are tried on those who have none."""

    app: Flask
    people: dict[str, Somebody]
    owner_id: int

    def owner_for(self, actor: str, kind: str) -> int:
        """The seller whose thing is "own" or "other's" for this actor."""
        own = self.people[actor].seller_id
        if kind == "own":
            return own or self.owner_id
        other = self.people[OTHER_SELLER if actor != OTHER_SELLER else SELLER].seller_id
        assert other is not None
        return other


def populate(app: Flask) -> World:
    """Make all actors and their sellers."""
    sellers: dict[str, int] = {}
    browsers = {actor: _browser(app) for actor in ACTORS}
    with app.app_context():
        people = {}
        for actor in ACTORS[1:]:
            person = make_person(f"{actor.replace(' ', '-')}@example.com", roles=ROLES.get(actor, ()))
            if actor in OF_A_SELLER:
                standing = "suspended" if actor == SUSPENDED else "active"
                sellers[actor] = make_seller(standing=standing).id
                join(person_id=person.id, seller_id=sellers[actor], now=NOW)
            people[actor] = person
        for actor, person in people.items():
            sign_in(browsers[actor][0], person)
    somebodies = {
        actor: Somebody(actor, client, token, sellers.get(actor))
        for actor, (client, token) in browsers.items()
    }
    return World(app, somebodies, sellers[SELLER])


def _browser(app: Flask) -> tuple[ShopClient, str]:
    """A browser that has seen a form of the shop, and the token that its own forms carry."""
    client = app.test_client()
    assert isinstance(client, ShopClient)
    with app.test_request_context():
        token = generate_csrf()
        raw = session["csrf_token"]
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = raw
    return client, token


def everything(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that matter."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in UNMINDED
        }


@contextmanager
def unchanged(app: Flask) -> Iterator[list[str]]:
    """Lists the tables that a block changed."""
    before = everything(app)
    changed: list[str] = []
    yield changed
    after = everything(app)
    changed += [name for name, rows in after.items() if rows != before[name]]
