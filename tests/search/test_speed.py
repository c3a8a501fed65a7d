"""Budgets as ratios to something measured in the same moment, so that they hold on any machine, however busy.

`make bench` has the figures themselves (docs/performance.md).
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import pytest

from search import Engine, Query
from tests.bench.fts5 import Fts5Shop
from tests.bench.goods import GRADES, QUESTIONS, documents, offers
from tests.bench.rivals import Answer, Goods, Understood
from tests.bench.search_bench import agree

pytestmark = pytest.mark.speed

OFFERS = 10_000
PRODUCTS = OFFERS // 3
TURNS = 15


@dataclass(frozen=True)
class Shops:
    engine: Engine
    fts5: Fts5Shop
    build: float  # seconds of processor time


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    directory: Path = tmp_path_factory.mktemp("index")
    start = time.thread_time()
    Engine(directory, grades=GRADES).rebuild(documents(PRODUCTS), upto=0)
    build = time.thread_time() - start
    engine = Engine(directory, grades=GRADES)
    engine.load(documents(PRODUCTS), offers(PRODUCTS, OFFERS), upto=0)
    fts5 = Fts5Shop(Goods(documents(PRODUCTS), offers(PRODUCTS, OFFERS), GRADES))
    yield Shops(engine, fts5, build)
    fts5.connection.close()


def spent(*actions: Callable[[], object], turns: int = TURNS) -> list[float]:
    """The least processor time of this thread that each took, in turns: a busy moment hits all of them."""
    least = [float("inf")] * len(actions)
    for _ in range(turns):
        for place, action in enumerate(actions):
            start = time.thread_time()
            action()
            least[place] = min(least[place], time.thread_time() - start)
    return least


@pytest.mark.parametrize("name", QUESTIONS)
def test_fts5_finds_the_same_cards_and_counts(name: str, shops: Shops) -> None:
    query = QUESTIONS[name]
    asked = Understood.by(shops.engine, query)
    agree(Answer.of(shops.engine.search(query)), shops.fts5.answer(asked), query, name)


# Measured: 12 to 32 times as fast, all facets 5 times.
@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("no word: grade, category, price", 1 / 4),
        ("battery", 1 / 3),
        ("sorted by price", 1 / 3),
        ("page 50", 1 / 3),
        ("no word, no filter", 1 / 4),
        ("any of three words", 1 / 2),
        ("all facets and price", 1),
    ],
)
def test_a_page_with_all_its_counts_costs_a_share_of_what_it_costs_fts5(
    name: str, share: float, shops: Shops
) -> None:
    query = QUESTIONS[name]
    asked = Understood.by(shops.engine, query)
    ours, theirs = spent(lambda: shops.engine.search(query), lambda: shops.fts5.answer(asked))
    assert ours < share * theirs


def test_a_price_is_changed_in_a_twentieth_of_the_time_of_reading_everything_anew(shops: Shops) -> None:
    rows = list(offers(PRODUCTS, OFFERS))
    goods = list(documents(PRODUCTS))
    engine = shops.engine
    own = [row for row in rows if row.product_id == 77]
    sold = cycle((own[1:], own))
    change, anew = spent(
        lambda: engine.replace_offers([77], next(sold)), lambda: engine.load(goods, rows, 0), turns=4
    )
    assert change < anew / 20


def test_the_first_search_after_a_start_reads_the_text_in_a_tenth_of_the_time_it_took_to_write(
    shops: Shops,
) -> None:
    def first() -> None:
        fresh = Engine(shops.engine._index.directory, grades=GRADES)
        assert fresh.search(Query("galaxy")).total == 0  # no columns yet: reading the text is what takes time

    assert spent(first, turns=3)[0] < shops.build / 10


def test_a_word_never_asked_before_costs_no_more_than_ten_known_ones(shops: Shops) -> None:
    unseen = iter(f"iphone {number}" for number in range(1, 60))
    first, known = spent(
        lambda: shops.engine.search(Query(next(unseen))), lambda: shops.engine.search(Query("iphone 13"))
    )
    assert first < 10 * known
