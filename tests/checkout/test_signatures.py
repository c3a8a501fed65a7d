import json
from datetime import UTC, datetime, timedelta

import pytest

from storefront.checkout.payments.signatures import Event, Forged, read, sign

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = "whsec_test"
BODY = json.dumps(
    {"id": "evt_1", "type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}}
).encode()


def signed(body: bytes = BODY, secret: str = SECRET, age: timedelta = timedelta()) -> str:
    return sign(body, secret, int((NOW - age).timestamp()))


def test_stripes_own_sdk_agrees_on_the_signature():
    from stripe import WebhookSignature  # the only test that needs it

    header = sign(BODY, SECRET, int(NOW.timestamp()))
    assert WebhookSignature.verify_header(BODY.decode(), header, SECRET, tolerance=None)


def test_a_signed_event_is_read():
    assert read(BODY, signed(), SECRET, now=NOW) == Event("evt_1", "checkout.session.completed", "cs_1")


def test_one_of_several_signatures_is_enough():
    """While a secret is being changed, Stripe signs with both."""
    old = signed(secret="whsec_old").replace("t=", "v0=abc,t=")
    both = f"{old},{signed().partition(',')[2]}"
    assert read(BODY, both, SECRET, now=NOW).id == "evt_1"


@pytest.mark.parametrize(
    "age", [timedelta(), timedelta(minutes=59), timedelta(minutes=-59), timedelta(seconds=400)]
)
def test_a_clock_may_be_wrong_by_an_hour_both_ways(age):
    assert read(BODY, signed(age=age), SECRET, now=NOW).id == "evt_1"


@pytest.mark.parametrize("age", [timedelta(minutes=61), timedelta(minutes=-61), timedelta(days=-365)])
def test_but_not_by_more(age):
    with pytest.raises(Forged, match="too old"):
        read(BODY, signed(age=age), SECRET, now=NOW)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        "t=abc,v1=abc",
        "v1=abc",
        f"t={int(NOW.timestamp())}",
        f"t={int(NOW.timestamp())},v1=é",
        f"t={'9' * 400},v1=abc",
        signed(secret="whsec_other"),
        signed(BODY + b" "),
    ],
)
def test_what_is_not_signed_by_our_secret_is_refused(header):
    with pytest.raises(Forged):
        read(BODY, header, SECRET, now=NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"id": "evt_1"}',
        b'{"id": 1, "type": "x", "data": {"object": {}}}',
        b'{"id": "a\\u0000b", "type": "x", "data": {"object": {}}}',
        b'{"id": "evt_1", "type": "x", "data": {"object": []}}',
        b'{"id": "' + b"e" * 300 + b'", "type": "x", "data": {"object": {}}}',
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(body):
    with pytest.raises(Forged):
        read(body, signed(body), SECRET, now=NOW)
