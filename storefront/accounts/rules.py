"""What holds for people's accounts: roles, passwords, how long things last, how wrong tries slow down."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import unquote

# Being a seller is a membership, kept with the sellers; being a customer needs no role.
ROLES = ("business", "repairer", "operator")

# NIST SP 800-63B (2017, 5.1.1.2) asks for 8 characters and no rules of composition; we ask for two more.
SHORTEST_PASSWORD = 10
# Hashing takes what it is given: a bound keeps a megabyte of "password" from being work for us.
LONGEST_PASSWORD = 200

# What a mailed code is for.
SIGN_UP, NEW_PASSWORD, NEW_MAIL = PURPOSES = ("sign-up", "new-password", "new-mail")
CODE_LASTS = timedelta(minutes=30)
# 5 of 100,000,000 codes: a guesser needs 20 million mails for an even chance of one.
CODE_TRIES = 5

SIGN_IN_LASTS = timedelta(days=30)
# Whoever runs the shop and leaves the browser open is signed out by the next morning.
OPERATOR_IDLE = timedelta(hours=12)
# A session's "last seen" is no finer than this, so that looking at a page is seldom a write.
SEEN_EVERY = timedelta(minutes=10)
# Time to open the app on the phone, between the password and the second factor.
SECOND_FACTOR_WITHIN = timedelta(minutes=10)

FREE_TRIES = 4
LONGEST_WAIT = timedelta(minutes=15)
# Wrong tries older than this are forgotten.
TRIES_KEPT = timedelta(hours=24)

LONGEST_NEXT = 1_000
_PATH = re.compile(r"/[A-Za-z0-9/_.~%:;,@!$&'()*+=-]*(\?[A-Za-z0-9/_.~%:;,@!$&'()*+=?-]*)?")


def wait_after(wrong: int) -> timedelta:
    """How long no try is taken after so many wrong ones: 4 are free, then 2, 4, 8 ... seconds, at most 15 minutes.

    >>> [wait_after(wrong).seconds for wrong in (4, 5, 6, 10, 13, 14, 100)]
    [0, 2, 4, 64, 512, 900, 900]
    """
    if wrong <= FREE_TRIES:
        return timedelta(0)
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(wrong - FREE_TRIES, 20)))


def is_over(*, began_at: datetime, seen_at: datetime, roles: Collection[str], now: datetime) -> bool:
    """Whether a session has lasted long enough."""
    if now - began_at >= SIGN_IN_LASTS:
        return True
    return "operator" in roles and now - seen_at >= OPERATOR_IDLE


def is_guessable(password: str, *, email: str, common: Collection[str]) -> bool:
    """Whether anybody would try this password first: a common one, the address, one letter again and again."""
    folded = password.casefold()
    name = email.partition("@")[0]
    return folded in common or folded in (email, name, name * 2) or len(set(folded)) < 3


def own_page(address: str) -> str | None:
    """`address` if it can only lead to a page of this shop, whatever a browser makes of it; else nothing.

    Browsers drop tabs and newlines, take `\\` for `/`, and a leading `//` for another host, so that nothing passes but
    plain characters, and no `//` nor dots for steps up, written out or as `%2F` and `%2E`.
    """
    if len(address) > LONGEST_NEXT or not _PATH.fullmatch(address):
        return None
    path = unquote(address.partition("?")[0])
    steps = path.replace("\\", "/").split("/")
    if "" in steps[1:-1] or not {".", ".."}.isdisjoint(steps) or not path.isprintable():
        return None
    return address
