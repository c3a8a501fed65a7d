"""From a serial number to the device and its guarantee: never to whose it is."""

from urllib.parse import unquote

import pytest

from tests.forging import forged

from .test_advice import delivered


def looked_up(client, serial: str):
    return client.submit(client.get("/repair"), "/repair/serial", {"serial": serial})


def test_a_number_leads_to_the_device_and_tells_nothing_else(client, db_session):
    order = delivered(100)
    db_session.commit()

    answer = looked_up(client, "C02XK1ABJG5H")
    page = client.get(answer.headers["Location"])

    assert answer.status_code == 303
    told = unquote(answer.headers["Location"]) + page.text
    for secret in ("C02XK1ABJG5H", order.token, order.number, order.email, order.name, order.city):
        assert secret not in told
    assert "under guarantee until" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_dates_that_somebody_made_up_are_none(client, db_session):
    delivered(100)
    address = looked_up(client, "C02XK1ABJG5H").headers["Location"]
    dates = unquote(address).partition("covered=")[2]

    for made_up in (
        forged(dates),
        "x" + dates[1:],
        dates * 3,
        "WzgwMDAwMCww.a.b",
    ):
        page = client.get("/repair", query_string={"category": "smartphones", "covered": made_up})
        assert page.status_code == 200
        assert "guarantee until" not in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "4 to 40 letters and digits"),
        ("abc", "4 to 40 letters and digits"),
        ("🙈" * 20, "4 to 40 letters and digits"),
        ("9" * 10_000, "4 to 40 letters and digits"),
        # Two digits of 490154203237518 have changed places.
        ("490154203273518", "The last digit of this IMEI"),
        ("49 0154 20-323751 9", "The last digit of this IMEI"),
        ("490154203237518", "We don&#39;t know this number"),
        ("NOSUCHNUMBER", "We don&#39;t know this number"),
    ],
)
def test_a_number_that_leads_nowhere_says_why(client, typed, said):
    page = looked_up(client, typed)

    assert page.status_code == 422
    assert said in page.text
    assert "category=smartphones" in page.text, "there is a way on"
    if len(typed) < 60:
        assert f'value="{" ".join(typed.split())}"' in page.text


def test_what_came_back_is_nobodys(client, db_session):
    order = delivered(5)
    line = order.parcels[0].lines[0]
    line.withdrawn_at = line.returned_at = order.placed_at

    assert looked_up(client, "C02XK1ABJG5H").status_code == 422


def test_numbers_are_not_tried_one_after_the_other(make_app):
    client = make_app(REBELOTE_LIMITS_LOOKUPS="3").test_client()

    answers = [client.post("/repair/serial", data={"serial": f"ABCD{n}"}).status_code for n in range(5)]

    assert answers == [422, 422, 422, 429, 429]
