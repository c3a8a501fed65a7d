"""Money: whole minor units, one rounding, no mixing of currencies."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.core.money import CurrencyMismatch, Money, round_half_up, total
from storefront.core.templating import _money

EUR = "EUR"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1299.00", EUR, 129900),
        ("1299,5", EUR, 129950),
        (" 0.01 ", EUR, 1),
        ("319", EUR, 31900),
        ("-4,90", EUR, -490),
        ("4.9000", EUR, 490),
        ("0", EUR, 0),
        ("319", "JPY", 319),
        ("1.234", "TND", 1234),
        ("999999999999.99", EUR, 99999999999999),
    ],
)
def test_an_amount_is_read(text, currency, minor):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "free",
        "1 299,00",
        "1,299.00",
        "1.299,00",
        "12,345",
        "1e9",
        "NaN",
        "inf",
        "€5",
        "5 €",
        "+5",
        "--5",
        ".5",
        "5.",
        "0x10",
        "1_000",
        "1234567890123",
        "5.00000",
        "5\n6",
        "٣١٩",
        "５",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"not an amount|more decimals"):
        Money.parse(text, EUR)


def test_no_yen_has_cents():
    with pytest.raises(ValueError, match="more decimals than JPY has"):
        Money.parse("319.50", "JPY")


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("2000.5", 2001),
        ("2000.49999", 2000),
        ("2001.5", 2002),
        ("0.5", 1),
        ("-0.5", -1),
        ("-2000.5", -2001),
        ("-2000.4", -2000),
        ("7", 7),
    ],
)
def test_halves_are_rounded_away_from_zero(exact, rounded):
    assert round_half_up(Decimal(exact)) == rounded


def test_the_worked_example_of_the_margin_scheme():
    assert round_half_up(Decimal(32000 - 20000) * 20 / 120) == 2000
    assert round_half_up(Decimal(32003 - 20000) * 20 / 120) == 2001


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("4.90", EUR, 490), ("4.905", EUR, 491), ("4.9", "JPY", 5), ("4.4995", "TND", 4500)],
)
def test_a_decimal_becomes_money(amount, currency, minor):
    assert Money.of(Decimal(amount), currency) == Money(minor, currency)


def test_currencies_do_not_mix():
    euro, franc = Money(100, EUR), Money(100, "CHF")
    for wrong in (
        lambda: euro + franc,
        lambda: euro - franc,
        lambda: euro < franc,
        lambda: total([franc], EUR),
    ):
        with pytest.raises(CurrencyMismatch):
            wrong()
    assert euro != franc


def test_arithmetic():
    assert Money(250, EUR) + Money(50, EUR) == Money(300, EUR)
    assert Money(250, EUR) - Money(300, EUR) == Money(-50, EUR)
    assert Money(250, EUR) * 3 == Money(750, EUR)
    assert total([], EUR) == Money(0, EUR)
    assert total([Money(1, EUR), Money(2, EUR)], EUR) == Money(3, EUR)
    assert not Money(0, EUR)
    assert Money(1, EUR)
    assert min(Money(3, EUR), Money(2, EUR)) == Money(2, EUR)


@given(st.integers(-(10**12) + 1, 10**12 - 1), st.sampled_from(["EUR", "JPY", "TND"]))
def test_written_and_read_again_it_is_the_same(minor, currency):
    assert Money.parse(f"{Money(minor, currency).amount:f}", currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "shown"),
    [
        (31900, "EUR", "en", "€319"),
        (31990, "EUR", "en", "€319.90"),
        (129900, "EUR", "en", "€1,299"),
        (129900, "EUR", "fr", "1 299 €"),
        (490, "EUR", "fr", "4,90 €"),
        (0, "EUR", "en", "€0"),
        (-490, "EUR", "en", "-€4.90"),
        (319, "JPY", "en", "¥319"),
    ],
)
def test_prices_look_as_the_reader_writes_them(minor, currency, locale, shown):
    plain = _money(Money(minor, currency), locale).replace("\u202f", " ").replace("\xa0", " ")
    assert plain == shown
