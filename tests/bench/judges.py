"""How well engines rank, over the judged queries and the demo shop's goods: ours beside others as they come."""

from collections.abc import Callable
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from search import Engine
from tests.bench.goods import GRADES
from tests.search.demo_goods import demo_goods
from tests.search.judging import judged_queries, ndcg, ranking
from tests.search.rivals import Fts5, WhooshDefaults


def judge() -> None:
    """nDCG@10 and empty answers over the judged queries, ours beside other engines as they come."""
    goods = demo_goods()
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
        gains = {query.text: query.gains(goods.documents, goods.cheapest) for query in judged_queries()}
        print(f"\n{len(gains)} judged queries over {len(goods.documents)} products     nDCG@10   empty")
        for name, ranked in rankings.items():
            answers = {text: ranked(text) for text in gains}
            score = mean(ndcg(answers[text], fitting) for text, fitting in gains.items() if fitting)
            print(f"{name:47}{score:9.3f} {sum(not found for found in answers.values()):7}")
