"""The results page: what the search found, with the ways to narrow, widen and turn it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from search import Filters, IndexDamaged, Query, Results

from ..config import current_settings
from ..core.database import db
from ..core.money import Money
from ..core.templating import address, money
from .cards import rendered_cards
from .finder import current_finder
from .forms import NO_STORAGE, SORTS, SearchRequest
from .labels import colour_label, facet_label, grade_label, sort_label, storage_label
from .models import Category, Product
from .queries import Shelf, from_trusted_sellers
from .rules import GRADES
from .shown import Choice, Facet, Pill, ResultsPage, WayOut
from .titles import category_name

# Facets as the page shows them, from the one that most people turn first.
FACETS = ("grade", "category", "brand", "storage", "colour")
# How many ways out a page without results offers, and how many cards instead.
MOST_WAYS_OUT = 5
SUGGESTED = 6
# Among how many cards those of trusted sellers are looked for.
LOOKED_AT = 60


def results_page(request: SearchRequest, category: Category | None) -> ResultsPage | None:
    """Everything `/search` or `/c/<category>` shows; `None` for a page beyond the last one."""
    generation = current_finder().catch_up()
    results, limited = _search(request.query)
    if request.query.page > _pages(results, request.query):
        return None
    return _Page(request, category, results, _Names(current_finder().shelves), limited).shown(generation)


def _search(query: Query) -> tuple[Results, bool]:
    """The results, and whether the search was limited: with no text index, titles are looked up in the database."""
    engine = current_finder().engine
    try:
        return engine.search(query), False
    except IndexDamaged:
        current_finder().words_lost()
        return engine.search(replace(query, among=tuple(products_called(query.text)))), True


def products_called(text: str) -> list[int]:
    """Products whose title has all words of `text`; one SQL statement, for when there is no index."""
    statement = select(Product.id).limit(2_000)
    for word in text.split()[:8]:
        statement = statement.where(Product.title.icontains(word, autoescape=True))
    return list(db.session.scalars(statement))


class _Names:
    """What the choices of facets are called in the reader's language."""

    def __init__(self, shelves: Iterable[Shelf]) -> None:
        self.categories = {shelf.slug: category_name(shelf) for shelf in shelves}

    def of(self, facet: str, value: str | int) -> str:
        if facet == "grade":
            return grade_label(str(value))
        if facet == "storage":
            return storage_label(int(value)) if isinstance(value, int) and value > 0 else str(value)
        if facet == "colour":
            return colour_label(str(value))
        if facet == "category":
            return self.categories.get(str(value), str(value))
        return str(value)


@dataclass(frozen=True)
class _Page:
    """The parts of the page, from one search."""

    request: SearchRequest
    category: Category | None
    results: Results
    names: _Names
    limited: bool

    def shown(self, generation: int) -> ResultsPage:
        query, results = self.request.query, self.results
        pages = _pages(results, query)
        return ResultsPage(
            heading=self.heading(),
            text=query.text,
            action=self.action,
            total=results.total,
            cards=rendered_cards([hit.offer_id for hit in results.hits], generation),
            facets=tuple(facet for name in FACETS if (facet := self.facet(name))),
            pills=tuple(self.pills()),
            clear_url=address(self.action, self.words()),
            min_price=self.request.min_price,
            max_price=self.request.max_price,
            battery_min=str(query.filters.battery_min or ""),
            sort=query.sort,
            sorts=tuple((sort, sort_label(sort)) for sort in SORTS),
            page=query.page,
            pages=pages,
            previous_url=self.page_url(query.page - 1) if query.page > 1 else "",
            next_url=self.page_url(query.page + 1) if query.page < pages else "",
            corrected=results.corrected or "",
            literal=query.literal,
            literal_url=address(self.action, self.request.with_("literal", "1")),
            relaxed=results.relaxed,
            unknown=results.unknown,
            begun=results.begun,
            completed=results.completed,
            near=tuple(self.near()),
            ways_out=tuple(self.ways_out()) if not results.total else (),
            suggested=() if results.total else self.suggested(generation),
            suggested_near=bool(results.near),
            limited=self.limited,
            notices=self.request.notices,
            canonical=address(self.action, self.canonical()),
        )

    @property
    def action(self) -> str:
        if self.category is None:
            return url_for("catalog.search")
        return url_for("catalog.category", slug=self.category.slug)

    def heading(self) -> str:
        if self.request.query.text:
            return _("Results for “%(text)s”", text=self.results.corrected or self.request.query.text)
        return category_name(self.category) if self.category else _("All devices")

    def canonical(self) -> list[tuple[str, str]]:
        """Filters and orders are views of one page; only the words and the page make another."""
        return [(name, value) for name, value in self.request.parameters if name in ("q", "page")]

    def words(self) -> list[tuple[str, str]]:
        """What was searched for, without filters and order."""
        return [(name, value) for name, value in self.request.parameters if name in ("q", "literal")]

    def facet(self, name: str) -> Facet | None:
        if name == "category" and self.category:
            return None
        chosen = {choice for choice in self.request.query.filters.chosen(name) if choice != NO_STORAGE}
        counts = dict(self.results.facets[name])
        values = sorted(
            {*(value for value, count in counts.items() if count), *chosen}, key=_order(name, counts)
        )
        choices = tuple(
            Choice(str(value), self.names.of(name, value), counts.get(value, 0), value in chosen)
            for value in values
        )
        return Facet(name, facet_label(name), choices) if choices else None

    def pills(self) -> Iterator[Pill]:
        for name, value in self.request.parameters:
            label = self.pill_label(name, value)
            if label:
                yield Pill(label, address(self.action, self.request.without(name, value)))

    def pill_label(self, name: str, value: str) -> str:
        if name in FACETS:
            return self.names.of(name, int(value) if name == "storage" and value.isdigit() else value)
        minor = getattr(self.request.query.filters, name, None)
        if name in ("min_price", "max_price") and minor is not None:
            price = money(Money(minor, current_settings().shop.currency))
            return (
                _("from %(price)s", price=price) if name == "min_price" else _("up to %(price)s", price=price)
            )
        return _("battery %(percent)s %% or more", percent=value) if name == "battery_min" else ""

    def page_url(self, page: int) -> str:
        return address(
            self.action, self.request.with_("page", str(page)) if page > 1 else self.request.without("page")
        )

    def near(self) -> Iterator[WayOut]:
        """Neighbours of what nobody sells, the nearest first, with how many cards have all the words of each."""
        for text in self.results.near:
            # On a page of one card, any word is enough only where no card has all.
            query = replace(self.request.query, text=text, page=1, per_page=1, literal=True)
            found = current_finder().engine.search(query)
            count = 0 if found.relaxed else found.total
            if count:
                url = address(self.action, self.request.with_("q", text))
                yield WayOut(_("“%(text)s” instead", text=text), count, url)

    def ways_out(self) -> Iterator[WayOut]:
        """Each filter in the way, with how many cards there are without it."""
        try:
            fewer = current_finder().engine.without(self.request.query)
        except IndexDamaged:
            return
        for name, count in sorted(fewer, key=lambda item: -item[1])[:MOST_WAYS_OUT]:
            if count and not (name == "category" and self.category):
                yield WayOut(
                    _("without “%(filter)s”", filter=self.filter_label(name)), count, self.url_without(name)
                )

    def filter_label(self, name: str) -> str:
        if name in FACETS:
            return facet_label(name)
        return _("price") if name == "price" else _("battery")

    def url_without(self, name: str) -> str:
        keys = {"price": ("min_price", "max_price"), "battery": ("battery_min",)}.get(name, (name,))
        return address(
            self.action, [pair for pair in self.request.parameters if pair[0] not in (*keys, "page")]
        )

    def suggested(self, generation: int) -> tuple[Markup, ...]:
        """The nearest thing, or else the best value of the category or the shop, when nothing was found."""
        filters = Filters(category=(self.category.slug,) if self.category else ())
        engine = current_finder().engine
        if self.results.near:
            best = engine.search(Query(self.results.near[0], filters, per_page=SUGGESTED))
            return rendered_cards([hit.offer_id for hit in best.hits], generation)
        offers = [hit.offer_id for hit in engine.search(Query(filters=filters, per_page=LOOKED_AT)).hits]
        trusted = from_trusted_sellers(offers)
        return rendered_cards([offer for offer in offers if offer in trusted][:SUGGESTED], generation)


def _order(name: str, counts: dict[str | int, int]) -> Callable[[str | int], Any]:
    """Grades from the best, storages from the smallest, all else by how many there are."""
    if name == "grade":
        return lambda value: GRADES.index(str(value)) if value in GRADES else len(GRADES)
    if name == "storage":
        return lambda value: value
    return lambda value: (-counts.get(value, 0), str(value))


def _pages(results: Results, query: Query) -> int:
    return max(1, ceil(results.total / query.per_page))
