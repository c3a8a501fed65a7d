"""Quotes at the desk: adjusted, answered and closed by operators; discounts by sellers, who learn nothing of firms."""

from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.fleet.allocation.rules import Tier
from storefront.fleet.allocation.tiers import replace_tiers, tiers_of
from storefront.fleet.quotes import actions
from storefront.fleet.quotes.queries import by_number
from storefront.fleet.quotes.sums import sums_of

from ..factories import make_offer
from ..fleet.quotes.makers import PERSONAL, books, make_firm, make_request, open_quote, propose
from .budget import overweight
from .world import OPERATOR, OTHER_SELLER, SELLER, World, populate

_skus = count(1)


@pytest.fixture
def world(app) -> World:
    return populate(app)


def quoted(world: World, actor: str = SELLER, **values) -> tuple[str, int]:
    """The number of an open quote of three units of a seller's, and the offer's id."""
    with world.app.app_context():
        seller_id = world.people[actor].seller_id
        offer = make_offer(stock=5, seller_id=seller_id, sku=f"{actor.replace(' ', '-')}-{next(_skus)}")
        found = open_quote(offer, now=utcnow(), **values).number, offer.id
        db.session.commit()
    return found


def quote_now(world: World, number: str) -> dict[str, object]:
    with world.app.app_context():
        quote = by_number(number)
        version = quote.in_force
        return {
            "state": quote.state,
            "total": sums_of(version).total.minor if version else None,
            "units": sum(line.quantity for line in version.lines) if version else 0,
            "terms": version.terms if version else "",
            "said": [(message.side, message.text) for message in quote.messages],
            "notes": [version.note for version in quote.versions if version.note],
            "until": quote.expires_at,
        }


def stock_of(world: World, offer_id: int) -> tuple[int, int, int]:
    with world.app.app_context():
        return books(offer_id)


ADJUSTED = {
    "quantity-0": "2", "price-0": "300,00", "terms": "Delivered\nto the back door", "note": "One less, cheaper",
    "until_day": f"{utcnow() + timedelta(days=5):%Y-%m-%d}", "until_time": "12:00",
}  # fmt: skip


def test_an_operator_adjusts_a_quote_and_the_firm_is_told(world):
    number, offer_id = quoted(world)
    client = world.people[OPERATOR].client
    form = client.get(f"/desk/quotes/{number}/adjust")
    assert client.submit(form, "/adjust", ADJUSTED).status_code == 303
    found = quote_now(world, number)
    assert (found["state"], found["units"], found["terms"], found["notes"]) == (
        "open", 2, "Delivered\nto the back door", ["One less, cheaper"],
    )  # fmt: skip
    assert stock_of(world, offer_id) == (3, 2, 0)
    page = client.get(f"/desk/quotes/{number}").text
    assert [
        text
        for text in ("€300 each", "instead of €320 for one alone", "One less, cheaper")
        if text not in page
    ] == []
    with world.app.app_context():
        told = db.session.scalars(
            sa.select(OutgoingMail.subject).where(OutgoingMail.subject.contains("changed"))
        ).all()
    assert len(told) == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"quantity-0": "many"}, "quantity-0"),
        ({"quantity-0": "0"}, "new_offer"),
        ({"quantity-0": "501"}, "quantity-0"),
        ({"price-0": "free"}, "price-0"),
        ({"price-0": "0"}, "price-0"),
        ({"payment": "cowries"}, "payment"),
        ({"terms": "x" * 2001}, "terms"),
        ({"note": " "}, "note"),
        ({"until_day": "soon"}, "until_day"),
        ({"new_offer": "one"}, "new_offer"),
        ({"new_offer": "7", "new_quantity": "", "new_price": "1"}, "new_quantity"),
        ({"new_offer": "7", "new_quantity": "1", "new_price": "1", "new_wish": "9"}, "new_wish"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_changes(world, changed, field):
    number, offer_id = quoted(world)
    client = world.people[OPERATOR].client
    before = quote_now(world, number)
    answer = client.submit(client.get(f"/desk/quotes/{number}/adjust"), "/adjust", {**ADJUSTED, **changed})
    assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    if "terms" not in changed:
        assert "to the back door" in answer.text
    assert (quote_now(world, number), stock_of(world, offer_id)) == (before, (2, 3, 0))


def test_more_than_there_is_and_a_time_that_is_over_are_refused(world):
    number, offer_id = quoted(world)
    client = world.people[OPERATOR].client
    for changed in ({"quantity-0": "6"}, {"until_day": "2020-01-01"}, {"until_day": "2100-01-01"}):
        answer = client.submit(
            client.get(f"/desk/quotes/{number}/adjust"), "/adjust", {**ADJUSTED, **changed}
        )
        assert answer.status_code == 409
        assert "to the back door" in answer.text
    assert stock_of(world, offer_id) == (2, 3, 0)


def test_a_form_of_yesterday_changes_nothing(world):
    number, _offer_id = quoted(world)
    client = world.people[OPERATOR].client
    old = client.get(f"/desk/quotes/{number}/adjust")
    assert client.submit(client.get(f"/desk/quotes/{number}/adjust"), "/adjust", ADJUSTED).status_code == 303
    after = quote_now(world, number)
    assert client.submit(old, "/adjust", {**ADJUSTED, "price-0": "1"}).status_code == 409
    assert quote_now(world, number) == after


def test_another_sellers_offer_is_added(world):
    number, offer_id = quoted(world)
    with world.app.app_context():
        other = make_offer(stock=4, seller_id=world.people[OTHER_SELLER].seller_id).id
        db.session.commit()
    client = world.people[OPERATOR].client
    another = {"new_offer": str(other), "new_quantity": "2", "new_price": "250", "new_wish": "0"}
    form = client.get(f"/desk/quotes/{number}/adjust")
    assert client.submit(form, "/adjust", {**ADJUSTED, **another}).status_code == 303
    assert (quote_now(world, number)["units"], stock_of(world, offer_id), stock_of(world, other)) == (
        4, (3, 2, 0), (2, 2, 0),
    )  # fmt: skip


def test_messages_go_both_ways(world):
    number, _offer_id = quoted(world)
    with world.app.app_context():
        quote = by_number(number)
        actions.say(quote_id=quote.id, side="firm", words="Grey ones?", now=utcnow())
        db.session.commit()
    client = world.people[OPERATOR].client
    assert "waits for an answer" in client.get("/desk/quotes").text
    page = client.get(f"/desk/quotes/{number}")
    assert "Grey ones?" in page.text
    assert client.submit(page, "/say", {"words": "Two of them."}).status_code == 303
    assert quote_now(world, number)["said"] == [("firm", "Grey ones?"), ("operator", "Two of them.")]
    assert "waits for an answer" not in client.get("/desk/quotes").text
    nothing = client.submit(client.get(f"/desk/quotes/{number}"), "/say", {"words": " "})
    assert (nothing.status_code, 'id="e-words"' in nothing.text) == (422, True)


def test_closing_gives_the_units_back_and_says_why(world):
    number, offer_id = quoted(world)
    client = world.people[OPERATOR].client
    form = client.get(f"/desk/quotes/{number}/close")
    assert client.submit(form, "/close", {"note": ""}).status_code == 422
    assert client.submit(form, "/close", {"note": "The seller moves house"}).status_code == 303
    found = quote_now(world, number)
    assert (found["state"], found["notes"], stock_of(world, offer_id)) == (
        "expired", ["The seller moves house"], (5, 0, 0),
    )  # fmt: skip
    assert "can't be done" in client.get(f"/desk/quotes/{number}/close").text
    # Taken up again.
    form = client.get(f"/desk/quotes/{number}/adjust")
    assert client.submit(form, "/adjust", ADJUSTED).status_code == 303
    assert (quote_now(world, number)["state"], stock_of(world, offer_id)) == ("open", (3, 2, 0))


def test_the_list_is_narrowed_by_state_and_words(world):
    first, _offer_id = quoted(world)
    second, _offer_id = quoted(
        world,
        request=make_request(
            firm=make_firm(name="Boulangerie Aubépine", email="pain@aubepine.example", register_number="")
        ),
    )
    with world.app.app_context():
        actions.decline(quote_id=by_number(second).id, reason="", now=utcnow())
        db.session.commit()
    client = world.people[OPERATOR].client

    def numbers(query: str) -> list[str]:
        text = client.get(f"/desk/quotes{query}").text
        return [number for number in (first, second) if number in text]

    queries = ("", "?state=open", "?state=declined", "?q=aub%C3%A9pine", f"?q={first}", "?q=nobody")
    assert [numbers(query) for query in queries] == [
        [first, second], [first], [second], [second], [first], [],
    ]  # fmt: skip


def test_the_list_takes_as_many_statements_for_three_quotes_as_for_one(world, count_sql):
    client = world.people[OPERATOR].client
    counts = []
    for _round in range(3):
        quoted(world, request=make_request(firm=make_firm(email=f"a{_round}@b.example", register_number="")))
        with count_sql() as statements:
            assert client.get("/desk/quotes").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[2]


def test_a_seller_sees_that_units_are_held_and_not_for_whom(world):
    number, offer_id = quoted(world)
    _number, others = quoted(world, OTHER_SELLER)
    seller = world.people[SELLER]
    page = seller.client.get(f"/desk/quotes/discounts/{seller.seller_id}").text
    assert f"/desk/offers/{offer_id}" in page
    assert [text for text in (*PERSONAL, number, f"/desk/offers/{others}") if text in page] == []
    offers = seller.client.get("/desk/offers").text
    assert [text for text in (*PERSONAL, number) if text in offers] == []


def test_before_it_is_an_order_no_page_of_the_desk_tells_a_seller_who_asks(world):
    quoted(world)
    client = world.people[SELLER].client
    for path in ("/desk", "/desk/orders", "/desk/orders/exports.csv", "/desk/mails"):
        text = client.get(path).text
        assert (path, [name for name in PERSONAL if name in text]) == (path, [])


def tiers(world: World, seller_id: int | None) -> tuple[Tier, ...]:
    assert seller_id is not None
    with world.app.app_context():
        return tiers_of([seller_id]).get(seller_id, ())


def test_a_seller_sets_its_discounts(world):
    seller = world.people[SELLER]
    path = f"/desk/quotes/discounts/{seller.seller_id}"
    with world.app.app_context():
        other = world.people[OTHER_SELLER].seller_id
        assert other
        replace_tiers(other, [Tier(5, 9)])
        db.session.commit()
    steps = {"units-0": "50", "percent-0": "8 %", "units-3": "10", "percent-3": "3"}
    assert seller.client.submit(seller.client.get(path), path, steps).status_code == 303
    assert tiers(world, seller.seller_id) == (Tier(10, 3), Tier(50, 8))
    page = seller.client.get(path)
    assert "Saved." in page.text
    assert seller.client.submit(page, path, {"units-0": "", "percent-0": ""}).status_code == 303
    assert tiers(world, seller.seller_id) == (Tier(50, 8),)
    assert tiers(world, other) == (Tier(5, 9),)


@pytest.mark.parametrize(
    ("steps", "field"),
    [
        ({"units-0": "10", "percent-0": ""}, "percent-0"),
        ({"units-0": "", "percent-0": "3"}, "units-0"),
        ({"units-0": "1", "percent-0": "3"}, "units-0"),
        ({"units-0": "501", "percent-0": "3"}, "units-0"),
        ({"units-0": "10", "percent-0": "51"}, "percent-0"),
        ({"units-0": "10", "percent-0": "2.5"}, "percent-0"),
        ({"units-0": "10", "percent-0": "3", "units-1": "10", "percent-1": "4"}, "units-1"),
        ({"units-0": "10", "percent-0": "5", "units-1": "20", "percent-1": "4"}, "percent-1"),
    ],
)
def test_discounts_that_make_no_sense_are_said_and_not_kept(world, steps, field):
    seller = world.people[SELLER]
    path = f"/desk/quotes/discounts/{seller.seller_id}"
    answer = seller.client.submit(seller.client.get(path), path, steps)
    assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    assert tiers(world, seller.seller_id) == ()


def test_the_pages_are_light(world):
    number, _offer_id = quoted(world)
    seller = world.people[SELLER]
    paths = [
        "/desk/quotes", "/desk/quotes?q=nobody", f"/desk/quotes/{number}", f"/desk/quotes/{number}/adjust",
        f"/desk/quotes/{number}/close", "/desk/quotes/discounts", f"/desk/quotes/discounts/{seller.seller_id}",
    ]  # fmt: skip
    assert overweight(world.people[OPERATOR].client, paths) == {}


def test_a_quote_that_nothing_was_chosen_of_can_be_closed_and_not_adjusted(world):
    with world.app.app_context():
        number = propose(make_offer(stock=5), now=utcnow()).number
        db.session.commit()
    client = world.people[OPERATOR].client
    assert "can't be done" in client.get(f"/desk/quotes/{number}/adjust").text
    form = client.get(f"/desk/quotes/{number}/close")
    assert client.submit(form, "/close", {"note": "By phone"}).status_code == 303
    assert client.get(f"/desk/quotes/{number}.pdf").status_code == 404


def test_a_quote_whose_offer_is_gone_can_still_be_looked_at(world):
    number, _offer_id = quoted(world)
    with world.app.app_context():
        quote = by_number(number)
        actions.call_off(quote_id=quote.id, note="x", person_id=None, now=utcnow())
        db.session.flush()
        for version in quote.versions:
            for line in version.lines:
                line.offer_id = None
        db.session.commit()
    page = world.people[OPERATOR].client.get(f"/desk/quotes/{number}/adjust")
    assert (page.status_code, "no longer on sale" in page.text) == (200, True)
