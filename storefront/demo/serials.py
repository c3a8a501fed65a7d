"""Serial numbers of the demo shop's devices: believable ones, and nobody's.

An IMEI that begins with 00 is a test device's (GSMA TS.06, reporting body 00): no phone in anybody's pocket has one.
"""

from collections.abc import Iterator
from itertools import count

from stdnum import luhn

_TEST_TYPE = "00109900"
# Without a common divisor with the number of all numbers: each comes once before any comes again.
_STRIDE, _ALL = 387_421, 1_000_000


def _imei(number: int) -> str:
    digits = f"{_TEST_TYPE}{number:06d}"
    return digits + str(luhn.calc_check_digit(digits))


# A phone that was delivered and kept has this one, in every demo shop: what to type at `/repair`.
ONE_TO_TRY = _imei(123_456)


class Serials:
    """Hands out numbers, each once; the first kept phone gets the one to try."""

    def __init__(self) -> None:
        self.numbers: Iterator[int] = count(1)
        self.tried = False

    def next(self, category: str, *, kept: bool) -> str:
        """Another one for a device of this category; `kept` if it stays with its buyer."""
        if category == "smartphones" and kept and not self.tried:
            self.tried = True
            return ONE_TO_TRY
        number = next(self.numbers) * _STRIDE % _ALL
        return _imei(number) if category == "smartphones" else f"DEMO{number:06d}"
