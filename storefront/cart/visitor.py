"""Which cart belongs to this visitor: the token in the session, and the count that the pages' script shows."""

import secrets

from flask import Response, current_app, request, session

from ..config import current_settings
from ..house.rules import Zone
from ..house.running import current_house, home_zone
from .rules import KEPT_DAYS

_NAME = "cart"
_COUNTRY = "country"
COUNT_COOKIE = "cart_items"


def token() -> str | None:
    """The secret that opens the visitor's cart; none before the first thing was put into one."""
    value = session.get(_NAME)
    return value if isinstance(value, str) else None


def new_token() -> str:
    """192 bits that nobody guesses."""
    return secrets.token_urlsafe(24)


def remember(value: str) -> None:
    session.permanent = True
    session[_NAME] = value


def destination() -> tuple[str, Zone]:
    """Where the visitor's parcels go, as was last chosen at the checkout: to the shop's own country at first."""
    country = session.get(_COUNTRY, "")
    zone = current_house().tariff.zone_of(country)
    return (country, zone) if zone else (current_settings().shop.country, home_zone())


def goes_to(country: str) -> None:
    """Remember a country that was chosen, if parcels go there."""
    if country != destination()[0] and country in current_house().tariff.countries:
        session[_COUNTRY] = country


def keep_count(response: Response, count: int) -> Response:
    """Bring the readable cookie up to date, so that pages which are the same for everybody can show the count.

    It says how many units and nothing else, and is only set where it differs: no cookie before the first thing.
    """
    told = request.cookies.get(COUNT_COOKIE, "0")
    if told != str(count):
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        age = KEPT_DAYS * 86_400 if count else 0
        response.set_cookie(COUNT_COOKIE, str(count), max_age=age, samesite="Lax", secure=secure, path="/")
    return response
