"""Browsers that signed in to an account before: a cookie that lets nobody in, and says whose tries to count apart.

(OWASP calls it a device cookie.) Someone who tries thousands of passwords on an account slows down everybody but these.
"""

import secrets

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from .tries import keyed

COOKIE = "known"
_DAYS = 365
# A family's machine: more accounts than that are forgotten, the oldest first.
_MOST_ACCOUNTS = 5


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known-browser")


def _read() -> dict[str, str]:
    """Account (hashed) -> this browser's own number for it."""
    try:
        found = _signer().loads(request.cookies.get(COOKIE, ""))
    except BadData:
        return {}
    return found if isinstance(found, dict) else {}


def whose_tries(kind: str, account: str) -> str:
    """Under which name tries at `account` are counted: this browser's own if it was there before, else everybody's."""
    return keyed(kind, account, _read().get(_short(account), ""))


def is_known(account: str) -> bool:
    """Whether `account` was entered from this browser before."""
    return _short(account) in _read()


def remember(response: Response, account: str) -> Response:
    """Note that `account` was entered from this browser, and give it a fresh count."""
    accounts = {name: number for name, number in _read().items() if name != _short(account)}
    kept = dict(list(accounts.items())[1 - _MOST_ACCOUNTS :])
    kept[_short(account)] = secrets.token_urlsafe(12)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(
        COOKIE, _signer().dumps(kept), max_age=_DAYS * 86_400, httponly=True, samesite="Lax", secure=secure
    )
    return response


def _short(account: str) -> str:
    return keyed("known", account)[:16]
