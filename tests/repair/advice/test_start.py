"""Page 1: which device, and what is wrong with it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from storefront.repair.advice.case import Case

from ...factories import make_brand, make_category, make_model


def query(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def test_the_first_page_asks_what_it_is(client):
    page = client.get("/repair")

    assert page.status_code == 200
    assert "/repair?category=smartphones" in page.text
    assert page.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in page.headers


def test_one_device_of_that_name_needs_no_choice(client, db_session):
    phone = make_model("Poche 7")
    make_model("Poche 8")

    answer = client.get("/repair?find=poche+7")

    assert answer.status_code == 303
    assert query(answer.headers["Location"]) == {"model": str(phone.id)}


def test_several_devices_are_a_choice_the_plainest_name_first(client, db_session):
    for name in ("Poche 7 Pro Max", "Poche 7", "Poche 7 Pro"):
        make_model(name)

    page = client.get("/repair?find=POCHE7").text

    places = [page.index(f">{name} <small>") for name in ("Poche 7", "Poche 7 Pro", "Poche 7 Pro Max")]
    assert places == sorted(places)


def test_a_brand_is_part_of_a_name(client, db_session):
    make_model("T480", brand_id=make_brand("Pensee").id, category_id=make_category("laptops").id)

    assert client.get("/repair?find=pensee+t480").status_code == 303


@pytest.mark.parametrize("typed", ["", "   ", "Ω 🙈 %", "x" * 5_000, "\x00\x07", "l'écran_100%"])
def test_whatever_is_typed_leads_on(client, typed):
    page = client.get("/repair", query_string={"find": typed})

    assert page.status_code == 200
    assert "category=laptops" in page.text


def test_a_device_that_nobody_knows_keeps_its_name(client):
    page = client.get("/repair?find=Grille-pain+<b>9000</b>")

    assert "device=Grille-pain+%3Cb%3E9000" in page.text
    assert "<b>9000" not in page.text


def test_faults_are_those_of_the_category(client, db_session):
    laptop = make_model("Pliant", category_id=make_category("laptops").id)

    page = client.get(f"/repair?model={laptop.id}&category=smartphones").text

    assert "The keyboard or touchpad fails" in page
    assert 'name="category" value="laptops"' in page
    assert 'value="sim"' not in page


@pytest.mark.parametrize(
    "address",
    [
        "/repair?category=hoverboards",
        "/repair?model=999999999999999999",
        "/repair?model=-1",
        "/repair?model=" + "9" * 40,
        "/repair?model=%D9%A3",
        "/repair?unit=nonsense&covered=nonsense",
        "/repair?unit=" + "a" * 30 + ".1",
    ],
)
def test_what_an_address_says_wrongly_is_left_out(client, address):
    page = client.get(address)

    assert page.status_code == 200
    assert "category=smartphones" in page.text


def test_answers_that_were_given_stand_there_again(client):
    case = Case(category="tablets", device="Ardoise", fault="battery", place_text="Nantes", firm=True)
    page = client.get("/repair", query_string=case.args()).text

    assert 'value="battery" required checked' in page
    assert 'value="Nantes"' in page
    assert 'value="firm" checked' in page
    assert "Ardoise" in page


CASES = [
    Case(category="tablets", fault="screen"),
    Case("laptops", 7, "Pliant 3", "keyboard", "44000", "BE", firm=True, unit="t" * 30 + ".4", covered="a.b"),
]


@pytest.mark.parametrize("case", CASES)
def test_a_case_survives_its_address(app, case):
    with app.test_request_context():
        assert Case.from_args(case.args()) == case


def test_a_long_story_is_cut_and_not_refused(app):
    with app.test_request_context():
        case = Case.from_args(
            {"category": "tablets", "fault": "other", "device": "é" * 10_000, "place": "🏡" * 10_000}
        )
    assert (len(case.device), len(case.place_text)) == (120, 80)
