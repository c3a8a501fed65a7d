"""The rules of accounts: where `next` may lead, which passwords are guessed first, how tries slow down."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import pytest

from storefront.accounts.passwords import common_passwords
from storefront.accounts.rules import LONGEST_PASSWORD, is_guessable, is_over, own_page, wait_after
from tests.factories import make_person
from tests.signing_in import sign_in

SHOP = "http://localhost/fr/sign-in"

HOSTILE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "\x00//evil.example",
    "\x01https://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "HTTPS:\\\\evil.example",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,evil",
    "http://localhost@evil.example",
    "http://localhost:pass@evil.example/",
    "//localhost\\@evil.example",
    "/%2f/evil.example",
    "/%5cevil.example",
    "/..//evil.example",
    "/.%2e//evil.example",
    "/./\\evil.example",
    "/ok\r\nLocation: https://evil.example",
    "/fr//evil.example",
    "/\u2028/evil.example",
    "/\uff0f/evil.example",
    "/a\\..\\..\\\\evil.example",
    "/" + "a" * 1_000,
    "evil.example",
    "?next=/",
    "",
]

OURS = [
    "/",
    "/account",
    "/fr/account?page=2&sort=price",
    "/orders/AbC-_123",
    "/search?q=caf%C3%A9+128",
    "/c/laptops?min_price=100&x=//evil.example",
    "/p/iphone-13,blue;128(gb)",
]


def resolved(address: str) -> str:
    """Where a browser goes (WHATWG URL): blanks at the ends, tabs and newlines go; a backslash is a slash."""
    address = re.sub(r"[\t\n\r]", "", address.strip("".join(map(chr, range(33)))))
    return urljoin(SHOP, address.replace("\\", "/"))


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_next_leads_nowhere(address):
    assert own_page(address) is None


def test_most_of_them_would_lead_away():
    """The control: if they were followed, a browser would leave."""
    away = [address for address in HOSTILE if urlsplit(resolved(address)).netloc != "localhost"]
    assert len(away) >= 15


@pytest.mark.parametrize("address", OURS)
def test_our_own_pages_are_led_to(address):
    assert own_page(address) == address
    assert urlsplit(resolved(address)).netloc == "localhost"


@pytest.mark.parametrize("address", HOSTILE)
def test_signing_in_stays_on_the_site(client, db_session, address):
    make_person("lou@example.com", password="four words in a row")
    page = client.get("/fr/sign-in", query_string={"next": address})
    fields = {"email": "lou@example.com", "password": "four words in a row"}
    entered = client.submit(page, "/sign-in", {**fields, "next": address})
    assert entered.status_code == 303
    assert resolved(entered.headers["Location"]) == "http://localhost/fr/account"
    already = client.get("/fr/sign-in", query_string={"next": address})
    assert resolved(already.headers["Location"]) == "http://localhost/fr/account"


def test_who_is_signed_in_goes_on_at_once(client, db_session):
    sign_in(client, make_person())
    assert client.get("/sign-in?next=/cart").headers["Location"] == "/cart"


@pytest.mark.parametrize(
    "password",
    [
        "lou.martin@example.com",
        "LOU.MARTIN@example.com",
        "lou.martin",
        "Lou.MartinLou.Martin",
        "1234567890",
        "Azertyuiop",
        "MotDePasse123",
        "aaaaaaaaaaaa",
        "ababababababab",
    ],
)
def test_what_guessers_try_first(password):
    assert is_guessable(password, email="lou.martin@example.com", common=common_passwords())


@pytest.mark.parametrize(
    "password", ["four words in a row", "bücherregal", "lou.martin 1987", "\U0001f40c\U0001f40d snails"]
)
def test_what_is_good_enough(password):
    assert not is_guessable(password, email="lou.martin@example.com", common=common_passwords())


def test_common_passwords_are_those_that_the_length_lets_through():
    found = common_passwords()
    assert len(found) > 150
    assert {len(password) for password in found} <= set(range(10, LONGEST_PASSWORD))
    assert {"password123", "azertyuiop", "motdepasse"} <= found


@pytest.mark.parametrize(
    ("wrong", "seconds"),
    [(0, 0), (4, 0), (5, 2), (6, 4), (7, 8), (13, 512), (14, 900), (10_000, 900)],
)
def test_tries_slow_down_up_to_a_quarter_of_an_hour(wrong, seconds):
    assert wait_after(wrong) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("began_days", "seen_hours", "roles", "over"),
    [
        (29, 500, (), False),
        (30, 0, (), True),
        (29, 500, ("business", "repairer"), False),
        (1, 11, ("operator",), False),
        (1, 12, ("operator",), True),
        (30, 0, ("operator",), True),
    ],
)
def test_when_a_session_is_over(began_days, seen_hours, roles, over):
    now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    began_at, seen_at = now - timedelta(days=began_days), now - timedelta(hours=seen_hours)
    assert is_over(began_at=began_at, seen_at=seen_at, roles=roles, now=now) is over
