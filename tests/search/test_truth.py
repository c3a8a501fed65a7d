"""Filters, counts and order against a naive implementation, on catalogues and queries that hypothesis makes up."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Document, Engine, Filters, OfferRow, Query, Results, Synonyms
from search.query import Sort

from .makers import GRADES, empty_engine, offer, product
from .naive import Naive

# Few values each, so that ties, empty results and full ones are all common.
WORDS = (
    "iphone",
    "galaxy",
    "12",
    "s21",
    "s21+",
    "128 go",
    "pro",
    "étui",
    "laptop",
    "portable",
    "noirs",
    "wi-fi",
    "gal",  # a word begun, where it comes last
)
BRANDS = ("Apple", "Samsung", "")
CATEGORIES = ("smartphones", "laptops", "audio")
COLOURS = ("black", "blue", None)
STORAGES = (64, 128, 1024, None)
PRICES = (5000, 10000, 15000, 20000)
BATTERIES = (None, 0, 80, 90, 100)

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)


@st.composite
def documents(draw: st.DrawFn, id: int) -> Document:
    return product(
        id,
        draw(texts),
        brand=draw(st.sampled_from(BRANDS)),
        model=draw(st.sampled_from(("iPhone 12", "Galaxy S21", ""))),
        description=draw(st.sampled_from(("", "charger and case for iphone 12, 13"))),
        category=draw(st.sampled_from(CATEGORIES)),
        category_words=draw(st.sampled_from(("", "téléphones phones"))),
        storage=draw(st.sampled_from(STORAGES)),
        colour=draw(st.sampled_from(COLOURS)),
        freshness=draw(st.integers(0, 2)),
    )


@st.composite
def offers(draw: st.DrawFn, id: int, product_id: int) -> OfferRow:
    return offer(
        id,
        product_id,
        grade=draw(st.sampled_from(GRADES)),
        price=draw(st.sampled_from(PRICES)),
        stock=draw(st.sampled_from((0, 1, 5))),
        value=draw(st.sampled_from((0.1, 0.4, 0.5, 0.9))),
        battery=draw(st.sampled_from(BATTERIES)),
        guarantee=draw(st.sampled_from((12, 24))),
    )


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[list[Document], list[OfferRow]]:
    products = [draw(documents(id)) for id in draw(st.sets(st.integers(1, 50), max_size=8))]
    known = [document.id for document in products]
    # Number 99 is never a product: an offer may come before its product does.
    owners = draw(st.lists(st.sampled_from([*known, 99]), max_size=24))
    rows = [draw(offers(place + 1, owner)) for place, owner in enumerate(owners)]
    return products, rows


def some(values: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from([value for value in values if value]), max_size=2, unique=True).map(tuple)


filters = st.builds(
    Filters,
    grade=some(GRADES),
    category=some((*CATEGORIES, "tvs")),
    brand=some((*BRANDS, "Nokia")),
    storage=some(STORAGES),
    colour=some(COLOURS),
    min_price=st.sampled_from((None, None, 0, 10000)),
    max_price=st.sampled_from((None, None, 15000, 4000)),
    battery_min=st.sampled_from((None, None, -1, 0, 80, 95)),
)
SORTS: st.SearchStrategy[Sort] = st.sampled_from(("best", "price", "-price", "newest", "guarantee"))
queries = st.builds(
    Query,
    text=st.just(""),
    filters=filters,
    sort=SORTS,
    page=st.integers(1, 3),
    per_page=st.sampled_from((1, 2, 5, 24)),
    literal=st.just(True),
)
SYNONYMS = Synonyms([["laptop", "ordinateur portable"], ["black", "noir"]], {"portable": ["laptop"]})


def columns_only() -> Engine:
    return empty_engine(Path("never-written"), SYNONYMS)


def agree(engine: Engine, naive: Naive, query: Query) -> None:
    found, expected = engine.search(query), naive.search(query)
    assert _rounded(found) == _rounded(expected)


def _rounded(results: Results) -> Results:
    """Relevance may differ in the last bits, as sums are made in another order.

    Neighbours, and words that were only begun, have tests of their own.
    """
    return replace(
        results,
        near=(),
        begun="",
        completed=(),
        hits=tuple(
            hit._replace(relevance=round(hit.relevance, 9), score=round(hit.score, 9)) for hit in results.hits
        ),
    )


@settings(max_examples=120, deadline=None)
@given(catalogues(), st.lists(queries, min_size=1, max_size=4))
def test_filters_counts_and_order_are_exact(
    catalogue: tuple[list[Document], list[OfferRow]], asked: list[Query]
) -> None:
    engine = columns_only()
    engine.load(*catalogue, upto=0)
    naive = Naive(*catalogue, SYNONYMS)
    for query in asked:
        agree(engine, naive, query)


@settings(max_examples=40, deadline=None)
@given(catalogues(), st.lists(st.tuples(queries, texts), min_size=1, max_size=6))
def test_words_filters_counts_and_order_are_exact(
    catalogue: tuple[list[Document], list[OfferRow]], asked: list[tuple[Query, str]]
) -> None:
    with TemporaryDirectory() as directory:
        engine = empty_engine(Path(directory), SYNONYMS)
        engine.load(*catalogue, upto=0)
        engine.rebuild(catalogue[0], upto=0)
        naive = Naive(*catalogue, SYNONYMS)
        for query, text in asked:
            agree(engine, naive, replace(query, text=text))


@st.composite
def stocked(draw: st.DrawFn) -> tuple[list[Document], list[OfferRow]]:
    """All in stock, all of the same value: pages are full, and much ties."""
    products = [draw(documents(id)) for id in range(1, draw(st.integers(2, 8)) + 1)]
    rows = [draw(offers(document.id, document.id)) for document in products]
    return products, [replace(row, stock=1, value=0.5) for row in rows]


@settings(max_examples=60, deadline=None)
@given(stocked(), SORTS)
def test_ties_fall_as_in_plain_python(catalogue: tuple[list[Document], list[OfferRow]], sort: Sort) -> None:
    engine = columns_only()
    engine.load(*catalogue, upto=0)
    agree(engine, Naive(*catalogue, SYNONYMS), Query(sort=sort, literal=True))


@settings(max_examples=40, deadline=None)
@given(stocked(), st.lists(texts, min_size=1, max_size=4), SORTS)
def test_whole_pages_of_words_are_exact(
    catalogue: tuple[list[Document], list[OfferRow]], asked: list[str], sort: Sort
) -> None:
    with TemporaryDirectory() as directory:
        engine = empty_engine(Path(directory), SYNONYMS)
        engine.load(*catalogue, upto=0)
        engine.rebuild(catalogue[0], upto=0)
        naive = Naive(*catalogue, SYNONYMS)
        for text in asked:
            agree(engine, naive, Query(text, sort=sort, literal=True))


@settings(max_examples=50, deadline=None)
@given(catalogues(), st.data())
def test_changes_leave_the_same_columns_as_loading_anew(
    catalogue: tuple[list[Document], list[OfferRow]], data: st.DataObject
) -> None:
    products, rows = {document.id: document for document in catalogue[0]}, catalogue[1]
    engine = columns_only()
    engine.load(products.values(), rows, upto=0)
    for step in range(data.draw(st.integers(1, 4))):
        verb = data.draw(st.sampled_from(("offers", "put", "remove")))
        id = data.draw(st.sampled_from([*products, 7, 99]))
        if verb == "offers":
            newer = [
                data.draw(offers(1000 * (step + 1) + place, id))
                for place in range(data.draw(st.integers(0, 3)))
            ]
            engine.replace_offers([id], newer)
            rows = [row for row in rows if row.product_id != id] + newer
        elif verb == "put":
            products[id] = data.draw(documents(id))
            engine.put_documents([products[id]])
        else:
            products.pop(id, None)
            rows = [row for row in rows if row.product_id != id]
            engine.remove_documents([id])
    agree(engine, Naive(products.values(), rows, SYNONYMS), data.draw(queries))


@settings(max_examples=50, deadline=None)
@given(catalogues(), queries)
def test_a_count_is_what_choosing_gives(
    catalogue: tuple[list[Document], list[OfferRow]], query: Query
) -> None:
    engine = columns_only()
    engine.load(*catalogue, upto=0)
    for facet, counts in engine.search(query).facets.items():
        for choice, number in counts:
            chosen: dict[str, Any] = {facet: (choice,)}
            assert engine.search(replace(query, filters=replace(query.filters, **chosen))).total == number


@settings(max_examples=50, deadline=None)
@given(catalogues(), queries)
def test_without_says_what_each_filter_costs(
    catalogue: tuple[list[Document], list[OfferRow]], query: Query
) -> None:
    engine = columns_only()
    engine.load(*catalogue, upto=0)
    assert engine.without(query) == [
        (name, engine.search(replace(query, filters=query.filters.dropping(name))).total)
        for name in query.filters.active()
    ]


@pytest.mark.parametrize("page", [1, 2, 10**20])
def test_pages_beyond_the_last_are_empty(page: int) -> None:
    engine = columns_only()
    engine.load([product(1)], [offer(1, 1)], upto=0)
    results = engine.search(Query(page=page))
    assert (results.total, len(results.hits)) == (1, 1 if page == 1 else 0)
