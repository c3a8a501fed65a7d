"""One search over one state: find by text, filter and count, put in order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from search.analysis import MAX_QUERY_CHARS
from search.columns import Ints
from search.explaining import ExplainedHit, Explanation, explained, phrases
from search.facets import Selected, select
from search.postings import Floats
from search.query import Having, Hit, Query, Results
from search.ranking import blend, contenders_by_tier, descending, first_places
from search.state import Found, State


def search(state: State, query: Query) -> Results:
    """Raises ValueError for an unknown sort."""
    found = _find(state, query)
    selected = select(state, query.filters, found.cards)
    return Results(
        total=len(selected.cards),
        hits=_page(state, found, selected, query),
        facets=selected.facets,
        corrected=found.corrected,
        relaxed=found.relaxed,
        price_range=_price_range(state, selected),
        near=found.meaning.near,
        unknown=found.meaning.unknown,
        begun=found.meaning.begun,
        completed=found.meaning.completed,
    )


def without(state: State, query: Query) -> list[tuple[str, int]]:
    """For each active filter how many cards there would be without it."""
    found = _find(state, query)
    filters = query.filters
    return [
        (name, len(select(state, filters.dropping(name), found.cards).cards)) for name in filters.active()
    ]


def having(state: State, typed: str) -> Having:
    """The products that have all words of a text, nothing corrected; of a text without words, none."""
    if state.text is None or not typed.strip():
        return Having(frozenset())
    meaning = state.text.meaning(typed)
    rows = state.text.rows.all_words(meaning.groups).rows
    return Having(frozenset(state.products.ids[rows].tolist()), meaning.unknown)


def explain(state: State, query: Query, places: int) -> Explanation:
    """The parts of the first `places` scores."""
    results = search(state, replace(query, per_page=max(places, query.per_page)))
    text = state.text
    if text is None or not query.text.strip():
        hits = tuple(ExplainedHit(hit, (), 1.0) for hit in results.hits[:places])
        return Explanation(None, False, (), results.total, (), (), hits)
    meaning = text.meaning(results.corrected or query.text[:MAX_QUERY_CHARS])
    rows = state.products.rows_of(np.array([hit.product_id for hit in results.hits[:places]], np.int64))
    return Explanation(
        corrected=results.corrected,
        relaxed=results.relaxed,
        near=results.near,
        total=results.total,
        understood=tuple(phrases(group) for group in meaning.groups),
        unheard=tuple(phrases(group) for group in meaning.unheard),
        hits=tuple(
            explained(hit, meaning.groups, int(row), text.rows, text.snapshot)
            for hit, row in zip(results.hits, rows, strict=False)
        ),
    )


def _find(state: State, query: Query) -> Found:
    if query.among is not None:
        rows = state.products.rows_of(np.array(sorted(set(query.among)), np.int64))
        return Found(state.cards.of_products(rows[rows >= 0]))
    if not query.text.strip():
        return Found(None)
    return state.find(query.text[:MAX_QUERY_CHARS], query.literal, query.per_page)


def _page(state: State, found: Found, selected: Selected, query: Query) -> tuple[Hit, ...]:
    tiers, leading = _tiers(state, found, selected, query), _leading(state, found, selected, query)
    start = (query.page - 1) * query.per_page
    places = min(start + query.per_page, len(leading))
    if start >= places:
        return ()
    at = contenders_by_tier(tiers, leading, places)
    relevance, value, score = _scores(state, found, selected, at)
    # What still ties stays by product id, then grade.
    keys = [descending(leading[at]), descending(score), -state.cards.freshness[selected.cards[at]]]
    if tiers is not None:
        keys.insert(0, -tiers[at])
    page = first_places(keys, places)[start:]
    shows, offers, grades = selected.shows[at[page]], state.offers, state.choices["grade"].values
    columns = (
        offers.id[shows],
        offers.product_id[shows],
        offers.grade[shows],
        offers.price[shows],
        relevance[page],
        value[page],
        score[page],
    )
    return tuple(
        Hit(offer_id, product_id, str(grades[grade - 1]), *numbers)
        for offer_id, product_id, grade, *numbers in zip(
            *(column.tolist() for column in columns), strict=True
        )
    )


def _tiers(state: State, found: Found, selected: Selected, query: Query) -> Ints | None:
    """What goes before any order but the best match's, the more words the better: whoever sorts by price wants the
    cheapest of what was asked for, not the cheapest thing that has one of the words. None: all are equal."""
    if state.text is None or not found.relaxed or query.sort == "best":
        return None
    return state.text.rows.words_had(state.cards.product[selected.cards], found.meaning.groups)


def _leading(state: State, found: Found, selected: Selected, query: Query) -> Floats | Ints:
    """What cards of a tier are sorted by before anything else, the higher the better."""
    if query.sort == "best":
        return _scores(state, found, selected, slice(None))[-1]
    if query.sort == "newest":
        return state.cards.freshness[selected.cards]
    if query.sort == "guarantee":
        return state.offers.guarantee[selected.shows].astype(np.int64)
    if query.sort == "price":
        return -state.offers.price[selected.shows]
    if query.sort == "-price":
        return state.offers.price[selected.shows]
    raise ValueError(f"unknown sort {query.sort!r}")


def _scores(
    state: State, found: Found, selected: Selected, at: Ints | slice
) -> tuple[Floats, Floats, Floats]:
    """Relevance, value and score of the selected cards at these places."""
    value = state.offers.list_value[selected.shows[at]]
    if found.relevance is None:
        return np.zeros(len(value)), value, value
    relevance = found.relevance[state.cards.product[selected.cards[at]]]
    return relevance, value, blend(relevance, value)


def _price_range(state: State, selected: Selected) -> tuple[int, int] | None:
    prices = state.offers.price[selected.at_any_price]
    return (int(prices.min()), int(prices.max())) if len(prices) else None
