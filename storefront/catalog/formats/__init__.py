"""The files that offers come in: the shop's own and those of other shop systems, told apart by their headers.

A format turns each row of its file into a row of the native one; what the native file can hold is then checked once, by
`offer_file`. `docs/moving-in.md` is their description.
"""

from collections.abc import Sequence

from .backmarket import FORMAT as BACK_MARKET
from .google import FORMAT as GOOGLE
from .native import FORMAT as NATIVE
from .reading import Format, Options
from .shopify import FORMAT as SHOPIFY
from .woocommerce import FORMAT as WOOCOMMERCE

# A header is taken for the first that knows it; the native one, last, takes them all and says what is missing.
FORMATS: tuple[Format, ...] = (SHOPIFY, WOOCOMMERCE, BACK_MARKET, GOOGLE, NATIVE)


def format_of(header: Sequence[str]) -> Format:
    """The format of a file with this header (names in small letters)."""
    names = frozenset(header)
    return next(kind for kind in FORMATS if kind.recognises(names))


__all__ = ["FORMATS", "Format", "Options", "format_of"]
