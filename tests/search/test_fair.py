"""What fairness asks of a whole search: properties over catalogues that hypothesis makes up."""

from itertools import combinations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from search import Document, Hit, OfferRow, Query
from search.ranking import LAM

from .makers import engine_with, offer, product

TITLES = (
    "iPhone 12",
    "iPhone 12 mini",
    "case for iPhone 12 and 13",
    "iPhone",
    "Galaxy 12",
    "12 iPhone iPhone",
)

goods = st.lists(
    st.tuples(st.sampled_from(TITLES), st.sampled_from((0.05, 0.3, 0.5, 0.7, 0.95)), st.integers(0, 2)),
    min_size=2,
    max_size=12,
)


def catalogue(drawn: list[tuple[str, float, int]]) -> tuple[list[Document], list[OfferRow]]:
    documents = [product(id, title, freshness=fresh) for id, (title, _, fresh) in enumerate(drawn, start=1)]
    offers = [offer(100 + id, id, value=value) for id, (_, value, _) in enumerate(drawn, start=1)]
    return documents, offers


def hits(documents: list[Document], offers: list[OfferRow], text: str) -> list[Hit]:
    with TemporaryDirectory() as directory:
        return list(engine_with(Path(directory), documents, offers).search(Query(text, per_page=100)).hits)


@settings(max_examples=40, deadline=None)
@given(goods, st.sampled_from(("iphone 12", "iphone", "12")))
def test_relevance_beyond_the_guard_is_never_overtaken(
    drawn: list[tuple[str, float, int]], text: str
) -> None:
    for before, after in combinations(hits(*catalogue(drawn), text), 2):
        assert after.relevance * (1 - LAM) <= before.relevance * (1 + 1e-6)


@settings(max_examples=40, deadline=None)
@given(goods)
def test_of_the_same_words_the_better_value_stands_first(drawn: list[tuple[str, float, int]]) -> None:
    documents, offers = catalogue(drawn)
    titles = {document.id: document.title for document in documents}
    for before, after in combinations(hits(documents, offers, "iphone"), 2):
        if titles[before.product_id] == titles[after.product_id]:
            assert before.value >= after.value


@settings(max_examples=30, deadline=None)
@given(goods, st.randoms(use_true_random=False))
def test_ties_fall_the_same_way_in_whatever_order_goods_came(
    drawn: list[tuple[str, float, int]], dice: Random
) -> None:
    documents, offers = catalogue(drawn)
    expected = hits(documents, offers, "iphone 12")
    for rows in (documents, offers):
        dice.shuffle(rows)
    assert [hit.offer_id for hit in hits(documents, offers, "iphone 12")] == [
        hit.offer_id for hit in expected
    ]


@settings(max_examples=30, deadline=None)
@given(goods, st.integers(2, 50))
def test_scaling_all_prices_changes_no_order(drawn: list[tuple[str, float, int]], times: int) -> None:
    """Value has no unit, and the blend knows no price."""
    documents, offers = catalogue(drawn)
    dearer = [offer(row.id, row.product_id, value=row.value, price=row.price * times) for row in offers]
    assert [hit.offer_id for hit in hits(documents, dearer, "iphone")] == [
        hit.offer_id for hit in hits(documents, offers, "iphone")
    ]
