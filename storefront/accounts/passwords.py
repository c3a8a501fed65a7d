"""Passwords: argon2, a few at a time, and as slow for a stranger as for a friend."""

import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import cast

from flask import current_app
from flask_babel import gettext as _
from werkzeug.exceptions import ServiceUnavailable

from ..config import current_settings

# OWASP's Password Storage Cheat Sheet (2024) for argon2id: 19 MiB, 2 passes, 1 lane. About 30 ms of one core.
MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
# The hash of a password that nobody knows, checked for names that nobody has, and made with the same parameters.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$9j16gwdVqu9iW+ZrEv3q8Q$lHZGoU7i2os99Li2hZNa+nri39nT9xKPsj909CcxUzs"
# How long somebody waits for a turn before being told that the shop is busy (seconds).
PATIENCE = 5.0

_COMMON = Path(__file__).with_name("common_passwords.txt")


def normalized(typed: str) -> str:
    """One spelling for what looks the same on two keyboards (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", typed)


@cache
def common_passwords() -> frozenset[str]:
    """Passwords of ten characters and more that are tried first, in small letters."""
    lines = _COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("# "))


def hash_password(password: str) -> str:
    """What is kept of a password. Raises `ServiceUnavailable` (503) when too many people want one at once."""
    with _turns().take():
        return _hasher().hash(normalized(password))


def fits(password: str, password_hash: str) -> bool:
    """Whether the password is the one of this hash. An empty hash fits nothing, and takes as long to say so.

    Raises `ServiceUnavailable` (503) when too many people want to know at once.
    """
    from argon2.exceptions import VerifyMismatchError  # with `_hasher`

    with _turns().take():
        try:
            known = _hasher().verify(password_hash or NOBODY, normalized(password))
        except VerifyMismatchError:
            return False
    return known and bool(password_hash)


def is_dated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


@cache
def _hasher() -> "PasswordHasher":  # type: ignore[name-defined]  # noqa: F821
    # Here, since most processes (commands, shoppers' pages) never need it.
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


class Turns:
    """At most `at_once` hash at a time and at most `waiting` wait: the other threads answer shoppers meanwhile."""

    def __init__(self, *, at_once: int, waiting: int, patience: float = PATIENCE) -> None:
        self._room = threading.BoundedSemaphore(at_once + waiting)
        self._turn = threading.BoundedSemaphore(at_once)
        self._patience = patience

    @contextmanager
    def take(self) -> Iterator[None]:
        """Raises `ServiceUnavailable` (503) when too many wait, or when it takes too long."""
        if not self._room.acquire(blocking=False):
            raise _busy()
        try:
            if not self._turn.acquire(timeout=self._patience):
                raise _busy()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._room.release()


def turns_for(*, cores: int, workers: int, threads: int) -> Turns:
    """One hash for each core among all `workers`, and never more than half of a worker's `threads` kept busy by it."""
    at_once = max(1, cores // workers)
    return Turns(at_once=at_once, waiting=max(1, threads // 2 - at_once))


def _turns() -> Turns:
    turns = current_app.extensions.get("password_turns")
    if turns is None:
        server = current_settings().server
        made = turns_for(cores=os.cpu_count() or 1, workers=server.workers, threads=server.threads)
        turns = current_app.extensions.setdefault("password_turns", made)
    return cast(Turns, turns)


def _busy() -> ServiceUnavailable:
    return ServiceUnavailable(
        _("Many people sign in at this moment. Please try again in a few seconds."), retry_after=5
    )
