"""How well engines rank by words alone, over the second judged catalogue (ADR 13): ours beside others as they come.

The demo shop's own ranking is judged as it is live, values of offers included: tests/catalog/test_judged.py.
"""

from collections.abc import Callable
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from search import Engine
from tests.bench.goods import GRADES
from tests.search.heldout_goods import heldout_goods, heldout_queries
from tests.search.judging import ndcg, ranking
from tests.search.rivals import Fts5, WhooshDefaults


def judge() -> None:
    """nDCG@10 and empty answers over the judged queries, ours beside other engines as they come."""
    goods = heldout_goods()
    with TemporaryDirectory() as ours, TemporaryDirectory() as theirs:
        engine = Engine(Path(ours), grades=GRADES)
        engine.load(goods.documents, goods.offers, upto=0)
        engine.rebuild(goods.documents, upto=0)
        whoosh, fts5 = WhooshDefaults(goods.documents, Path(theirs)), Fts5(goods.documents)
        rankings: dict[str, Callable[[str], list[int]]] = {
            "ours": lambda text: ranking(engine, text),
            whoosh.name: whoosh.ranking,
            fts5.name: fts5.ranking,
        }
        gains = {query.text: query.gains(goods.documents, goods.cheapest) for query in heldout_queries()}
        print(f"\n{len(gains)} judged queries over {len(goods.documents)} products     nDCG@10   empty")
        for name, ranked in rankings.items():
            answers = {text: ranked(text) for text in gains}
            score = mean(ndcg(answers[text], fitting) for text, fitting in gains.items() if fitting)
            print(f"{name:47}{score:9.3f} {sum(not found for found in answers.values()):7}")
