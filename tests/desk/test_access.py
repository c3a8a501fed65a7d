"""Every address of the desk, asked for by everybody: walked from the URL map, against the table in `matrix.py`."""

from collections.abc import Mapping

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from storefront.core.database import db
from storefront.desk.access import OPERATORS, SELLERS, Audience, Scope, actor_of, audience_of, is_desk
from storefront.sellers.members import join, leave
from storefront.sellers.models import SellerMember

from ..conftest import MakeApp
from ..factories import NOW, make_person, make_seller
from ..shopper import ShopClient
from .matrix import ROWS, Row
from .world import (
    ACTORS,
    ANONYMOUS,
    OF_A_SELLER,
    OPERATOR,
    SELLER,
    SUSPENDED,
    Somebody,
    World,
    populate,
    unchanged,
)

# An id that no test reaches.
NOBODYS = 987_654_321


def routes(app: Flask) -> list[str]:
    """`GET /desk`, `POST /desk/mails/<int:mail_id>/retry`, ...: what the desk answers to."""
    return sorted(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if is_desk(rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def test_every_route_of_the_desk_has_one_row_and_every_row_a_route(app):
    assert sorted(row.route for row in ROWS) == routes(app)


def test_every_route_of_the_desk_says_whom_it_is_for(app):
    with app.app_context():
        declared = {
            f"{method} {rule.rule}": audience_of(rule.endpoint)
            for rule in app.url_map.iter_rules()
            if is_desk(rule.rule)
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }
    assert declared == {row.route: row.for_ for row in ROWS}


def comes_in(audience: Audience, actor: str) -> bool:
    """Who may come to such a page at all."""
    if actor == OPERATOR:
        return True
    allowed = {OPERATORS: (), SELLERS: OF_A_SELLER}
    return actor in allowed.get(audience, tuple(name for name in OF_A_SELLER if name != SUSPENDED))


def expected(row: Row, actor: str, kind: str) -> int:
    if (actor, kind) in row.but:
        return row.but[actor, kind]
    if actor == ANONYMOUS:
        return 303
    if not comes_in(row.for_, actor) or kind == "nobody's":
        return 404
    return row.answers if kind in ("none", "own") or row.shared or actor == OPERATOR else 404


def kinds(row: Row) -> tuple[str, ...]:
    if row.of is None and row.nobodys is None:
        return ("none",)
    return ("own", "nobody's") if row.shared else ("own", "other's", "nobody's")


def values_of(row: Row, world: World, actor: str, kind: str) -> dict[str, object]:
    """The address's values for a thing made just now: what was done to the last one matters to nobody."""
    if row.of is None:
        return {}
    with world.app.app_context():
        values = dict(row.of(world.owner_for(actor, "own" if kind == "nobody's" else kind)))
        db.session.commit()
    if kind == "nobody's":
        return dict(row.nobodys or dict.fromkeys(values, NOBODYS))
    return values


def address(app: Flask, row: Row, values: dict[str, object]) -> str:
    rule = next(rule for rule in app.url_map.iter_rules() if rule.rule == row.rule)
    built = rule.build(values, append_unknown=False)
    assert built is not None, (row.route, values)
    return built[1]


def ask(somebody: Somebody, row: Row, url: str, values: Mapping[str, object]) -> int:
    if row.method == "GET":
        answer = somebody.client.get(url)
    else:
        answer = somebody.client.open(
            url, method=row.method, data={**values, "csrf_token": somebody.token, **row.sends}
        )
    if answer.status_code == 303 and somebody.name == ANONYMOUS:
        assert answer.headers["Location"].startswith("/sign-in")
    elif answer.status_code == 303:
        assert not answer.headers["Location"].startswith("/sign-in")
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.status_code


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route)
def test_everybody_gets_what_is_theirs_and_nothing_else(app, row):
    world = populate(app)
    answered, awaited, touched = {}, {}, {}
    for actor in ACTORS:
        for kind in kinds(row):
            values = values_of(row, world, actor, kind)
            url = address(app, row, values)
            awaited[actor, kind] = expected(row, actor, kind)
            with unchanged(app) as changed:
                answered[actor, kind] = ask(world.people[actor], row, url, values)
            if answered[actor, kind] != row.answers or actor == ANONYMOUS:
                touched[actor, kind] = changed

    assert answered == awaited
    assert {who: tables for who, tables in touched.items() if tables} == {}


HIDDEN = (
    "/desk",
    "/desk/",
    "/desk/mails",
    "/desk/nothing-of-the-kind",
    "/fr/desk",
    "/desk/orders/17/accept",
    "//desk",
    "//desk/mails",
)


def open_raw(client: ShopClient, path: str, method: str) -> TestResponse:
    """Ask for a path as it stands: a test client takes what follows `//` for a host."""
    return client.open("/", method=method, environ_overrides={"PATH_INFO": path})


@pytest.mark.parametrize("path", HIDDEN)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_a_stranger_learns_of_no_address_whether_it_exists(client, path, method):
    answer = open_raw(client, path, method)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(("/sign-in", "/fr/sign-in"))
    assert ("next=" in answer.headers["Location"]) == (method == "GET")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_a_customer_learns_of_none_either(app, method):
    client = populate(app).people["customer"].client

    # Without a form's token, too: to be asked for one would tell that there is something.
    pages = {path: open_raw(client, path, method) for path in HIDDEN}

    assert {path: answer.status_code for path, answer in pages.items()} == dict.fromkeys(HIDDEN, 404)
    assert pages["/desk"].text == pages["/desk/nothing-of-the-kind"].text.replace("/nothing-of-the-kind", "")


@pytest.mark.parametrize("path", ["/desks", "/search?q=desk", "/"])
def test_other_addresses_are_not_the_desks(client, path):
    assert client.get(path).status_code in (200, 404)


def test_a_form_without_its_token_is_not_taken(app):
    world = populate(app)
    forms = [row for row in ROWS if row.method == "POST"]
    for row in forms:
        url = address(app, row, values_of(row, world, OPERATOR, "own"))
        with unchanged(app) as changed:
            answer = world.people[OPERATOR].client.post(url, data=dict(row.sends))
        assert (row.route, answer.status_code, changed) == (row.route, 400, [])


def test_a_page_that_was_not_declared_is_closed_even_to_operators(make_app: MakeApp):
    app = make_app()
    app.add_url_rule("/desk/forgotten", "forgotten", lambda: "open")
    world = populate(app)

    answers = {actor: world.people[actor].client.get("/desk/forgotten").status_code for actor in ACTORS}

    assert answers == {**dict.fromkeys(ACTORS, 404), ANONYMOUS: 303}


def test_somebody_of_two_sellers_acts_for_both_and_trades_for_the_one_that_may(app):
    with app.app_context():
        person = make_person()
        active, suspended = make_seller(), make_seller(standing="suspended")
        for seller in (active, suspended, suspended):
            join(person_id=person.id, seller_id=seller.id, now=NOW)
        actor = actor_of(person)

        assert actor.scope == Scope(frozenset({active.id, suspended.id}))
        assert actor.trading == Scope(frozenset({active.id}))

        leave(person_id=person.id, seller_id=active.id)
        assert actor_of(person).trading == Scope(frozenset())
        db.session.rollback()


def test_knowing_the_actor_costs_two_statements_whatever_their_sellers(app, count_sql):
    world = populate(app)
    seller = world.people[SELLER].client
    counts = []
    for _more in range(2):
        with count_sql() as statements:
            seller.get("/desk/nothing-of-the-kind")
        counts.append(len(statements))
        with app.app_context():
            me = db.session.query(SellerMember.person_id).filter_by(seller_id=world.owner_id).scalar()
            for _seller in range(2):
                join(person_id=me, seller_id=make_seller().id, now=NOW)
            db.session.commit()

    assert counts == [2, 2]
