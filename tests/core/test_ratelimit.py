"""One address may ask so often in an hour; all processes count together, and another address isn't touched."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Response

from storefront.core import error_pages, ratelimit
from storefront.core.database import db
from storefront.core.ratelimit import RateCount, limit


@pytest.fixture
def at(monkeypatch):
    """Set the clock of limits and of error pages: `at(hour, minute)`."""

    def set_clock(hour: int, minute: int = 0) -> datetime:
        moment = datetime(2026, 3, 2, hour, minute, tzinfo=UTC)
        for module in (ratelimit, error_pages):
            monkeypatch.setattr(module, "utcnow", lambda: moment)
        return moment

    set_clock(9, 30)
    return set_clock


@pytest.fixture
def visit(app):
    for name in ("look", "order"):

        def view(what: str = name) -> Response:
            limit(what, per_hour=3)
            return Response("fine")

        app.add_url_rule(f"/test/{name}", name, view)
    client = app.test_client()

    def visit(name: str = "look", address: str = "192.0.2.1"):
        return client.get(f"/test/{name}", environ_base={"REMOTE_ADDR": address})

    return visit


def test_the_fourth_in_an_hour_waits(visit, at):
    assert [visit().status_code for _ in range(5)] == [200, 200, 200, 429, 429]


def test_it_says_how_long_to_wait(visit, at):
    for _ in range(3):
        visit()
    assert visit().headers["Retry-After"] == str(30 * 60)
    at(9, 59)
    assert visit().headers["Retry-After"] == "60"


def test_addresses_and_things_are_counted_apart(visit, at):
    for _ in range(4):
        visit()
    assert visit("order").status_code == 200
    assert visit(address="192.0.2.2").status_code == 200
    assert visit().status_code == 429


def test_a_household_can_not_ask_from_all_its_addresses(visit, at):
    answers = [visit(address=f"2001:db8:1:2::{number:x}").status_code for number in range(4)]
    assert answers == [200, 200, 200, 429]
    assert visit(address="2001:db8:1:3::1").status_code == 200


def test_what_is_counted_by_whom_it_concerns_counts_from_everywhere(app, at):
    @app.get("/test/mail")
    def mail() -> str:
        limit("mail", per_hour=2, whom="lou")
        return "fine"

    client = app.test_client()
    answers = [
        client.get("/test/mail", environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}).status_code
        for number in range(3)
    ]
    assert answers == [200, 200, 429]


def test_the_next_hour_begins_anew(visit, at):
    for _ in range(4):
        visit()
    at(10, 0)
    assert visit().status_code == 200


def test_no_address_is_kept_and_old_counts_go(visit, at, app):
    visit()
    visit(address="2001:db8::1")
    with app.app_context():
        rows = db.session.execute(sa.select(RateCount.who)).scalars().all()
        assert not [who for who in rows if "192" in who or "2001" in who]
        db.session.remove()
    at(12, 30)
    visit("order")
    with app.app_context():
        oldest = db.session.scalar(sa.select(sa.func.min(RateCount.since)))
        assert oldest is not None
        assert oldest >= datetime(2026, 3, 2, 12, tzinfo=UTC) - timedelta(hours=2)
        db.session.remove()


def test_another_process_counts_the_same(visit, at, make_app):
    for _ in range(3):
        visit()
    other = make_app(SECRET_KEY="")
    with other.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        with pytest.raises(Exception, match="429"):
            limit("look", per_hour=3)
        db.session.remove()
