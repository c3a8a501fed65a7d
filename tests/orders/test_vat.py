from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.core.money import Money
from storefront.orders.vat import shared, vat_of_line, vat_of_unit

TWENTY = Decimal(20)


def euros(minor: int | None) -> Money | None:
    return None if minor is None else Money(minor, "EUR")


@pytest.mark.parametrize(
    ("scheme", "price", "purchase", "percent", "vat"),
    [
        ("margin", 32000, 20000, "20", 2000),  # DESIGN section 3: 20.00
        ("margin", 32003, 20000, "20", 2001),  # 2000.5 cents, half up
        ("margin", 32002, 20000, "20", 2000),  # 2000.33
        ("margin", 20000, 20000, "20", 0),
        ("margin", 20000, 33000, "20", 0),  # a loss is no credit
        ("margin", 32000, 0, "20", 5333),
        ("margin", 32000, None, "20", None),  # nobody knows
        ("margin", 32000, 20000, "5.5", 626),  # 12000 * 5.5 / 105.5 = 625.59
        ("margin", 32000, 20000, "0", 0),
        ("standard", 32000, None, "20", 5333),  # 53.33
        ("standard", 32000, 20000, "20", 5333),  # the purchase price is nobody's business here
        ("standard", 32000, None, "21", 5554),  # 5553.72
        ("standard", 1, None, "20", 0),
    ],
)
def test_vat_within_a_unit(scheme, price, purchase, percent, vat):
    told = vat_of_unit(
        scheme=scheme, price=Money(price, "EUR"), purchase=euros(purchase), percent=Decimal(percent)
    )
    assert told == euros(vat)


@pytest.mark.parametrize(
    ("scheme", "price", "quantity", "purchase", "shipping", "vat"),
    [
        ("margin", 32000, 3, 20000, 0, 6000),
        ("margin", 32003, 3, 20000, 0, 6003),  # per unit 20.01, three sales
        ("margin", 32000, 3, None, 0, None),
        ("margin", 32000, 1, 20000, 390, 2065),  # what is paid for transport belongs to the selling price
        ("margin", 32000, 3, 20000, 390, 6066),  # 121.30 each: 20.2167, so 20.22
        ("margin", 32000, 2, 20000, 11, 4002),  # 120.06 and 120.05: 20.01 each
        ("margin", 20000, 1, 20200, 390, 32),  # a loss on the goods, 1.90 in all: 31.67 cents
        ("margin", 32000, 1, None, 390, None),
        ("standard", 999, 3, None, 0, 500),  # 2997 / 6 = 499.5, rounded once
        ("standard", 32000, 3, None, 0, 16000),
        ("standard", 32000, 3, None, 390, 16000),  # taxed beside the goods
    ],
)
def test_vat_within_a_line(scheme, price, quantity, purchase, shipping, vat):
    told = vat_of_line(
        scheme=scheme,
        price=Money(price, "EUR"),
        quantity=quantity,
        purchase=euros(purchase),
        percent=TWENTY,
        shipping=Money(shipping, "EUR"),
    )
    assert told == euros(vat)


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (390, [20000, 10000], [260, 130]),
        (100, [1, 1, 1], [34, 33, 33]),
        (0, [5, 7], [0, 0]),
        (390, [1], [390]),
        (1, [1, 999], [1, 0]),
    ],
)
def test_a_sum_is_shared_to_the_last_cent(amount, weights, parts):
    assert shared(amount, weights) == parts


@given(amount=st.integers(0, 10**9), weights=st.lists(st.integers(1, 10**9), min_size=1, max_size=30))
def test_shares_add_up_and_none_is_a_cent_off(amount, weights):
    parts = shared(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)


@given(price=st.integers(1, 10**9), purchase=st.integers(0, 10**9), percent=st.integers(0, 30))
def test_vat_is_never_negative_nor_more_than_the_margin(price, purchase, percent):
    vat = vat_of_unit(
        scheme="margin", price=Money(price, "EUR"), purchase=euros(purchase), percent=Decimal(percent)
    )
    assert vat is not None
    assert 0 <= vat.minor <= max(0, price - purchase)
