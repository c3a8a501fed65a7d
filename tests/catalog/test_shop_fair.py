"""What fairness asks, on the results page of a whole shop: change one thing in a made-up catalogue, and look again.

Newcomers' turns (test_turns.py) are the one declared exception, so nobody here is on probation.
"""

from dataclasses import replace

from flask import Flask
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from storefront.catalog.rules import GRADES
from storefront.sellers.rules import PRIOR_OF_AN_EMPTY_MARKET, Record, risk

from .made_up import MadeUp, fill
from .truth import shown_cards

ONE_SHOP = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
RISKS = (0.005, 0.012, 0.02, 0.03, 0.06, 0.1, 0.3)
TITLES = ("iPhone 12", "iPhone 12", "iPhone 12 Pro", "Galaxy S21")
ASKED = ("", "iphone", "iphone 12")
PHONE = {"brand": None, "category": "smartphones", "storage_gb": None, "colour": None, "age": 0}
OFFER = {"grade": "good", "price_minor": 300_00, "stock": 1, "battery_percent": None, "guarantee_months": 12}


@st.composite
def markets(draw: st.DrawFn) -> MadeUp:
    """Each offer from a seller of its own, so that its quality and its price are free of the others'."""
    titles = draw(st.lists(st.sampled_from(TITLES), min_size=1, max_size=4))
    offers = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "product": st.integers(0, len(titles) - 1),
                    "grade": st.sampled_from(GRADES[:2]),
                    "price_minor": st.integers(40, 400).map(lambda euros: euros * 100),
                }
            ),
            min_size=2,
            max_size=12,
        )
    )
    return MadeUp(
        tuple((draw(st.sampled_from(RISKS)), "active") for _ in offers),
        tuple({**PHONE, "title": title} for title in titles),
        tuple({**OFFER, **offer, "seller": place} for place, offer in enumerate(offers)),
    )


@st.composite
def firm_markets(draw: st.DrawFn) -> MadeUp:
    """The first offer stands for its card whatever its price, as its only rival is bad; other cards have one offer."""
    others = draw(st.lists(st.sampled_from(RISKS), min_size=1, max_size=4))
    risks = (draw(st.sampled_from(RISKS[:4])), 0.5, *others)
    euros = (draw(st.integers(60, 130)), draw(st.integers(80, 120)), *(100 for _ in others))
    cards = (0, 0, *range(1, len(others) + 1))
    return MadeUp(
        tuple((each, "active") for each in risks),
        tuple({**PHONE, "title": "iPhone 12"} for _ in range(len(others) + 1)),
        tuple(
            {**OFFER, "product": card, "seller": place, "price_minor": price * 100}
            for place, (card, price) in enumerate(zip(cards, euros, strict=True))
        ),
    )


def places(app: Flask, market: MadeUp, text: str) -> list[str]:
    """The skus of the offers that stand for their cards, from the first place on."""
    fill(app, market)
    return [card.sku for card in shown_cards(app.test_client().get("/search", query_string={"q": text}))]


def stands_no_higher(sku: str, before: list[str], after: list[str]) -> bool:
    """Whether the offer's place is no better after than before; it has none where another stands for its card."""
    return sku not in after or (sku in before and before.index(sku) <= after.index(sku))


@ONE_SHOP
@given(st.one_of(markets(), firm_markets()), st.sampled_from(RISKS), st.sampled_from(ASKED))
def test_worse_quality_never_ranks_higher_at_the_same_price(
    app: Flask, market: MadeUp, worse: float, text: str
) -> None:
    assume(worse > market.sellers[0][0])
    sellers = ((worse, "active"), *market.sellers[1:])
    before = places(app, market, text)
    after = places(app, replace(market, sellers=sellers), text)
    assert stands_no_higher("1", before, after)


@ONE_SHOP
@given(st.one_of(markets(), firm_markets()), st.integers(1, 100), st.sampled_from(ASKED))
def test_a_higher_price_never_ranks_higher_at_the_same_quality(
    app: Flask, market: MadeUp, more: int, text: str
) -> None:
    first = market.offers[0]
    dearer = {**first, "price_minor": first["price_minor"] + more * 100}
    before = places(app, market, text)
    after = places(app, replace(market, offers=(dearer, *market.offers[1:])), text)
    assert stands_no_higher("1", before, after)


@ONE_SHOP
@given(markets(), st.integers(2, 40), st.sampled_from(ASKED))
def test_scaling_all_prices_changes_nothing(app: Flask, market: MadeUp, times: int, text: str) -> None:
    scaled = tuple({**offer, "price_minor": offer["price_minor"] * times} for offer in market.offers)
    assert places(app, replace(market, offers=scaled), text) == places(app, market, text)


@ONE_SHOP
@given(st.integers(0, 5), st.integers(5_000, 20_000), st.floats(0, 0.01), st.booleans())
def test_five_perfect_orders_do_not_beat_five_thousand_good_ones(
    app: Flask, few: int, many: int, rate: float, lucky_first: bool
) -> None:
    lucky = risk(Record(few, 0.0), PRIOR_OF_AN_EMPTY_MARKET)
    proven = risk(Record(many, many * rate), PRIOR_OF_AN_EMPTY_MARKET)
    risks = (lucky, proven) if lucky_first else (proven, lucky)
    best = str(risks.index(proven) + 1)
    sellers = tuple((each, "active") for each in risks)
    phone = {**PHONE, "title": "iPhone 12"}
    one_card = tuple({**OFFER, "product": 0, "seller": seller} for seller in (0, 1))
    two_cards = tuple({**OFFER, "product": number, "seller": number} for number in (0, 1))
    assert places(app, MadeUp(sellers, (phone,), one_card), "iphone 12") == [best]
    assert places(app, MadeUp(sellers, (phone, phone), two_cards), "iphone 12")[0] == best
