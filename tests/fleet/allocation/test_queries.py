"""What is in stock for a request, and what would have to give."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.catalog.rules import GRADES, cost
from storefront.core.database import db
from storefront.fleet.allocation.queries import near_misses, supplies_for
from storefront.fleet.allocation.rules import Tier
from storefront.fleet.allocation.solver import alternatives
from storefront.fleet.allocation.stalls import NearMiss, Stalls
from storefront.fleet.allocation.tiers import replace_tiers
from storefront.fleet.wishes.fitting import Stall, fits
from storefront.fleet.wishes.rules import FIRM_FIELDS, Firm, Request, Wish
from tests.factories import make_model, make_offer, make_product, make_seller

# A Monday.
TODAY = date(2026, 3, 2)
FIRM = Firm(**(dict.fromkeys(FIRM_FIELDS, "") | {"country": "FR", "delivery_country": "FR"}))


def ask(*wishes: Wish, **values: object) -> Request:
    return Request(FIRM, wishes, **values)  # type: ignore[arg-type]


def given_ids(request: Request, wish: int = 0) -> list[int]:
    problem = supplies_for(request, TODAY)
    return [problem.supplies[place].offer_id for place in problem.wishes[wish].fits]


@pytest.fixture
def phones(db_session):
    """Of one model: good at 320.00, fair at 200.00 with a tired battery, premium at 500.00 with recoverable VAT."""
    product = make_product(model_id=make_model("Pomme 13", security_until=date(2029, 3, 2)).id)
    facts = (
        {"grade": "good", "price_minor": 32_000},
        {"grade": "fair", "price_minor": 20_000, "battery_percent": 79},
        {"grade": "premium", "price_minor": 50_000, "vat_scheme": "standard", "battery_percent": None},
    )
    return [make_offer(product_id=product.id, **one) for one in facts]


def test_a_wish_has_what_fits_it(phones):
    good, fair, premium = (offer.id for offer in phones)
    model = db.session.get_one(type(phones[0].product), phones[0].product_id).model_id
    wish = Wish(4, model_id=model)
    assert given_ids(ask(wish)) == [good, fair, premium]
    assert given_ids(ask(replace(wish, grade="good"))) == [good, premium]
    assert given_ids(ask(replace(wish, battery=80))) == [good, premium]
    assert given_ids(ask(replace(wish, budget=32_000))) == [good, fair]
    assert given_ids(ask(wish, vat_only=True)) == [premium]
    assert given_ids(ask(replace(wish, storage_gb=256))) == []
    assert given_ids(ask(Wish(4, category="smartphones"))) == [good, fair, premium]
    assert given_ids(ask(Wish(4, category="laptops"))) == []


def test_what_cannot_be_there_in_time_does_not_fit(phones):
    """Handled within 2 working days, 3 on its way: there on Monday the 9th."""
    wish = Wish(1, category="smartphones")
    assert len(given_ids(ask(wish, wanted_on=date(2026, 3, 9)))) == 3
    assert given_ids(ask(wish, wanted_on=date(2026, 3, 6))) == []
    assert len(given_ids(ask(replace(wish, wanted_on=date(2026, 3, 9)), wanted_on=date(2026, 3, 6)))) == 3


def test_lines_of_different_days_travel_apart(phones):
    wish = Wish(1, category="smartphones")
    later = replace(wish, wanted_on=date(2026, 4, 1))
    problem = supplies_for(ask(wish, later, replace(later)), TODAY)
    assert [demand.batch for demand in problem.wishes] == [1, 0, 0]


def test_a_supply_has_the_cost_of_ranking_and_the_years_of_its_model(phones):
    seller = make_seller(risk=0.05)
    offer = make_offer(product_id=phones[0].product_id, seller_id=seller.id, price_minor=30_000)
    problem = supplies_for(ask(Wish(1, category="smartphones")), TODAY)
    supply = next(one for one in problem.supplies if one.offer_id == offer.id)
    assert supply.cost == pytest.approx(float(cost(30_000, 31_000, 0.05)))
    assert supply.years_left == pytest.approx(3.0, abs=0.01)
    assert supply.model_key == problem.supplies[0].model_key


def test_suspended_sellers_give_nothing_and_newcomers_what_they_have_room_for(db_session):
    suspended = make_offer(seller_id=make_seller(standing="suspended").id)
    newcomer = make_seller(standing="probation", open_units=18)
    offer = make_offer(seller_id=newcomer.id)
    problem = supplies_for(ask(Wish(5, category="smartphones")), TODAY)
    assert [supply.offer_id for supply in problem.supplies] == [offer.id] != [suspended.id]
    assert problem.rooms == {newcomer.id: 2}


def test_discounts_and_the_price_of_a_parcel_come_along(phones):
    replace_tiers(phones[0].seller_id, [Tier(10, 3)])
    problem = supplies_for(ask(Wish(1, category="smartphones")), TODAY)
    assert problem.discounts == {phones[0].seller_id: (Tier(10, 3),)}
    assert (problem.shipping, problem.parcel_cost, problem.model_cost) == (390, 1_500, 4_000)


def test_words_are_looked_up_in_the_products_texts(db_session):
    azerty = make_offer(product_id=make_product(title="Book 14 azerty").id)
    make_offer(product_id=make_product(title="Book 14 qwerty").id)
    assert given_ids(ask(Wish(1, words="azerty"))) == [azerty.id]
    assert given_ids(ask(Wish(1, category="smartphones", words="azerty"))) == [azerty.id]
    assert given_ids(ask(Wish(1, words="bepo"))) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_statements_is_fixed(db_session, count_sql, rows):
    for _ in range(rows):
        make_offer()
    wishes = [Wish(1, category="smartphones")] * rows
    supplies_for(ask(*wishes), TODAY)
    with count_sql() as statements:
        supplies_for(ask(*wishes), TODAY)
    assert len([one for one in statements if "FROM offer" in one or "volume_discount" in one]) == 2
    assert len(statements) == 4


def test_near_misses_say_what_each_need_would_bring(phones):
    wish = Wish(12, category="smartphones", grade="good", budget=32_000)
    assert near_misses(ask(wish), TODAY) == ((NearMiss("grade", 5), NearMiss("budget", 5)),)
    assert near_misses(ask(replace(wish, quantity=5)), TODAY) == ((),)
    late = replace(wish, grade="fair", budget=None, wanted_on=TODAY)
    assert near_misses(ask(replace(late, quantity=20)), TODAY) == ((NearMiss("date", 15),),)


def test_a_request_is_answered_from_live_offers(phones):
    wish = Wish(6, category="smartphones", uniformity="grade")
    value = alternatives(supplies_for(ask(wish), TODAY))[0]
    assert (value.takes[0].offer_id, value.takes[0].units, value.short) == (phones[1].id, 5, (1,))


_WISHES = st.builds(
    Wish,
    quantity=st.just(1),
    model_id=st.sampled_from((None, 1, 2)),
    category=st.sampled_from((None, "phones", "laptops")),
    words=st.sampled_from(("", "azerty")),
    storage_gb=st.sampled_from((None, 128)),
    grade=st.sampled_from(GRADES),
    battery=st.sampled_from((None, 80, 86)),
    budget=st.sampled_from((None, 500)),
)
_STALLS = st.builds(
    Stall,
    product_id=st.integers(1, 3),
    model_id=st.sampled_from((None, 1, 2)),
    category=st.sampled_from(("phones", "tablets")),
    storage_gb=st.sampled_from((None, 64, 128)),
    grade=st.sampled_from(GRADES),
    price=st.sampled_from((499, 500, 501)),
    battery=st.sampled_from((None, 79, 80, 90)),
    vat_scheme=st.sampled_from(("margin", "standard")),
    stock=st.integers(1, 5),
)


@given(_WISHES, st.lists(_STALLS, min_size=1, max_size=6), st.booleans())
def test_what_is_proposed_fits_as_what_is_counted_does(wish, there, vat_only):
    """The page that looks at a request's lines counts by `wishes.fitting`, one offer at a time."""
    said = frozenset({1, 2})
    columns = Stalls(
        product=np.array([one.product_id for one in there]),
        model=np.array([-1 if one.model_id is None else one.model_id for one in there]),
        category=np.array([("phones", "tablets").index(one.category) for one in there]),
        storage=np.array([one.storage_gb or 0 for one in there]),
        grade=np.array([GRADES.index(one.grade) for one in there]),
        price=np.array([one.price for one in there]),
        battery=Stalls.batteries([one.battery for one in there], [one.grade for one in there]),
        recoverable=np.array([one.vat_scheme == "standard" for one in there]),
        stock=np.array([one.stock for one in there]),
        there_on=np.full(len(there), TODAY.toordinal()),
        categories=("phones", "tablets"),
    )
    found = columns.fitting(wish, ask(wish, vat_only=vat_only), {"azerty": said})
    assert found.tolist() == [fits(wish, one, said, vat_only=vat_only) for one in there]
