"""The worked example of docs/adr/0019-quotes.md, and what holds for any quote."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.core.money import Money
from storefront.fleet.quotes import queries
from storefront.fleet.quotes.models import Quote, QuoteLine, QuoteParcel, QuoteVersion
from storefront.fleet.quotes.sums import Sums, sums_of
from storefront.fleet.wishes.rules import Wish
from tests.conftest import CountSql
from tests.factories import make_offer

from .makers import allotment, make_request, propose


def euros(amount: str) -> Money:
    return Money.parse(amount, "EUR")


def version_of(*parcels: tuple[int, list[tuple[str, int, int, int | None]]]) -> QuoteVersion:
    """A version of parcels: what each costs to send, and its lines (scheme, price, quantity, price new)."""
    version = QuoteVersion(number=1, quote=Quote(currency="EUR"), prices_of=None)
    for seller_id, (shipping, lines) in enumerate(parcels, 1):
        version.parcels.append(QuoteParcel(seller_id=seller_id, wanted_on=None, shipping_minor=shipping))
        for scheme, price, quantity, new in lines:
            version.lines.append(
                QuoteLine(
                    seller_id=seller_id,
                    wanted_on=None,
                    vat_scheme=scheme,
                    vat_rate=2000,
                    quantity=quantity,
                    price_minor=price,
                    list_price_minor=price + 100,
                    new_price_minor=new,
                )
            )
    return version


def example() -> Sums:
    return sums_of(
        version_of(
            (590, [("standard", 31999, 7, 90900), ("margin", 45533, 3, None)]),
            (390, [("standard", 19901, 2, 19900)]),
        )
    )


def test_the_worked_example():
    sums = example()
    assert [line.gross for line in sums.lines] == [euros("2239.93"), euros("1365.99"), euros("398.02")]
    assert [line.vat for line in sums.lines] == [euros("373.32"), None, euros("66.34")]
    # Of 5.90 of delivery the standard line bears 3.67: 0.61 of VAT; of 3.90 the other parcel's line all: 0.65.
    assert sums.vat == ((Decimal(20), euros("440.92")),)
    assert (sums.goods, sums.shipping, sums.total, sums.net) == (
        euros("4003.94"),
        euros("9.80"),
        euros("4013.74"),
        euros("3572.82"),
    )
    assert (sums.units, sums.margin, sums.reduction) == (12, True, euros("12.00"))


def test_what_is_saved_is_against_what_is_known_of_new_ones_only():
    sums = example()
    # Seven of 909.00 and two of 199.00, which are dearer here: that is told, too.
    assert (sums.compared_units, sums.new_total, sums.saving) == (9, euros("6761.00"), euros("4123.05"))


LINE = st.tuples(
    st.sampled_from(("standard", "margin")),
    st.integers(1, 200_000),
    st.integers(1, 120),
    st.one_of(st.none(), st.integers(1, 300_000)),
)


@given(
    st.lists(st.tuples(st.integers(0, 9_999), st.lists(LINE, min_size=1, max_size=6)), min_size=1, max_size=5)
)
def test_everything_adds_up_to_the_cent(parcels):
    sums = sums_of(version_of(*parcels))
    assert sums.total == sums.goods + sums.shipping
    assert sum(parcel.total.minor for parcel in sums.parcels) == sums.total.minor
    assert sum(line.gross.minor for line in sums.lines) == sums.goods.minor
    assert sums.net + sums.vat_total == sums.total
    assert sum(amount.minor for _percent, amount in sums.vat) == sums.vat_total.minor
    assert 0 <= sums.vat_total.minor <= sums.total.minor
    assert sums.margin == any(scheme == "margin" for _shipping, lines in parcels for scheme, *_rest in lines)


@pytest.mark.parametrize("count", [1, 3])
def test_a_quote_is_read_by_seven_statements(db_session, count_sql: CountSql, count):
    offers = [make_offer(stock=9) for _number in range(count)]
    wishes = [Wish(quantity=1) for _number in range(count)]
    takes = allotment(*((place, offer.id, 1, 32000) for place, offer in enumerate(offers)))
    quote_id = propose(request=make_request(*wishes), alternatives=[takes]).id
    db_session.commit()
    with count_sql() as statements:
        quote = queries.by_id(quote_id)
        assert [len(version.lines) for version in quote.versions] == [0, count]
        assert len(sums_of(quote.versions[1]).lines) == count
    assert len(statements) == 7
