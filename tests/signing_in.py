"""Signing in without the cost of a password: the session's row and the cookie, as the page would make them."""

from contextlib import nullcontext
from datetime import datetime

from flask import Flask, has_app_context
from flask.testing import FlaskClient

from storefront.accounts import sessions
from storefront.accounts.models import Person
from storefront.core.clock import utcnow
from storefront.core.database import db

from .factories import make_person
from .shopper import ShopClient


def sign_in(client: FlaskClient, person: Person, *, now: datetime | None = None) -> str:
    """Sign this client in as `person`; gives the session's token."""
    with nullcontext() if has_app_context() else client.application.app_context():
        token = sessions.begin(person_id=person.id, browser="Linux Firefox/140.0", now=now or utcnow())
        db.session.commit()
    with client.session_transaction() as session:
        session.permanent = True
        session["_user_id"] = token
        session["_fresh"] = True
    return token


def signed_in_operator(app: Flask) -> ShopClient:
    """The browser of an operator of their own."""
    client = app.test_client()
    assert isinstance(client, ShopClient)
    with app.app_context():
        sign_in(client, make_person(roles=("operator",)))
    return client
