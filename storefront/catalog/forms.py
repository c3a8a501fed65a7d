"""What a search asks for, read from its address. Nothing is an error: what can't be used is left out, and said."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import get_args

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from search import Filters, Query
from search.prices import price_wish
from search.query import Sort

from ..core.money import Money

SORTS: tuple[Sort, ...] = get_args(Sort)
PER_PAGE = 18
LONGEST_TEXT = 200
MOST_CHOICES = 40
LAST_PAGE = 5_000
# What no product has: stands for a storage that is no number.
NO_STORAGE = -2
_FACETS = ("grade", "category", "brand", "storage", "colour")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One search, checked. Prices are as typed (`min_price`) and in minor units (`query.filters`)."""

    query: Query
    parameters: tuple[tuple[str, str], ...]
    notices: tuple[str, ...] = ()
    min_price: str = ""
    max_price: str = ""

    def without(self, name: str, value: str | None = None) -> list[tuple[str, str]]:
        """The parameters without one filter, or one of its values; the page starts anew."""
        return [
            (key, text)
            for key, text in self.parameters
            if key != "page" and not (key == name and value in (None, text))
        ]

    def with_(self, name: str, value: str) -> list[tuple[str, str]]:
        """The parameters with `name` set to one value."""
        return [*self.without(name), (name, value)]


@dataclass
class _Reading:
    arguments: "MultiDict[str, str]"
    currency: str
    kept: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    wished: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        text = clean(self.arguments.get("q", ""))
        if len(text) > LONGEST_TEXT:
            text = text[:LONGEST_TEXT].rstrip()
            self.notices.append(
                _("That was long: we searched for the first %(count)d characters.", count=LONGEST_TEXT)
            )
        if "literal" not in self.arguments:
            text = self.priced(text)
        if text:
            self.kept.append(("q", text))
        return text

    def priced(self, text: str) -> str:
        """The text without the price in it, which becomes a filter like any other; one that was chosen goes first."""
        wish = price_wish(text)
        if not (self.arguments.get("min_price") or self.arguments.get("max_price")):
            self.wished = {"min_price": wish.low, "max_price": wish.high}
        return wish.text

    def choices(self, name: str) -> tuple[str, ...]:
        values = [clean(value)[:80] for value in self.arguments.getlist(name)[:MOST_CHOICES]]
        chosen = tuple(dict.fromkeys(value for value in values if value))
        self.kept.extend((name, value) for value in chosen)
        return chosen

    def price(self, name: str) -> tuple[str, int | None]:
        typed = self.wished.get(name) or clean(self.arguments.get(name, ""))[:20]
        if not typed:
            return "", None
        try:
            price = Money.parse(re.sub(r"[\s€]", "", typed), self.currency)
        except ValueError:
            self.notices.append(_("“%(typed)s” is not a price, so we left it out.", typed=typed))
            return "", None
        if price.minor < 0:
            self.notices.append(_("Prices start at 0, so we left out “%(typed)s”.", typed=typed))
            return "", None
        self.kept.append((name, typed))
        return typed, price.minor

    def number(self, name: str, low: int, high: int) -> int | None:
        typed = clean(self.arguments.get(name, ""))[:20]
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and low <= int(typed) <= high):
            self.notices.append(
                _(
                    "“%(typed)s” is not a number from %(low)d to %(high)d, so we left it out.",
                    typed=typed,
                    low=low,
                    high=high,
                )
            )
            return None
        self.kept.append((name, typed))
        return int(typed)


def read_search(
    arguments: "MultiDict[str, str]", *, currency: str, category: str | None = None
) -> SearchRequest:
    """Read a search; on a category's own page, `category` is the one of its path.

    Raises `LookupError` for a page that no search can have.
    """
    reading = _Reading(arguments, currency)
    text = reading.text()
    chosen = {name: reading.choices(name) for name in _FACETS if not (name == "category" and category)}
    low_text, low = reading.price("min_price")
    high_text, high = reading.price("max_price")
    if low is not None and high is not None and low > high:
        reading.notices.append(_("The lowest price was above the highest, so we swapped them."))
        low, high, low_text, high_text = high, low, high_text, low_text
        other = {"min_price": "max_price", "max_price": "min_price"}
        reading.kept = [(other.get(name, name), value) for name, value in reading.kept]
    filters = Filters(
        grade=chosen["grade"],
        category=(category,) if category else chosen["category"],
        brand=chosen["brand"],
        storage=_storages(chosen["storage"]),
        colour=chosen["colour"],
        min_price=low,
        max_price=high,
        battery_min=reading.number("battery_min", 1, 100),
    )
    query = Query(text=text, filters=filters, per_page=PER_PAGE, literal="literal" in arguments)
    return _placed(query, reading, low_text, high_text)


def _placed(query: Query, reading: _Reading, low: str, high: str) -> SearchRequest:
    """With the order and the page."""
    arguments = reading.arguments
    sort: Sort = next((known for known in SORTS if known == arguments.get("sort")), "best")
    if sort != "best":
        reading.kept.append(("sort", sort))
    if query.literal:
        reading.kept.append(("literal", "1"))
    page = _page(arguments.get("page", ""))
    if page > 1:
        reading.kept.append(("page", str(page)))
    return SearchRequest(
        query=replace(query, sort=sort, page=page),
        parameters=tuple(reading.kept),
        notices=tuple(reading.notices),
        min_price=low,
        max_price=high,
    )


def _storages(values: Iterable[str]) -> tuple[int, ...]:
    """A storage that is no number is one that no product has: it finds nothing, as any unknown choice."""
    return tuple(
        int(value) if value.isascii() and value.isdigit() and len(value) < 10 else NO_STORAGE
        for value in values
    )


def _page(typed: str) -> int:
    if not typed:
        return 1
    if not (typed.isascii() and typed.isdigit()) or len(typed) > 6 or not 1 <= int(typed) <= LAST_PAGE:
        raise LookupError(typed)
    return int(typed)


def clean(text: str) -> str:
    """One line of text without control characters, in composed form."""
    composed = unicodedata.normalize("NFC", text[:20_000])
    return " ".join("".join(c if c.isprintable() else " " for c in composed).split())
