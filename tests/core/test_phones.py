"""What can be a phone number."""

import pytest

from storefront.core.phones import check_phone


@pytest.mark.parametrize(
    ("typed", "fine"),
    [
        ("", True), ("+33 6 12 34 56 78", True), ("(02) 40-12.34/56", True), ("123456", True), ("12345", False),
        ("1" * 15, True), ("1" * 16, False), ("call me", False), ("06 12 34 56 78 x", False), ("١٢٣٤٥٦٧", False),
        ("123456" + " " * 34, True), ("123456" + " " * 35, False), ("33+612345678", False),
    ],
)  # fmt: skip
def test_a_number_has_six_to_fifteen_digits_and_the_usual_signs(app, typed, fine):
    errors: dict[str, str] = {}
    with app.test_request_context():
        check_phone(typed, errors)
    assert (errors == {}) == fine


def test_what_was_said_before_stays_said():
    errors = {"phone": "Too long."}
    check_phone("x", errors)
    assert errors == {"phone": "Too long."}
