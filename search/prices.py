"""Prices in the text of a query: "iphone moins de 300 €" asks for an iPhone, and for at most 300."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.analysis import MAX_QUERY_CHARS

_AMOUNT = r"(\d{1,6}(?:[.,]\d{1,2})?)"
_EUROS = r"\s?(?:€|euros?\b|eur\b)"
# Of two digits at least, and no other quantity: "under 14 inch", "moins de 20 kg".
_BARE = (
    r"(?<=\d\d)(?![\d.,]*\d|\w|\s?[\"”″'%°]|\s?(?:[gtm][bo]|gigas?|in|inch(?:es)?|pouces?|[cmk]?m|[km]?g|[mg]?hz|mah|mp|k?w|"
    r"watts?|c?l|litres?|liters?|db|ans?|years?|mois|months?|jours?|days?|h|heures?|hours?)\b)"
)
_MAX = r"max(?:imum|i)?\b"
_BELOW = r"\b(?:(?:à\s+)?moins\s+de|en\s+dessous\s+de|under|below|less\s+than|up\s+to|jusqu['’]\s?[àa])\s+"
_BETWEEN = re.compile(
    rf"\b(?:entre|between)\s+{_AMOUNT}(?:{_EUROS})?\s+(?:et|and)\s+{_AMOUNT}(?:{_EUROS}|{_BARE})",
    re.IGNORECASE,
)
_AT_MOST = (
    re.compile(rf"{_BELOW}{_AMOUNT}(?:{_EUROS}|{_BARE})(?:\s+{_MAX})?", re.IGNORECASE),
    # "pro max 256" names no price: here the currency must be there.
    re.compile(rf"\b{_MAX}\s+{_AMOUNT}{_EUROS}", re.IGNORECASE),
    re.compile(rf"\b{_AMOUNT}{_EUROS}\s+{_MAX}", re.IGNORECASE),
)


@dataclass(frozen=True, slots=True)
class PriceWish:
    """`text` without the price, and its ends as they were typed ("299,90"); empty where there is none."""

    text: str
    low: str = ""
    high: str = ""


def price_wish(text: str) -> PriceWish:
    """The price that a query asks for in words, in French or English. In euros, or the shop's currency if it says none.

    >>> price_wish("iphone 12 moins de 300 €")
    PriceWish(text='iphone 12', low='', high='300')
    """
    text = text[:MAX_QUERY_CHARS]
    between = _BETWEEN.search(text)
    if between:
        return PriceWish(_without(text, between), between.group(1), between.group(2))
    most = next((found for pattern in _AT_MOST if (found := pattern.search(text))), None)
    return PriceWish(_without(text, most), high=most.group(1)) if most else PriceWish(text)


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split())
