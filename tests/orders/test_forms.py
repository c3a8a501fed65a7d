"""What the desk's people type into the forms around an order."""

import pytest

from storefront.core.errors import FormInvalid
from storefront.core.money import Money
from storefront.orders import forms
from storefront.orders.models import Parcel
from tests.factories import make_offer, make_wish, place_an_order

pytestmark = pytest.mark.usefixtures("db_session")


def parcel() -> Parcel:
    """A line of 320.00 and 3.90 of delivery."""
    return place_an_order(make_wish(make_offer())).parcels[0]


def read(**typed: str) -> tuple[list[int], int]:
    one = parcel()
    fields = {"reason": "scratched", **typed}
    if "line" in fields:
        fields[f"line-{one.lines[0].id}"] = fields.pop("line")
    form = forms.read_reduction(fields, one)
    return [money.minor for money in form.lines.values()], form.delivery.minor


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"line": "12,50"}, ([1250], 0)),
        ({"line": "12.50", "delivery": "3.90"}, ([1250], 390)),
        ({"delivery": "1"}, ([], 100)),
        ({"amount": "323.90"}, ([32000], 390)),
        ({"amount": "100"}, ([9880], 120)),
        ({}, ([], 0)),
    ],
)
def test_amounts_by_line_or_one_for_all(typed, expected):
    assert read(**typed) == expected


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"amount": "323.91"}, "amount"),
        ({"amount": "10", "delivery": "1"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "ten"}, "amount"),
        ({"delivery": "1.999"}, "delivery"),
        ({"amount": "1", "reason": "  "}, "reason"),
        ({"amount": "1", "reason": "x" * 201}, "reason"),
    ],
)
def test_what_is_no_amount_is_said_at_its_field(typed, field):
    with pytest.raises(FormInvalid) as invalid:
        read(**typed)
    assert list(invalid.value.errors) == [field]


def test_the_line_is_named_that_has_no_amount():
    one = parcel()
    name = f"line-{one.lines[0].id}"
    with pytest.raises(FormInvalid) as invalid:
        forms.read_reduction({"reason": "scratched", name: "much"}, one)
    assert list(invalid.value.errors) == [name]
    assert forms.read_reduction({"reason": " a  b ", name: "1"}, one).reason == "a b"
    assert forms.read_reduction({"reason": "a", name: "1"}, one).lines == {one.lines[0].id: Money(100, "EUR")}


@pytest.mark.parametrize(
    ("seen", "version"), [("17", 17), ("", 0), ("x", 0), ("-1", 0), ("9" * 30, 0), ("١٧", 0)]
)
def test_a_version_is_a_number_or_nobodys(seen, version):
    assert forms.read_seen({"seen": seen}) == version


def test_notes_and_links():
    assert forms.read_note({"note": " rang twice\nno answer "}) == "rang twice\nno answer"
    assert forms.read_tracking({"tracking_url": " https://carrier.example/1 "}) == "https://carrier.example/1"
    assert forms.read_tracking({}) == ""
    for read_one, fields in (
        (forms.read_note, {"note": " "}),
        (forms.read_note, {"note": "x" * 2001}),
        (forms.read_tracking, {"tracking_url": "http://carrier.example/1"}),
    ):
        with pytest.raises(FormInvalid):
            read_one(fields)
