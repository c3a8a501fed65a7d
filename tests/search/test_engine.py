"""What a shopper sees of the engine: words, corrections, synonyms, and text that is only ever text."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from search import Engine, Filters, Query, Results, Synonyms
from search.query import Sort

from .makers import empty_engine, engine_with, offer, product

SHOP = [
    product(1, "Apple iPhone 12 128 Go", brand="Apple", model="iPhone 12", storage=128, colour="black"),
    product(
        2, "Apple iPhone 13 mini 256 Go", brand="Apple", model="iPhone 13 mini", storage=256, colour="blue"
    ),
    product(3, "Samsung Galaxy S21+ 5G", brand="Samsung", model="Galaxy S21+", storage=128),
    product(4, "Samsung Galaxy S21", brand="Samsung", model="Galaxy S21", storage=128),
    product(5, "Lenovo ThinkPad T480", brand="Lenovo", model="ThinkPad T480", category="laptops"),
    product(
        6, "Sony WH-1000XM4", brand="Sony", model="WH-1000XM4", category="audio", category_words="casques"
    ),
    product(7, "Housse pour ordinateur", description="fits every laptop", category="audio"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine_with(tmp_path_factory.mktemp("index"), SHOP)


def found(engine: Engine, text: str, **options: int) -> list[int]:
    """Products on a page of one or two, best first, with all the words."""
    results = engine.search(Query(text, per_page=options.get("per_page", 1)))
    pages = range(1, results.total + 1)
    return [
        hit.product_id for page in pages for hit in engine.search(Query(text, page=page, per_page=1)).hits
    ]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("iphone 12", [1]),
        ("iphone12", [1]),
        ("IPHONE  12", [1]),
        ("iphone 12 128gb", [1]),
        ("256go", [2]),
        ("s21", [4, 3]),  # the shorter title is the nearer one
        ("s21+", [3]),
        ("galaxy s21 plus", [3]),
        ("wh1000xm4", [6]),
        ("casque sony", [6]),
        ("noir", [1]),  # a colour in the other language
        ("laptop", [5, 7]),
        ("ordinateur portable", [5, 7]),
        ("the iphone 13 mini for the family", []),
        ("nokia", []),
    ],
)
def test_words_find_products(shop: Engine, text: str, ids: list[int]) -> None:
    results = shop.search(Query(text, per_page=1))
    if ids:
        assert found(shop, text) == ids
        assert not results.relaxed
    else:
        assert results.relaxed or results.total == 0


@pytest.mark.parametrize(
    ("text", "corrected", "first"),
    [
        ("iphoen 12", "iphone 12", 1),
        ("samsng galaxy", "samsung galaxy", 4),
        ("thinkpda", "thinkpad", 5),
        ("think pad", "thinkpad", 5),
        ("samsunggalaxy", "samsung galaxy", 4),
        ("un iphoen pour moi", "un iphone pour moi", None),
        ("iphone 12", None, 1),
        ("s22", None, None),
        ("s22 samsung", None, 4),
        ("frigo", None, None),  # a synonym of something that the shop does not sell is no mistake
    ],
)
def test_slips_are_mended_and_said(shop: Engine, text: str, corrected: str | None, first: int | None) -> None:
    results = shop.search(Query(text, per_page=1))
    assert results.corrected == corrected
    if first is not None:
        assert results.hits[0].product_id == first


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("s22", ("s21",)),  # no s23, s20 or s24 either
        ("galaxy s20", ("galaxy s21",)),
        ("iphone 14", ("iphone 13", "iphone 12")),
        ("wh-1000xm6", ("wh-1000xm4",)),
        ("iphone 12", ()),
        ("nokia", ()),
        ("iphone 99", ()),
    ],
)
def test_what_nobody_sells_has_neighbours(shop: Engine, text: str, near: tuple[str, ...]) -> None:
    assert shop.search(Query(text)).near == near


@pytest.mark.parametrize(
    ("text", "unknown", "near", "found"),
    [
        ("iphone 7", ("iphone 7",), ("iphone 6", "iphone 8"), {1, 2}),
        ("iphone 7 noir", ("iphone 7",), ("iphone 6 noir",), {1}),
        ("pixel 8", ("pixel 8",), ("pixel 7",), {4}),
        ("pixel 7", (), (), {4}),
        ("qc 7", (), (), {4, 6}),  # a code, that others write joined or otherwise
        ("iphone 8 noir", (), (), {1, 2, 3, 5}),  # sold, but in no such colour
        ("iphone 7 64 go", ("iphone 7",), ("iphone 6 64gb",), {1}),
    ],
)
def test_a_number_of_another_series_is_no_answer(
    tmp_path: Path, text: str, unknown: tuple[str, ...], near: tuple[str, ...], found: set[int]
) -> None:
    engine = engine_with(
        tmp_path,
        [
            product(1, "iPhone 6 64 Go noir"),
            product(2, "iPhone 8"),
            product(3, "Galaxy 64 Go"),
            product(4, "Pixel 7"),
            product(5, "Xperia 8"),
            product(6, "Bose QC 35"),
        ],
    )
    results = engine.search(Query(text, per_page=24))
    assert (results.unknown, results.near) == (unknown, near)
    assert results.hits[0].product_id in found
    if unknown:
        assert results.relaxed


@pytest.mark.parametrize(
    ("text", "unknown", "first"),
    [
        ("iphone 7", ("iphone 7",), 1),  # what a watch says of its battery makes it no iPhone 7
        ("iphone 6", ("iphone 6",), 1),  # nor do 6.1 inches and 6 GB of memory make one an iPhone 6
        ("thinkpad 14", (), 3),
        ("laptop 5", (), 4),
    ],
)
def test_a_number_belongs_to_a_name_not_to_what_texts_mention(
    tmp_path: Path, text: str, unknown: tuple[str, ...], first: int
) -> None:
    engine = engine_with(
        tmp_path,
        [
            product(1, "iPhone 14", description="6.1 inch, 6 GB"),
            product(2, "Forerunner 245", description="7 days with an iPhone, 6 of them far from home"),
            product(3, "ThinkPad T490", category_words="laptop", description="14 inch"),
            product(4, "XPS 13", category_words="laptop", description="5 ports"),
            product(5, "Swift", category_words="laptop"),
            product(6, "Surface Laptop", category_words="laptop"),
            product(7, "Pixel 7"),
            product(8, "Mi 6"),
            product(9, "Mi 5"),
        ],
    )
    results = engine.search(Query(text, per_page=24))
    assert (results.unknown, results.hits[0].product_id) == (unknown, first)


def test_words_about_the_purchase_are_left_out(shop: Engine) -> None:
    for text in ("cheap iphone 12", "iphone 12 pas cher", "iPhone 12 reconditionné d'occasion"):
        results = shop.search(Query(text, per_page=1))
        assert (results.hits[0].product_id, results.total, results.relaxed) == (1, 1, False)
        assert results.corrected is None
    assert shop.search(Query("cheap")).total == 0, "alone, it is only a word"


def test_a_word_that_no_product_has_is_left_out_and_said(shop: Engine) -> None:
    results = shop.search(Query("iphone 12 school", per_page=1))
    assert (results.hits[0].product_id, results.total, results.relaxed) == (1, 1, True)


def test_a_literal_search_corrects_nothing(shop: Engine) -> None:
    results = shop.search(Query("iphoen", literal=True))
    assert (results.total, results.corrected) == (0, None)


def test_any_word_does_when_all_give_less_than_a_page(shop: Engine) -> None:
    narrow = shop.search(Query("iphone 12", per_page=1))
    wide = shop.search(Query("iphone 12", per_page=5))
    assert (narrow.total, narrow.relaxed) == (1, False)
    assert (wide.total, wide.relaxed) == (2, True)
    assert wide.hits[0].product_id == 1


@pytest.mark.parametrize("sort", ["price", "-price", "newest", "guarantee"])
def test_a_sort_puts_what_has_all_the_words_before_what_has_some(tmp_path: Path, sort: Sort) -> None:
    engine = engine_with(
        tmp_path,
        [
            product(1, "Housse iPhone", freshness=9),
            product(2, "iPhone 12 128 Go", freshness=5),
            product(3, "iPhone 12 64 Go", freshness=5),
            product(4, "Galaxy 128 Go", freshness=1),
        ],
        [
            offer(1, 1, price=900, guarantee=36),
            offer(2, 2, price=30000),
            offer(3, 2, price=29000, grade="fair"),
            offer(4, 3, price=20000),
            offer(5, 4, price=90000, guarantee=6),
        ],
    )
    query = Query("iphone 12 128 go", sort=sort)
    results = engine.search(query)
    assert (results.total, results.relaxed) == (5, True)
    offers = [hit.offer_id for hit in results.hits]
    assert (set(offers[:2]), offers[2], set(offers[3:])) == ({2, 3}, 4, {1, 5})
    paged = [engine.search(replace(query, page=page, per_page=3)).hits for page in (1, 2)]
    assert [hit.offer_id for page in paged for hit in page] == offers


def test_filters_never_change_what_the_words_mean(shop: Engine) -> None:
    """Else the counts beside the filters would lie: they are made before a filter is chosen."""
    query = Query("iphone 12", per_page=2)
    assert shop.search(query).relaxed
    chosen = shop.search(Query("iphone 12", Filters(storage=(128,)), per_page=2))
    assert chosen.relaxed
    assert dict(shop.search(query).facets["storage"])[128] == chosen.total


def test_a_card_is_shown_by_its_best_offer_that_passes(tmp_path: Path) -> None:
    engine = engine_with(
        tmp_path,
        [product(1, "phone")],
        [
            offer(1, 1, value=0.9, price=300, battery=None),
            offer(2, 1, value=0.8, price=200, battery=90),
            offer(3, 1, value=0.8, price=200, battery=99),
            offer(4, 1, value=0.8, price=100, stock=0, battery=99),
            offer(5, 1, value=0.7, price=100, battery=80),
            offer(6, 1, value=0.1, price=900, grade="fair", battery=100),
        ],
    )

    def shown(**filters: int) -> list[tuple[int, str]]:
        results = engine.search(Query("phone", Filters(**filters)))  # type: ignore[arg-type]
        return [(hit.offer_id, hit.grade) for hit in results.hits]

    assert shown() == [(1, "good"), (6, "fair")]
    assert shown(max_price=250) == [(2, "good")]
    assert shown(max_price=150) == [(5, "good")]
    assert shown(battery_min=85) == [(2, "good"), (6, "fair")]
    assert shown(battery_min=0) == [(2, "good"), (6, "fair")]
    assert shown(battery_min=100) == [(6, "fair")]
    assert shown(max_price=99) == []


def test_ties_go_to_the_fresher_then_the_lower_id_then_the_better_grade(tmp_path: Path) -> None:
    engine = engine_with(
        tmp_path,
        [product(1, freshness=1), product(2, freshness=2), product(3, freshness=1)],
        [offer(1, 3), offer(2, 1, grade="good"), offer(3, 2), offer(4, 1, grade="premium")],
    )
    for sort in ("best", "price", "-price", "newest", "guarantee"):
        hits = engine.search(Query(sort=sort)).hits
        assert [hit.offer_id for hit in hits] == [3, 4, 2, 1]


def test_the_cheapest_bad_offer_does_not_come_first(tmp_path: Path) -> None:
    engine = engine_with(
        tmp_path,
        [product(1, "phone"), product(2, "phone")],
        [offer(1, 1, value=0.2, price=5000), offer(2, 2, value=0.8, price=9000)],
    )
    assert [hit.offer_id for hit in engine.search(Query("phone")).hits] == [2, 1]
    assert [hit.offer_id for hit in engine.search(Query("phone", sort="price")).hits] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "iph*ne?",
        "title:iphone",
        "iphone AND (12 OR",
        "NOT iphone",
        "[1 TO 9]",
        '~^2 "iphone',
        "(((((((((((((((",
        "\\",
        "a" * 10_000,
        "word " * 10_000,
        "( " * 10_000,
        "1 " * 10_000,
        "a-" * 10_000,
        "iphone\x0012",
        "\x00",
        "📱" * 300,
        "هاتف ذكي",
        "\u202eenohpi",
        "é" * 5000,
        "ﷺ" * 5000,
        "\ud800",
        "’'’'''",
        "+ - ++ --",
        "٣٤",
        "²",
        "1" * 5000,
        "9" * 400 + " go",
        "1.0.0.0 , ,1",
    ],
)
def test_text_is_only_text(shop: Engine, text: str) -> None:
    results = shop.search(Query(text))
    assert results.total == sum(count for _, count in results.facets["category"])


def test_operators_have_no_meaning(shop: Engine) -> None:
    assert found(shop, "iph*ne") == found(shop, "iph ne")
    assert found(shop, "-samsung +galaxy") == found(shop, "samsung galaxy")


def test_blank_text_is_no_text_but_signs_alone_find_nothing(shop: Engine) -> None:
    everything = shop.search(Query()).total
    assert shop.search(Query("  \t ")).total == everything == len(SHOP)
    assert shop.search(Query("?!")).total == 0


@pytest.mark.parametrize("bad", [Query(page=0), Query(per_page=0), Query(sort="cheapest")])  # type: ignore[arg-type]
def test_a_query_that_makes_no_sense_is_refused(shop: Engine, bad: Query) -> None:
    with pytest.raises(ValueError, match=r"pages count from 1|unknown sort"):
        shop.search(bad)


def test_offers_must_belong_to_the_products_and_have_a_known_grade(tmp_path: Path) -> None:
    engine = empty_engine(tmp_path, Synonyms())
    with pytest.raises(ValueError, match="other products"):
        engine.replace_offers([1], [offer(1, 2)])
    with pytest.raises(KeyError):
        engine.replace_offers([1], [offer(1, 1, grade="like new")])


def test_searches_never_see_half_a_change(tmp_path: Path) -> None:
    """Product 1 is cheap and 2 dear, or the other way round: never both."""
    engine = engine_with(tmp_path, [product(1, "phone"), product(2, "phone")])
    states = [
        [offer(1, 1, price=100, grade="good"), offer(2, 2, price=900, grade="fair")],
        [offer(3, 1, price=900, grade="fair"), offer(4, 2, price=100, grade="good")],
    ]
    engine.replace_offers([1, 2], states[0])
    legal = [_seen(engine)]
    engine.replace_offers([1, 2], states[1])
    legal.append(_seen(engine))
    odd: list[Results] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen = _seen(engine)
            if seen not in legal:
                odd.append(seen)

    def change() -> None:
        for turn in range(400):
            engine.replace_offers([1, 2], states[turn % 2])

    _while_running(look, change, stop)
    assert odd == []


def _seen(engine: Engine) -> Results:
    return engine.search(Query("phone", sort="price"))


def _while_running(look: Callable[[], None], change: Callable[[], None], stop: threading.Event) -> None:
    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        change()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("typed", ["écouteurs", "earbuds", "ecouteur"])
def test_earbuds_that_only_their_name_tells_go_before_other_things_of_their_category(
    tmp_path: Path, typed: str
) -> None:
    audio = {"category": "audio", "category_words": "audio casque écouteurs earbuds enceinte"}
    things = [
        product(1, "Sonos Beam", description="Soundbar", freshness=9, **audio),
        product(2, "AirPods 3", description="H1 chip", freshness=1, **audio),
    ]
    assert [hit.product_id for hit in engine_with(tmp_path, things).search(Query(typed)).hits] == [2, 1]


@pytest.mark.parametrize(
    ("text", "ids", "unknown"),
    [
        ("iphone", {1, 2}, ()),
        ("iphone 256 Go", {2}, ()),
        # However few have all words, none that lacks one comes in, and no word is mended.
        ("iphone lenovo", set(), ()),
        ("iphoen lenovo", {5}, ("iphoen",)),
        ("laptop azerty", {5, 7}, ("azerty",)),
        ("azerty", set(), ("azerty",)),
        ("  ", set(), ()),
    ],
)
def test_what_must_have_all_words_has_them(shop, text, ids, unknown):
    having = shop.having(text)
    assert (having.product_ids, having.unknown) == (ids, unknown)
