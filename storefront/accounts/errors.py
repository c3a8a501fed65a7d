"""What accounts refuse."""

from datetime import timedelta

from ..core.errors import Refused


class AccountRefused(Refused):
    """This can't be done with the account."""


class CodeGone(Refused):
    """A mailed code was used, has run out of time, or was guessed at too often."""


class TooManyTries(Refused):
    """Too many wrong tries: `wait` says how long none is taken."""

    def __init__(self, sentence: str, wait: timedelta) -> None:
        super().__init__(sentence)
        self.wait = wait
