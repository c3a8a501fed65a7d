"""Our scores beside those of Whoosh's own searcher, on the same files."""

import random
from pathlib import Path

import numpy as np
import pytest
from whoosh import index
from whoosh.collectors import UnlimitedCollector
from whoosh.query.compound import And, Or
from whoosh.query.terms import Term
from whoosh.scoring import BM25F

from search import Document, Engine, Query, Synonyms
from search.schema import BOOSTS, ROW, SCHEMA

from .makers import empty_engine, offer, product

# Letters only: a code such as "word29" is also asked for in parts, and Whoosh knows nothing of that.
WORDS = [f"word{letter}t" for letter in "abcdefghijklmnopqrstuvwxyz"]


def made_up(ids: range, seed: int) -> list[Document]:
    dice = random.Random(seed)

    def some(most: int) -> str:
        return " ".join(dice.choices(WORDS, weights=range(1, 27), k=dice.randint(0, most)))

    return [
        product(id, some(8), brand=some(1), model=some(3), description=some(60), category_words=some(3))
        for id in ids
    ]


class OneRarity(BM25F):
    """Whoosh's own BM25F, but a term is as rare in all fields as in the one that has it most."""

    def idf(self, searcher, fieldname, text):
        return min(super(OneRarity, self).idf(searcher, name, text) for name in BOOSTS)


def whoosh_scores(directory: Path, words: list[str], any_word: bool = False) -> dict[int, float]:
    """What Whoosh itself gives for all the words, each in any field."""
    (current,) = directory.glob("text-*")
    groups = [Or([Term(name, word, boost=boost) for name, boost in BOOSTS.items()]) for word in words]
    asked = Or(groups) if any_word else And(groups)
    with index.open_dir(str(current), schema=SCHEMA).searcher(weighting=OneRarity()) as searcher:
        # No optimising: with it, Whoosh loses hits of And(Or, Or) with boosts.
        collector = UnlimitedCollector()
        searcher.search_with_collector(asked, collector)
        rows = searcher.reader().column_reader("row")
        ids = {doc: int(np.frombuffer(rows[doc], ROW)["id"][0]) for _, doc in collector.items}
        return {ids[doc]: score for score, doc in collector.items}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """300 products in several segments, some of them changed or removed since."""
    engine = empty_engine(tmp_path, Synonyms())
    documents = {document.id: document for document in made_up(range(1, 201), seed=1)}
    engine.rebuild(documents.values(), upto=0)
    for upto, ids in enumerate((range(201, 280), range(280, 301), range(50, 60)), start=1):
        changed = made_up(ids, seed=upto + 1)
        assert engine.apply_text(changed, [upto], upto)
        documents |= {document.id: document for document in changed}
        del documents[upto]
    engine.load(documents.values(), [offer(id, id) for id in documents], upto=3)
    return engine


@pytest.mark.parametrize(
    "words", [["wordzt"], ["wordbt"], ["wordut", "wordzt"], ["wordrt", "worddt", "wordyt"]]
)
def test_relevance_is_whooshs_own(engine: Engine, tmp_path: Path, words: list[str]) -> None:
    expected = whoosh_scores(tmp_path, words)
    assert expected
    # One a page: with few on a large page, any of the words would do.
    found: dict[int, float] = {}
    page = 1
    while hits := engine.search(Query(" ".join(words), page=page, per_page=1, literal=True)).hits:
        found |= {hit.product_id: hit.relevance for hit in hits}
        page += 1
    assert found == pytest.approx(expected, abs=1e-6)


def test_any_word_is_whooshs_sum_times_the_share_of_words_squared(engine: Engine, tmp_path: Path) -> None:
    words = ["wordct", "wordzt"]
    both = whoosh_scores(tmp_path, words).keys()
    expected = {
        id: score * (1 if id in both else 0.25)
        for id, score in whoosh_scores(tmp_path, words, any_word=True).items()
    }
    found = engine.search(Query(" ".join(words), per_page=1000, literal=True))
    assert found.relaxed
    assert {hit.product_id: hit.relevance for hit in found.hits} == pytest.approx(expected, abs=1e-6)
