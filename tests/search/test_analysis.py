"""What is written, and the terms it is found by."""

import pytest

from search.analysis import (
    MAX_QUERY_WORDS,
    content_words,
    document_terms,
    fold,
    query_words,
    stem,
    surfaces,
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("iPhone 7", ["iphone", "7"]),
        ("Galaxy S21", ["galaxi", "s21"]),
        ("Galaxy S21+", ["galaxi", "s21+", "s21", "plus"]),
        ("iphone12", ["iphone12", "iphone", "12"]),
        ("PS5", ["ps5", "ps", "5"]),
        ("X1Carbon", ["x1carbon", "x1", "carbon"]),
        ("S21Ultra", ["s21ultra", "s21", "ultra"]),
        ("MacBook Air M1", ["macbook", "air", "m1"]),
        ("128gb", ["128gb", "128"]),
        ("128 Go", ["128gb", "128"]),
        ("128 GB", ["128gb", "128"]),
        ("128Go", ["128gb", "128"]),
        ("1 To", ["1tb"]),
        ("1TB", ["1tb"]),
        ("1024 Go", ["1tb"]),
        ("1000 gb", ["1tb"]),
        ("2048go", ["2tb"]),
        ('13,3"', ["13.3in", "13.3", "13in"]),
        ("13.3 pouces", ["13.3in", "13.3", "13in"]),
        ("13.6 pouces", ["13.6in", "13.6", "13in"]),
        ('10,9"', ["10.9in", "10.9", "10in", "11in"]),
        ("23.8 inch", ["23.8in", "23.8", "23in", "24in"]),
        ("14 inch", ["14in", "14"]),
        ("iPhone 12 in black", ["iphone", "12", "in", "black"]),
        ("10 to 20", ["10", "to", "20"]),
        ("144 Hz", ["144hz"]),
        ("WH-1000XM4", ["wh", "1000xm4", "1000", "xm", "4", "wh1000xm4"]),
        ("e-reader", ["e", "reader", "ereader"]),
        ("Wi-Fi", ["wi", "fi", "wifi"]),
        ("S 21", ["s", "21", "s21"]),
        ("Écouteurs d'occasion", ["ecouteur", "occasion"]),
        ("L’écran de l'iPhone", ["ecran", "de", "iphone"]),
        ("Apple's", ["apple"]),
        ("AirPods™ Pro", ["airpod", "pro"]),
        ("cœur", ["coeur"]),
        ("Straße", ["strass"]),
        ("noir/blanc", ["noir", "blanc"]),
        ("1.234.567", ["1.234", "567"]),
        ("C'est : « neuf » ?!", ["est", "neuf"]),
        ("", []),
        ("📱 \x00 ++ -- *:?", []),
        ("هاتف 12", ["هاتف", "12"]),
        ("手机", ["手机"]),
    ],
)
def test_terms_of_a_text(text: str, terms: list[str]) -> None:
    assert document_terms(text) == terms


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("128gb", "128 Go"),
        ("128 go", "128GB"),
        ("128", "128 Go"),
        ("1tb", "1024 Go"),
        ("iphone 13 1024", "iPhone 13 1 To"),
        ("l'iphone d'occasion", "iPhone d’occasion"),
        ("i-phone 12", "iPhone 12"),
        ("x1carbon", "ThinkPad X1 Carbon"),
        ("x1 carbon", "ThinkPad X1Carbon"),
        ("WH 1000 XM4", "Sony WH-1000XM4"),
        ("iphone12", "iPhone 12"),
        ("iphone 12", "iPhone12"),
        ("ps5", "PS 5"),
        ("ps 5", "PS5"),
        ("s21+", "Galaxy S21+"),
        ("s21 plus", "Galaxy S21+"),
        ("s21+", "Galaxy S21 Plus"),
        ("s21", "Galaxy S21+"),
        ("s 21", "Galaxy S21"),
        ("s21", "Galaxy S 21"),
        ("wh1000xm4", "Sony WH-1000XM4"),
        ("wh-1000xm4", "Sony WH 1000 XM4"),
        ("wh 1000 xm4", "Sony WH-1000XM4"),
        ("wh-1000 xm4", "Sony WH-1000XM4"),
        ("ereader", "E-Reader"),
        ("e-reader", "eReader"),
        ("wifi", "Wi-Fi"),
        ("ecouteur", "Écouteurs"),
        ("ÉCOUTEURS", "ecouteur"),
        ("batteries", "battery"),
        ("batterie", "battery"),
        ("watches", "watch"),
        ("montres", "montre"),
        ("jeux", "jeu"),
        ("consoles", "Console"),
        ("13 pouces", 'MacBook Pro 13,3"'),
        ("iphone's", "iPhone"),
        ("series", "série"),
    ],
)
def test_what_is_asked_finds_what_is_written(asked: str, written: str) -> None:
    terms = set(document_terms(written))
    assert all(any(terms.issuperset(each) for each in word.alternatives) for word in query_words(asked))


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("s21", "Galaxy S20"),
        ("s21+", "Galaxy S21"),
        ("12", "Galaxy A12"),
        ("7", "iPhone 77"),
        ("64gb", "128 Go"),
        ("1tb", "1 Go"),
        ("m1", "M2"),
    ],
)
def test_what_is_asked_does_not_find_another_thing(asked: str, written: str) -> None:
    terms = set(document_terms(written))
    assert not all(any(terms.issuperset(each) for each in word.alternatives) for word in query_words(asked))


@pytest.mark.parametrize(
    ("asked", "weaker"),
    [
        ("128 go", (("128",),)),
        ("14 pouces", (("14",),)),
        ("45mm", (("45",),)),
        ('13.3"', (("13.3",), ("13in",))),
        ("23.8 inch", (("23.8",), ("23in",), ("24in",))),
        ("144 hz", ()),
        ("1 to", ()),
        ("s21+", ()),
        ("128", ()),
    ],
)
def test_a_number_without_its_unit_stands_for_it_less_surely(
    asked: str, weaker: tuple[tuple[str, ...], ...]
) -> None:
    assert query_words(asked)[0].weaker == weaker


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [
        ("ecrans", "ecran"),
        ("ordinateurs", "ordinateur"),
        ("bureaux", "bureau"),
        ("verticaux", "vertical"),
        ("jeux", "jeu"),
        ("bijoux", "bijou"),
        ("housses", "houss"),
        ("housse", "houss"),
        ("batteries", "batteri"),
        ("galaxy", "galaxi"),
        ("sony", "sony"),
        ("asus", "asus"),
        ("xbox", "xbox"),
        ("plus", "plus"),
        ("glass", "glass"),
        ("tvs", "tvs"),
        ("s21s", "s21s"),
    ],
)
def test_light_stems(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


def test_words_for_the_speller_are_words_that_people_know() -> None:
    assert surfaces("Apple iPhone12 128 Go Écouteurs S21+") == [
        "apple", "iphone12", "écouteurs", "s21+", "iphone",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("TÉLÉPHONE Téléphone", ["téléphone", "téléphone"]),
        ("Lave-vaisselle", ["lave", "vaisselle"]),
        ("l’Écran d'occasion", ["écran", "occasion"]),
        ("Cœur Straße", ["cœur", "strasse"]),
        ("e\u0301cran", ["écran"]),
        ("AirPods™", ["airpods"]),
    ],
)
def test_words_for_the_speller_keep_their_accents(text: str, written: list[str]) -> None:
    assert surfaces(text) == written


def test_function_words_count_only_when_alone() -> None:
    def content(text: str) -> list[str]:
        return [word.surface for word in content_words(query_words(text))]

    assert content("un téléphone pour le travail") == ["telephone", "travail"]
    assert content("quel est ton iphone pour ma mère") == ["iphone", "mere"]
    assert content("what is the best phone for me") == ["best", "phone"]
    assert content("casque sans fil") == ["casque", "sans", "fil"]
    assert content("xbox one, iphone se, iphone or, surface go") == [
        "xbox", "one", "iphone", "se", "iphone", "or", "surface", "go",
    ]  # fmt: skip
    assert content("the") == ["the"]


def test_a_query_has_a_bounded_number_of_words_and_characters() -> None:
    assert len(query_words("a " * 10_000)) == MAX_QUERY_WORDS
    assert [len(word.surface) for word in query_words("x" * 10_000)] == [48]


def test_folding_keeps_other_scripts() -> None:
    assert fold("ÀÉÎ çß Ω") == "aei css ω"
