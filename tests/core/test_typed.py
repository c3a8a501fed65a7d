"""Numbers in addresses and forms: read in one way, whatever is typed there."""

import pytest

from storefront.core.typed import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        (" 7", None),
        ("-1", None),
        ("+7", None),
        ("1_000", None),
        ("1.0", None),
        ("²", None),
        ("٣", None),
        ("seven", None),
    ],
)
def test_a_whole_number_is_digits_that_fit_a_database(text, number):
    assert whole_number(text) == number
