"""The parts of a score add up to it; the check finds whatever differs."""

from dataclasses import replace
from pathlib import Path

import pytest

from search import Document, Engine, Filters, IndexDamaged, Query
from search.ranking import LAM

from .makers import empty_engine, engine_with, offer
from .test_engine import SHOP

QUERIES = [
    Query("iphone 12 128 go"),
    Query("iphoen 12"),
    Query("samsung laptop"),
    Query("ordinateur portable noir pas cher"),
    Query("galaxy s21+", Filters(grade=("good",))),
    Query("wh1000xm4 school"),
]


@pytest.fixture
def shop(tmp_path: Path) -> Engine:
    rows = [offer(document.id, document.id, value=document.id / 10) for document in SHOP]
    return engine_with(tmp_path, SHOP, rows)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.text)
def test_the_parts_add_up(shop: Engine, query: Query) -> None:
    results, explanation = shop.search(query), shop.explain(query, places=4)
    assert [explained.hit for explained in explanation.hits] == list(results.hits[:4])
    assert explanation.hits
    for explained in explanation.hits:
        hit = explained.hit
        for group in explained.groups:
            assert group.score == pytest.approx(group.weight * sum(part.score for part in group.parts))
        relevance = sum(group.score for group in explained.groups) * explained.share
        assert hit.relevance == pytest.approx(relevance)
        assert hit.score == pytest.approx(relevance * (1 - LAM + LAM * hit.value))


def test_it_says_how_the_words_were_understood(shop: Engine) -> None:
    explanation = shop.explain(Query("cheap iphoen 99"))
    assert explanation.corrected == "cheap iphone 99"
    assert explanation.understood == (("iphone",),)
    assert explanation.unheard == (("99",),)
    assert explanation.relaxed


def test_without_words_a_score_is_the_value(shop: Engine) -> None:
    explanation = shop.explain(Query(), places=2)
    assert [(found.hit.score, found.groups) for found in explanation.hits] == [(0.7, ()), (0.6, ())]


def test_an_index_that_agrees(shop: Engine) -> None:
    assert not shop.check(SHOP)
    changed = replace(SHOP[0], title="Another title", description="again and again")
    assert shop.apply_text([changed], [SHOP[1].id], upto=1)
    assert not shop.check([changed, *SHOP[2:]])


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Apple iPhone 12 128 Go Go"},
        {"brand": "Appel"},
        {"storage": 64},
        {"colour": None},
        {"category_words": "phones"},
        {"description": "iphone"},
    ],
)
def test_any_other_word_is_found(shop: Engine, change: dict[str, object]) -> None:
    other = replace(SHOP[0], **change)  # type: ignore[arg-type]
    difference = shop.check([other, *SHOP[1:]])
    assert (difference.missing, difference.stray, difference.other) == ((), (), (1,))


def test_what_is_missing_and_what_is_left_over(shop: Engine) -> None:
    newcomer = Document(99, "x", "", "", "", "", "", None, None, 0)
    difference = shop.check([newcomer, *SHOP[1:]])
    assert (difference.missing, difference.stray, difference.other) == ((99,), (1,), ())
    assert not difference.without([1, 99])


def test_no_index_is_damage(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged):
        empty_engine(tmp_path).check(SHOP)
