"""A request's form: firms by their numbers, addresses by their country, lines by their bounds."""

from datetime import date
from typing import Any

import pytest

from storefront.core.errors import FormInvalid
from storefront.core.registers import read_vat_id, same_firm
from storefront.fleet.wishes.forms import Possible, read_request, request_fields
from storefront.fleet.wishes.rules import Request

POSSIBLE = Possible(
    countries=("FR", "BE", "DE", "CH"), payments=("bank-transfer",), currency="EUR", today=date(2026, 11, 23),
    language="en",
)  # fmt: skip
FIRM = {
    "name": "Menuiserie Dubois SARL", "country": "FR", "register_number": "732 829 320", "vat_id": "",
    "contact": "Inès Dubois", "email": "ines@dubois.example", "phone": "", "street": "3 rue du Faubourg",
    "street_more": "", "postcode": "44000", "city": "Nantes", "payment": "bank-transfer",
}  # fmt: skip
LINE = {
    "text-0": "12 iPhone 13",
    "read-0": "12 iPhone 13",
    "quantity-0": "12",
    "device-0": "m:7",
    "grade-0": "good",
}


@pytest.fixture(autouse=True)
def _sentences(db_session: Any) -> None:
    """Sentences for people need the shop."""


def read(**fields: str) -> Request:
    return read_request({**FIRM, **LINE, **fields}, POSSIBLE)


def errors(**fields: str) -> dict[str, str]:
    with pytest.raises(FormInvalid) as refused:
        read(**fields)
    return refused.value.errors


def test_a_whole_request_is_read_and_written_back_as_it_was():
    request = read(
        **{
            "spare-0": "2",
            "storage-0": "1 TB",
            "battery-0": "85 %",
            "budget-0": "1 349,90 €",
            "words-0": "noir",
        },
        **{
            "uniformity-0": "grade",
            "wanted_on-0": "2027-01-15",
            "wanted_on": "2027-02-01",
            "purchase_order": "PO 7",
        },
        vat_only="yes",
    )
    (wish,) = request.wishes
    assert (wish.quantity, wish.spare, wish.units) == (12, 2, 14)
    assert (wish.model_id, wish.category, wish.words) == (7, None, "noir")
    assert (wish.storage_gb, wish.battery, wish.budget, wish.grade) == (1024, 85, 134990, "good")
    assert (wish.uniformity, wish.wanted_on) == ("grade", date(2027, 1, 15))
    assert (request.day_of(wish), request.vat_only, request.purchase_order) == (
        date(2027, 1, 15),
        True,
        "PO 7",
    )
    firm = request.firm
    assert (firm.register_number, firm.delivery_city, firm.delivery_name) == (
        "732829320",
        "Nantes",
        firm.name,
    )
    assert read_request(request_fields(request, "EUR"), POSSIBLE) == request


@pytest.mark.parametrize(
    ("country", "register", "vat", "wrong"),
    [
        ("FR", "732829320", "", set()),
        ("FR", "73282932000074", "FR44732829320", set()),
        ("FR", "732829320", "44 732 829 320", set()),
        ("FR", "732829321", "", {"register_number"}),
        ("FR", "", "", {"register_number"}),
        ("FR", "", "FR44732829320", {"register_number"}),
        ("FR", "732829320", "FR45732829320", {"vat_id"}),
        # A good number, of another firm.
        ("FR", "732829320", "FR40303265045", {"vat_id"}),
        ("FR", "732829320", "BE0428759497", {"vat_id"}),
        ("BE", "", "BE0428759497", set()),
        ("BE", "0428.759.497", "", set()),
        ("BE", "", "BE0428759498", {"vat_id"}),
        ("BE", "", "", {"register_number"}),
        ("DE", "HRB 12345 B", "", set()),
        ("DE", "", "DE136695976", set()),
        ("CH", "", "CHE-107.787.577 IVA", set()),
        ("FR", "🙂🙂🙂🙂", "", {"register_number"}),
        ("FR", "7" * 10_000, "", {"register_number"}),
    ],
)
def test_a_firm_is_known_by_numbers_whose_digits_add_up(country, register, vat, wrong):
    fields = {"country": country, "register_number": register, "vat_id": vat}
    fields |= {"FR": {}, "BE": {"postcode": "1000"}, "DE": {"postcode": "10115"}, "CH": {"postcode": "3003"}}[
        country
    ]
    if wrong:
        assert errors(**fields).keys() == wrong
    else:
        read(**fields)


def test_a_french_vat_number_ends_in_the_siren():
    assert read_vat_id("fr 40 303 265 045", "FR") == "FR40303265045"
    assert same_firm("30326504500011", "FR40303265045")
    assert not same_firm("732829320", "FR40303265045")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"postcode": "4400"}, "postcode"),
        ({"name": ""}, "name"),
        ({"contact": ""}, "contact"),
        ({"email": "ines@"}, "email"),
        ({"city": "x" * 10_000}, "city"),
        ({"street": "\x07"}, "street"),
        ({"country": "US"}, "country"),
        ({"payment": "cash"}, "payment"),
        ({"purchase_order": "9" * 81}, "purchase_order"),
        ({"wanted_on": "tomorrow"}, "wanted_on"),
        ({"wanted_on": "2026-11-23"}, "wanted_on"),
        ({"wanted_on": "2029-01-01"}, "wanted_on"),
        ({"wanted": "3 more laptops"}, "wanted"),
        ({"quantity-0": "-5"}, "quantity-0"),
        ({"quantity-0": "0"}, "quantity-0"),
        ({"quantity-0": ""}, "quantity-0"),
        ({"quantity-0": "٣"}, "quantity-0"),
        ({"quantity-0": "1e3"}, "quantity-0"),
        ({"quantity-0": "501"}, "quantity-0"),
        ({"quantity-0": "400", "spare-0": "101"}, "quantity-0"),
        ({"spare-0": "-1"}, "spare-0"),
        ({"battery-0": "101"}, "battery-0"),
        ({"storage-0": "lots"}, "storage-0"),
        ({"storage-0": "99999 TB"}, "storage-0"),
        ({"budget-0": "-3"}, "budget-0"),
        ({"budget-0": "=1+1"}, "budget-0"),
        ({"budget-0": "1000000"}, "budget-0"),
        ({"device-0": "", "words-0": ""}, "device-0"),
        ({"device-0": "m:x"}, "device-0"),
        ({"words-0": "x" * 121}, "words-0"),
        ({"text-0": "x" * 301, "read-0": "x" * 301}, "text-0"),
        ({"text-0": "13 iPhone 13"}, "text-0"),
        ({"wanted_on-0": "2020-01-01"}, "wanted_on-0"),
        ({"drop-0": "yes"}, "wanted"),
    ],
)
def test_what_cannot_be_has_a_sentence_at_its_field(fields, wrong):
    found = errors(**fields)
    assert list(found) == [wrong]
    assert found[wrong].endswith((".", ":", "FR2"))


def test_a_delivery_elsewhere_has_an_address_of_its_own():
    elsewhere = {"elsewhere": "yes", "delivery_street": "Rue Neuve 1", "delivery_postcode": "1000"}
    elsewhere |= {"delivery_city": "Bruxelles", "delivery_country": "BE", "delivery_name": ""}
    firm = read(**elsewhere).firm
    assert (firm.delivery_city, firm.delivery_country, firm.city) == ("Bruxelles", "BE", "Nantes")
    assert firm.delivery_name == firm.name
    assert errors(**elsewhere | {"delivery_postcode": "44000"}).keys() == {"delivery_postcode"}


def test_lines_beyond_the_most_are_no_lines():
    many = {f"{name}-{number}": value for number in range(60) for name, value in
            {"text": "iPhone", "read": "iPhone", "quantity": "1", "device": "m:7"}.items()}  # fmt: skip
    assert len(read(**many).wishes) == 50
