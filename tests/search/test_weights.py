"""What each weight of search/weights.py is for; the judged queries would hardly notice its loss."""

from pathlib import Path

from search import Query, Synonyms
from search.spelling import Speller

from .makers import empty_engine, engine_with, offer, product


def test_a_synonym_counts_less_than_the_word_typed_but_more_than_a_mention_of_it(tmp_path: Path) -> None:
    documents = [
        product(1, "JBL speaker"),
        product(2, "JBL enceinte"),
        product(3, "JBL cable", description="for any enceinte"),
        product(4, "JBL horn", description="not for a speaker"),
    ]
    engine = empty_engine(tmp_path, Synonyms([["enceinte", "speaker"]]))
    engine.load(documents, [offer(document.id, document.id) for document in documents], upto=0)
    assert engine.rebuild(documents, upto=0)
    hits = engine.search(Query("enceinte")).hits
    assert [hit.product_id for hit in hits] == [2, 1, 3, 4]
    assert hits[1].relevance > hits[0].relevance / 2


def test_a_bare_number_counts_less_than_one_with_its_unit(tmp_path: Path) -> None:
    sized = [
        product(id, f"Moniteur {maker} 27 pouces") for id, maker in enumerate(("Acer", "Dell", "Benq"), 2)
    ]
    engine = engine_with(tmp_path, [product(1, "Moniteur 27"), *sized])
    hits = engine.search(Query('moniteur 27"')).hits
    assert [hit.product_id for hit in hits] == [2, 3, 4, 1]
    # And less by far: "24 inch" is not answered with a "24" that is something else.
    apart = engine.search(Query("27 pouces")).hits
    assert apart[3].relevance < apart[0].relevance / 2


def test_of_words_as_near_the_frequent_is_meant_and_of_others_the_nearer() -> None:
    speller = Speller({"console": 2_000, "consolle": 1, "canon": 1, "cannone": 900})
    assert speller.correct("consolla") == "consolle", "a factor of 2,000 is not worth an edit"
    assert speller.correct("canonn") == "canon"
    assert Speller({"galet": 1, "gamet": 50}).correct("gazet") == "gamet", "of two as near, the frequent one"
