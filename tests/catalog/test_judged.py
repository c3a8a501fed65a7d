"""The judged queries over the demo shop as it is live, values included: it may rank better, never worse unseen."""

from statistics import mean

import pytest

from search import Engine, Query
from storefront.catalog.finder import current_finder
from storefront.catalog.valuing import documents, offer_rows
from storefront.core.database import db
from tests.conftest import DemoShop
from tests.search.judging import PER_PAGE, Goods, Judged, judged_queries, ndcg, ranking

QUERIES = judged_queries()
# A little under what was measured when the floors were set: 0.954 over all, 0.617 the lowest ("enceinte bluetooth":
# a headset for building sites comes first). Prices and newcomers' turns of another day move them a little.
FLOOR = 0.945
FLOOR_OF_ONE = 0.58


@pytest.fixture(scope="module")
def goods(demo_shop: DemoShop) -> Goods:
    with demo_shop.app.app_context():
        finder = current_finder()
        finder.catch_up()
        offers = offer_rows(finder.turns)
        offered = {offer.product_id for offer in offers}
        goods = Goods([document for document in documents() if document.id in offered], offers)
        db.session.remove()
    return goods


@pytest.fixture(scope="module")
def engine(goods: Goods, demo_shop: DemoShop) -> Engine:
    """The one that answers visitors."""
    with demo_shop.app.app_context():
        return current_finder().engine


@pytest.fixture(scope="module")
def scores(engine: Engine, goods: Goods) -> dict[str, float]:
    return {
        query.text: ndcg(ranking(engine, query.text), gains)
        for query in QUERIES
        if (gains := query.gains(goods.documents, goods.cheapest))
    }


def test_there_is_enough_to_judge(scores: dict[str, float]) -> None:
    assert len({query.text for query in QUERIES}) == len(QUERIES) >= 100
    assert len(scores) >= 95, "the demo shop has nothing that fits these rules any more"


def test_the_ranking_is_as_good_as_it_was(scores: dict[str, float]) -> None:
    worst = sorted(scores.items(), key=lambda item: item[1])[:5]
    assert mean(scores.values()) >= FLOOR, f"the worst: {worst}"


def test_no_query_is_answered_badly(scores: dict[str, float]) -> None:
    assert {text: score for text, score in scores.items() if score < FLOOR_OF_ONE} == {}


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.text)
def test_no_query_is_left_empty(engine: Engine, query: Judged) -> None:
    assert engine.search(Query(query.text, per_page=PER_PAGE)).total


@pytest.mark.parametrize("text", ["iphone 7", "iphone 6", "iphone 7 noir"])
def test_what_nobody_sells_is_not_answered_with_another_series(
    engine: Engine, goods: Goods, text: str
) -> None:
    found = engine.search(Query(text, per_page=PER_PAGE))
    titles = {document.id: document.title for document in goods.documents}
    assert found.unknown == (" ".join(text.split()[:2]),)
    assert all("iPhone" in titles[hit.product_id] for hit in found.hits)


def test_a_ranking_the_wrong_way_round_would_be_noticed(engine: Engine, goods: Goods) -> None:
    turned = [
        ndcg(ranking(engine, query.text)[::-1], gains)
        for query in QUERIES
        if (gains := query.gains(goods.documents, goods.cheapest))
    ]
    assert mean(turned) < FLOOR - 0.05


def test_the_gain_of_a_ranking() -> None:
    gains = {1: 7, 2: 3, 3: 1}
    assert ndcg([1, 2, 3], gains) == 1
    assert ndcg([], gains) == ndcg([8, 9], gains) == 0
    assert 0 < ndcg([3, 2, 1], gains) < ndcg([1, 3, 2], gains) < 1
