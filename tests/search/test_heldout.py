"""A second catalogue that no rule, weight or synonym was chosen by: a check on fitting the first one too closely.

Its floor is what was measured the first time, less a little; see ADR 13 for what that proves, and what not.
"""

from pathlib import Path
from statistics import mean

import pytest

from search import Engine

from .heldout_goods import heldout_goods, heldout_queries
from .judging import Goods, Judged, ndcg, ranking
from .makers import empty_engine
from .rivals import Fts5, WhooshDefaults

QUERIES = heldout_queries()
# 0.901 with one query left empty when the catalogue was first asked; 0.920 and none after the rules of ADR 13.
FLOOR = 0.90
# How far ahead of engines as they come: FTS5 had 0.666, Whoosh's defaults 0.300.
AHEAD = 0.2


@pytest.fixture(scope="module")
def goods() -> Goods:
    return heldout_goods()


@pytest.fixture(scope="module")
def engine(goods: Goods, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    engine = empty_engine(tmp_path_factory.mktemp("index"))
    engine.load(goods.documents, goods.offers, upto=0)
    assert engine.rebuild(goods.documents, upto=0)
    return engine


def gain(query: Judged, goods: Goods, found: list[int]) -> float:
    return ndcg(found, query.gains(goods.documents, goods.cheapest))


def test_every_query_has_something_to_find(goods: Goods) -> None:
    assert len({query.text for query in QUERIES}) == len(QUERIES) >= 60
    assert [query.text for query in QUERIES if not query.gains(goods.documents, goods.cheapest)] == []


def test_the_ranking_holds_on_goods_it_was_not_made_for(engine: Engine, goods: Goods) -> None:
    found = {query.text: ranking(engine, query.text) for query in QUERIES}
    assert [text for text, ids in found.items() if not ids] == []
    scores = {query.text: gain(query, goods, found[query.text]) for query in QUERIES}
    assert mean(scores.values()) >= FLOOR, sorted(scores.items(), key=lambda item: item[1])[:5]


def test_it_is_well_ahead_of_engines_as_they_come(engine: Engine, goods: Goods, tmp_path: Path) -> None:
    ours = mean(gain(query, goods, ranking(engine, query.text)) for query in QUERIES)
    for rival in (Fts5(goods.documents), WhooshDefaults(goods.documents, tmp_path)):
        theirs = mean(gain(query, goods, rival.ranking(query.text)) for query in QUERIES)
        assert ours > theirs + AHEAD, rival.name
