"""Who lives in the demo shop, and by which key."""

import re

from storefront.accounts.passwords import hash_password
from storefront.accounts.queries import by_email
from storefront.core.clock import utcnow
from storefront.core.database import db, transaction
from storefront.core.mail import OutgoingMail
from storefront.demo.people import INHABITANTS, change_passwords, may_have_people, new_password
from storefront.desk.access import actor_of
from storefront.desk.today import queries

from ..shopper import ShopClient
from .conftest import LoadedShop


def sign_in(shop: LoadedShop, email: str, password: str) -> ShopClient:
    client = ShopClient(shop.app, shop.app.response_class)
    client.submit(client.get("/sign-in"), "/sign-in", {"email": email, "password": password})
    return client


def test_the_operator_sells_and_buys_nothing_and_the_sellers_have_something_to_do(loaded_shop: LoadedShop):
    with loaded_shop.app.app_context():
        actors = [actor_of(person) for one in INHABITANTS if (person := by_email(one.email))]
        to_do = [queries.counts(actor.scope, now=utcnow()).orders for actor in actors]
        db.session.rollback()

    assert [(actor.is_operator, len(actor.seller_ids)) for actor in actors] == [
        (True, 0),
        (False, 1),
        (False, 1),
        (False, 0),
    ]
    assert [bool(needs.accept + needs.ship) for needs in to_do] == [True, True, True, False]


def test_each_gets_in_by_the_password_of_the_load_alone(loaded_shop: LoadedShop):
    password = loaded_shop.loaded.password

    assert len(password) >= 12
    # The first three have a desk; a customer is told that there is none.
    assert [sign_in(loaded_shop, one.email, password).get("/desk").status_code for one in INHABITANTS] == [
        200,
        200,
        200,
        404,
    ]
    assert sign_in(loaded_shop, INHABITANTS[0].email, new_password()).get("/desk").status_code == 303


def test_a_lost_password_is_made_anew_by_a_command(loaded_shop: LoadedShop):
    said = loaded_shop.app.test_cli_runner().invoke(args=["demo", "password"])
    found = re.search(r"password (\S+) as", said.output)
    assert found
    operator = INHABITANTS[0].email
    entered = sign_in(loaded_shop, operator, found[1]).get("/desk").status_code
    left_out = sign_in(loaded_shop, operator, loaded_shop.loaded.password).get("/desk").status_code
    with loaded_shop.app.app_context():
        # As it was, for the other tests.
        with transaction():
            changed = change_passwords(hash_password(loaded_shop.loaded.password), now=utcnow())
        written = db.session.query(OutgoingMail).filter_by(recipient=operator, sent_at=None).count()

    assert (entered, left_out, changed, written) == (200, 303, len(INHABITANTS), 0)
    assert all(one.email in said.output for one in INHABITANTS)


def test_a_shop_that_the_world_can_reach_has_nobody_of_the_demo(make_app):
    live = make_app(
        REBELOTE_SHOP_URL="https://shop.example",
        REBELOTE_CONTACT_COMPANY="Ma Société SAS",
        REBELOTE_PAYMENT_METHODS="pickup",
    )
    at_home = make_app()

    assert may_have_people(at_home.config["SETTINGS"])
    assert not may_have_people(live.config["SETTINGS"])
    refused = live.test_cli_runner().invoke(args=["demo", "password"])
    assert (refused.exit_code, "open to the world" in refused.output) == (1, True)


def test_without_a_demo_shop_there_is_nobody(app):
    refused = app.test_cli_runner().invoke(args=["demo", "password"])

    assert (refused.exit_code, "demo load" in refused.output) == (1, True)
