"""Page 2: what we would do, with figures that are known and none that are not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storefront.catalog.finder import current_finder
from storefront.core.money import Money
from storefront.orders import actions as orders
from storefront.orders.models import ShopOrder
from storefront.orders.rules import CUSTOMER, SELLER, SYSTEM
from storefront.orders.units import key_of
from storefront.repair.advice.actions import set_bonus
from storefront.repair.advice.case import Case

from ...factories import (
    make_brand,
    make_category,
    make_model,
    make_offer,
    make_product,
    make_repairer,
    make_wish,
    place_an_order,
)

SCREEN = Case(category="smartphones", fault="screen")


def advice(client, case: Case) -> str:
    page = client.get("/repair/advice", query_string=case.args())
    assert page.status_code == 200, page.text
    return page.text


def repairers_asking(*prices: tuple[int, int], fault: str = "screen", category: str = "smartphones") -> None:
    """Repairers that ask so much, in euros: from, to."""
    today = datetime.now(UTC).date()
    for low, high in prices:
        repairer = make_repairer(categories=(category,), prices={(category, fault): (100 * low, 100 * high)})
        for price in repairer.prices:
            price.said_on = today


def on_sale(price: int) -> int:
    """A phone that cost 900 new and costs so many euros here; gives its model's id."""
    model = make_model(
        "Poche 7",
        new_price_minor=90_000,
        new_price_on=date(2021, 9, 24),
        new_price_source="launch price, Pomme",
    )
    product = make_product(model_id=model.id, brand_id=model.brand_id, title="Poche 7 128 GB")
    make_offer(product_id=product.id, price_minor=100 * price)
    return model.id


def delivered(days_ago: int, **offer) -> ShopOrder:
    then = datetime.now(UTC) - timedelta(days_ago)
    order = place_an_order(make_wish(make_offer(**offer)), now=then)
    parcel = order.parcels[0]
    orders.mark_paid(order_id=order.id, amount=order.owed, by=SYSTEM, now=then)
    orders.ship(parcel_id=parcel.id, by=SELLER, now=then, serials={parcel.lines[0].id: ("C02XK1ABJG5H",)})
    orders.deliver(parcel_id=parcel.id, by=CUSTOMER, now=then)
    return order


def test_two_repairers_prices_are_no_range(client, db_session):
    repairers_asking((80, 100), (90, 120))

    page = advice(client, SCREEN)

    assert "No price yet." in page
    assert "€80" not in page
    assert "Mend it." in page


def test_three_repairers_prices_are_one(client, db_session):
    repairers_asking((80, 100), (80, 100), (80, 100))

    page = advice(client, SCREEN)

    assert "€80 to €100" in page
    assert "3 repairers ask" in page
    assert "It costs about €90" in page


def test_a_repair_is_compared_with_new_and_with_another_one(client, db_session):
    repairers_asking((80, 100), (80, 100), (80, 100))
    model = on_sale(300)

    page = advice(client, SCREEN.but(model_id=model))

    assert "Mend it." in page
    assert "€210 less than the same one refurbished here" in page
    assert "€270, which is 30 % of its price new (€900)" in page
    assert "launch price, Pomme" in page
    assert "Poche 7 · 128 GB · black" in page


def test_a_repair_that_is_not_worth_it_is_not_advised(client, db_session):
    repairers_asking((230, 230), (240, 240), (250, 250))
    model = on_sale(300)

    page = advice(client, SCREEN.but(model_id=model))

    assert "Let this one go." in page
    assert "up to about €200 we would have mended yours" in page
    assert "Repair it all the same" in page


def test_what_is_sold_out_is_not_offered(client, db_session):
    model = on_sale(300)
    for offer in db_session.query(type(make_offer())).all():
        offer.stock = 0

    assert "Nobody sells one here today." in advice(client, SCREEN.but(model_id=model))


def test_the_bonus_of_another_year_is_said_and_not_counted(client, db_session):
    repairers_asking((80, 100), (80, 100), (80, 100))

    page = advice(client, SCREEN)

    assert (
        "It may take €25 off (amount of 2024: ask the repairer), at a repairer with the QualiRépar label."
        in page
    )
    assert "left to pay" not in page
    assert "€55" not in page
    assert "−€" not in page
    assert "It costs about €90" in page


def test_the_bonus_of_today_is_counted(client, db_session):
    repairers_asking((80, 100), (80, 100), (80, 100))
    euros = Money(3_000, "EUR")
    today = datetime.now(UTC).date()
    set_bonus(
        country="FR",
        category="smartphones",
        amount=euros,
        minimum=Money(0, "EUR"),
        since=today - timedelta(10),
        until=None,
        source="a leaflet",
    )

    page = advice(client, SCREEN)

    assert "−€30, at a repairer with the QualiRépar label: €50 to €70 are left to pay." in page
    assert "€25" not in page
    assert "It may take" not in page
    assert "It costs about €60" in page


@pytest.mark.parametrize(
    "case",
    [
        SCREEN.but(firm=True),
        SCREEN.but(country="BE"),
        Case(category="watches", fault="screen"),
        Case(category="audio", fault="sound"),
    ],
)
def test_no_bonus_for_firms_other_countries_and_what_the_leaflet_leaves_out(client, case):
    page = advice(client, case)

    assert "−€" not in page
    assert "It may take" not in page


def test_a_bonus_that_ended_is_gone(client, db_session):
    none = Money(0, "EUR")
    set_bonus(
        country="FR",
        category="smartphones",
        amount=none,
        minimum=none,
        since=date(2025, 1, 1),
        until=None,
        source="a law",
    )

    assert "Repair bonus" not in advice(client, SCREEN)


def test_the_smallest_bill_for_the_bonus_is_said(client):
    said = "It may take €50 off (amount of 2024: ask the repairer) on bills from €150, at"
    assert said in advice(client, Case(category="laptops", fault="keyboard"))


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (SCREEN, "mended 54 % of 630."),
        (Case(category="consoles", fault="disc"), "mended 49 % of 338 such devices, whatever was wrong."),
        (Case(category="tablets", fault="screen"), "Volunteers rarely manage this one"),
        (Case(category="watches", fault="screen"), None),
    ],
)
def test_a_chance_is_that_of_enough_tries_or_none(client, case, said):
    page = advice(client, case)

    if said:
        assert said in page
        assert "Open Repair Alliance, 2021" in page
    else:
        assert "Volunteers" not in page


def test_of_too_few_tries_no_chance_is_said_and_least_of_all_that_of_other_faults(client):
    page = advice(client, Case(category="smartphones", fault="water"))

    assert "Too few records to say. Have it looked at before you agree to a price." in page
    assert "Open Repair Alliance, 2021" in page
    assert "2,807" not in page
    assert "Volunteers" not in page


def test_what_nobody_counted_is_not_said_of_a_repairs_price(client):
    page = advice(client, SCREEN)

    assert "asking is free." in page
    assert "most repairs cost less" not in page


@pytest.mark.parametrize(
    ("category", "kilograms"), [("smartphones", "24.6"), ("tablets", "20"), ("laptops", "27")]
)
def test_what_is_spared_is_said_for_each_year(client, category, kilograms):
    page = advice(client, Case(category=category, fault="other"))

    assert f"About {kilograms} kg CO₂e for each year" in page
    # Per device it is another figure, and the two are never mixed.
    assert "77.3" not in page


@pytest.mark.parametrize("category", ["consoles", "tvs", "appliances"])
def test_no_impact_where_no_figure_is_worth_trusting(client, category):
    assert "CO₂e" not in advice(client, Case(category=category, fault="other"))


def test_a_guarantee_that_runs_wins_and_opens_a_claim(client, db_session):
    repairers_asking((10, 10), (10, 10), (10, 10))
    order = delivered(100)
    unit = key_of(order, order.parcels[0].lines[0])
    seller = order.parcels[0].seller_name

    page = advice(client, SCREEN.but(unit=unit))

    assert "Claim it. It&#39;s free." in page
    assert f"Guarantee of {seller}" in page
    assert f"unit={unit}" in page
    assert "−€25" not in page, "no bonus where a guarantee pays"


def test_a_guarantee_that_is_over_is_said_and_claims_nothing(client, db_session):
    order = delivered(900)
    unit = key_of(order, order.parcels[0].lines[0])

    page = advice(client, SCREEN.but(unit=unit))

    assert ">Over<" in page
    assert "Open the claim" not in page
    assert "Mend it." in page


def test_without_the_order_the_dates_are_told_and_no_claim(client, db_session):
    delivered(100)
    found = client.submit(client.get("/repair"), "/repair/serial", {"serial": "c02-xk1ab jg5h"})
    assert found.status_code == 303
    begun = client.get(found.headers["Location"])
    page = client.submit(begun, "/repair/advice", {"fault": "screen"})

    assert "Claim it. It&#39;s free." in page.text
    assert "To claim, show that it is yours" in page.text
    assert "Open the claim" not in page.text


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"category": "smartphones"},
        {"category": "smartphones", "fault": "leak"},
        {"category": "hoverboards", "fault": "other"},
        {"fault": "screen"},
        {"category": "smartphones", "fault": "x" * 5_000},
    ],
)
def test_an_open_question_is_asked_again(client, args):
    page = client.get("/repair/advice", query_string=args)

    assert page.status_code == 422
    assert "/repair" in page.text


def test_a_model_says_what_it_is_whatever_the_address_says(client, db_session):
    laptop = make_model("Pliant", category_id=make_category("laptops").id)
    args = {"category": "smartphones", "fault": "sim", "model": laptop.id}

    page = client.get("/repair/advice", query_string=args)

    assert page.status_code == 422
    assert "The keyboard or touchpad fails" in page.text


def test_emoji_and_markup_are_a_name_like_any_other(client):
    page = advice(client, SCREEN.but(device="📱<script>alert(1)</script>", place_text="🏡"))

    assert "📱&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_the_page_is_kept_by_nobody(client):
    page = client.get("/repair/advice", query_string=SCREEN.args())

    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in page.headers


def test_the_statements_don_t_grow_with_repairers_and_offers(client, db_session, count_sql):
    make_brand()
    model = on_sale(300)
    repairers_asking((80, 80))
    advice(client, SCREEN.but(model_id=model))
    with count_sql() as few:
        advice(client, SCREEN.but(model_id=model))
    repairers_asking((80, 80), (90, 90), (70, 70))
    current_finder().catch_up()
    with count_sql() as many:
        advice(client, SCREEN.but(model_id=model))

    assert len(few) == len(many)
    assert len(many) <= 13


def test_a_range_says_what_it_is_the_range_of(client, db_session):
    repairers_asking((80, 100), (80, 100), (80, 100))
    model = on_sale(300)

    page = advice(client, SCREEN.but(model_id=model))

    assert "3 repairers ask for this on any model (Smartphones)" in page
    assert "Yours may lie nearer to one end" in page


def test_nobody_is_promised_a_trade_in_that_there_is_not(client):
    page = advice(client, SCREEN)

    assert "buy or take in old devices ourselves." in page
    assert "takes the old one of its kind back for free" in page
    assert "Directive 2012/19/EU, art. 5" in page
