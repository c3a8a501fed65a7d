"""The whole way from the database to the page, on made-up catalogues, against plain Python: every result set, count and
order, to the last page."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import Filters, Query, Results, Synonyms
from search.query import Sort
from storefront.catalog.finder import current_finder
from storefront.catalog.forms import PER_PAGE, SORTS
from storefront.catalog.rules import GRADES
from storefront.catalog.valuing import documents, offer_rows
from storefront.core.database import db
from tests.search.naive import Naive

from .made_up import BRANDS, CATEGORIES, COLOURS, STORAGES, MadeUp, catalogues, fill, titles
from .truth import Asked, all_goods, expected_cards, expected_counts, shown_cards, shown_counts, shown_total

SYNONYMS = Synonyms.read()
# One application for all examples of a test: each example fills it anew.
ONE_SHOP = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def some(values: tuple[Any, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    choices = [str(value) for value in values if value]
    chosen = st.lists(st.sampled_from(choices), min_size=1, max_size=2, unique=True).map(tuple)
    # Mostly nothing: with something chosen in each facet, hardly anything would ever be found.
    return st.one_of(st.just(()), st.just(()), st.just(()), chosen)


asked = st.builds(
    Asked,
    st.fixed_dictionaries(
        {
            "grade": some(GRADES),
            "category": some(CATEGORIES),
            "brand": some(BRANDS),
            "storage": some(STORAGES),
            "colour": some(COLOURS),
        }
    ),
    st.sampled_from((None, None, 100_00)),
    st.sampled_from((None, None, 150_00, 100_00)),
    st.sampled_from((None, None, 80, 90)),
)
# What is typed, and what it is searched as where the shop has the word.
texts = st.one_of(
    st.just(""), titles, st.sampled_from(("iphoen", "galxy 12", "phone", "notebook noir", "xyzzyq pro"))
)


def every_page(visitor: FlaskClient, query: dict[str, Any]) -> list[Any]:
    pages = [visitor.get("/search", query_string=query)]
    following = range(2, -(-shown_total(pages[0]) // PER_PAGE) + 1)
    return pages + [visitor.get("/search", query_string={**query, "page": number}) for number in following]


def filters_of(one: Asked) -> Filters:
    chosen: dict[str, Any] = {**one.choices, "storage": tuple(int(value) for value in one.choices["storage"])}
    return Filters(**chosen, min_price=one.min_price, max_price=one.max_price, battery_min=one.battery_min)


def naively(app: Flask, query: Query) -> tuple[Results, Results]:
    """What plain Python answers from the same rows, and what the engine does (for its correction)."""
    with app.app_context():
        finder = current_finder()
        naive = Naive(documents(), offer_rows(finder.turns), SYNONYMS)
        engine = finder.engine.search(query)
        found = naive.search(replace(query, text=engine.corrected or query.text))
        db.session.remove()
    return found, engine


@ONE_SHOP
@given(catalogues(), st.lists(asked, min_size=1, max_size=3))
def test_filters_show_what_the_database_has(app: Flask, goods: MadeUp, asking: list[Asked]) -> None:
    fill(app, goods)
    visitor, offered = app.test_client(), all_goods(app)
    for one in asking:
        pages = every_page(visitor, one.query())
        cards, counts = expected_cards(offered, one), expected_counts(offered, one)
        shown = [card for page in pages for card in shown_cards(page)][: len(cards)]
        assert shown_total(pages[0]) == len(cards)
        assert {((card.slug, card.grade), card.price) for card in shown} == {
            (card, featured.price) for card, featured in cards.items()
        }
        for name, choices in shown_counts(pages[0]).items():
            expected = {choice: count for choice, count in counts[name].items() if choice}
            assert choices == dict.fromkeys(one.choices[name], 0) | expected


@ONE_SHOP
@given(catalogues(), st.lists(st.tuples(texts, asked, st.sampled_from(SORTS)), min_size=1, max_size=3))
def test_words_filters_order_and_paging_are_exact(
    app: Flask, goods: MadeUp, asking: list[tuple[str, Asked, Sort]]
) -> None:
    fill(app, goods)
    visitor = app.test_client()
    for text, one, sort in asking:
        query = Query(text, filters_of(one), sort=sort, per_page=PER_PAGE)
        expected, engine = naively(app, query)
        pages = every_page(visitor, {"q": text, "sort": sort, **one.query()})
        assert shown_total(pages[0]) == expected.total
        for number, page in enumerate(pages, start=1):
            found, _ = naively(app, replace(query, page=number))
            if found.total:
                assert [card.sku for card in shown_cards(page)] == [str(hit.offer_id) for hit in found.hits]
        if expected.total:
            assert ("Results for <b>" in pages[0].text) == bool(engine.corrected)
            assert ("Nobody sells anything with" in pages[0].text) == bool(expected.unknown)
        if text and sort == "best":
            for before, after in pairwise(expected.hits):
                assert after.relevance * 0.75 <= before.relevance * (1 + 1e-6), "beyond the guard"
