"""Whatever is typed into the search box is text, or is refused in a sentence; and it costs little."""

import http.client
import random
import string
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import FACETS, Engine, Filters, Query
from storefront.core.security import LONGEST_ADDRESS
from tests.conftest import DemoShop
from tests.live import LiveShop
from tests.search.makers import engine_with, product
from tests.shopper import ShopClient

pytestmark = pytest.mark.fault

# What an answer may cost (seconds of this thread's own time); most cost a hundredth of that, on a slow machine, too.
MOST_COST = 3.0
DICE = random.Random(11)


def words(count: int, length: int) -> str:
    return " ".join("".join(DICE.choices(string.ascii_lowercase, k=length)) for _ in range(count))


HOSTILE = {
    "wildcards": "*" * 400 + " i* ip?one *e* %_%",
    "10,000 words": words(10_000, 6),
    "as many typos as fit": words(32, 6),
    "one word of 1 MB": "x" * (1 << 20),
    "deep nesting": "(" * 5_000 + "iphone" + ")" * 5_000,
    "quotes": '"' * 999 + "iphone" + "'" * 999,
    "fields and operators": "title:iphone^9 AND NOT brand:apple OR [a TO z] ~2 -apple +",
    "regex": r"(a+)+$ ^(.*)*\1{9,} [[:alpha:]]{1,999} /iphone/",
    "emoji": "😀👨‍👩‍👧‍👦" * 100 + " iphone",
    "right to left": "שלום\u202e\u202b iPhone עולם " * 20,
    "NUL": "ipho\0ne \0",
    "lone surrogates": "\ud800iphone\udfff",
    "hyphens": "-".join(["iphone"] * 200),
    "marks upon a letter": "e" + "\u0301\u0323" * 9_000,
    "letters that fold to eighteen": "\ufdfa" * 500,
    "letters and digits": "a1b2" * 200,
    "numbers": "9" * 400 + " ٣٣٣ ²³ 1e999 0x7f",
    "SQL": "'; DROP TABLE offer; --",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Engine:
    titles = [
        "iPhone 12 128 GB",
        "iPhone 13 Pro",
        "Galaxy S21+ 5G",
        'MacBook Air 13"',
        "Écouteurs WH-1000XM4",
    ]
    return engine_with(
        tmp_path_factory.mktemp("index"), [product(n, each) for n, each in enumerate(titles, 1)]
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_library_takes_it_as_text_at_a_bounded_cost(engine, text):
    for query in (Query(text), Query(text, literal=True), Query(text, sort="price", page=10**9)):
        begun = time.thread_time()
        results = engine.search(query)
        engine.without(query)
        engine.suggest(text)
        assert time.thread_time() - begun < MOST_COST
        assert results.total <= 5


def test_a_hostile_text_finds_what_its_words_find(engine):
    """Signs have no meaning: the goods are found through all of them."""
    nested = "(" * 200 + "iphone" + ")" * 200
    for text in (
        nested,
        '"+-iphone*^2~"',
        "😀👨‍👩‍👧‍👦 iphone 😀",
        HOSTILE["hyphens"],
        HOSTILE["lone surrogates"],
    ):
        assert {hit.product_id for hit in engine.search(Query(text)).hits} == {1, 2}, text[:40]


ODD = st.text(
    st.characters(codec=None, exclude_categories=()) | st.sampled_from("*?()[]\"'^~:-+.,2 ²œ™\0"),
    max_size=600,
)


@given(text=ODD, choices=st.lists(ODD, max_size=3), page=st.integers(1, 10**12))
def test_no_text_and_no_filter_breaks_a_search(engine, text, choices, page):
    brand = Filters(brand=tuple(choices))
    everything = engine.search(Query(text, per_page=5))
    for query in (Query(text, page=page), Query(text, brand), Query(text, literal=True, sort="newest")):
        assert engine.search(query).total <= 5
    assert everything.total == len(everything.hits)
    assert set(everything.facets) == set(FACETS)
    assert len(engine.suggest(text)) <= 6


def addresses() -> Iterator[str]:
    for text in HOSTILE.values():
        typed = quote(text.encode("utf-8", "surrogatepass"))
        yield f"q={typed}"
        yield f"q=iphone&brand={typed[:900]}&storage={typed[:900]}&min_price={typed[:900]}"
    yield "q=" + "%ff%fe%ed%a0%80"
    yield "&".join(["grade=good"] * 600)
    yield "&".join(f"brand=b{number}" for number in range(600))
    yield "&".join(f"nonsense{number}" for number in range(500))
    yield "&" * 7_000
    yield "&".join(["grade=good"] * 50_000)
    yield "%" * 5_000
    yield ";=&" * 2_000


def test_over_http_it_is_answered_or_refused_in_a_sentence(demo_shop: DemoShop):
    client = demo_shop.app.test_client()
    assert isinstance(client, ShopClient)
    statuses = set()
    for query in addresses():
        for page in ("/search", "/c/smartphones", "/suggest"):
            begun = time.thread_time()
            response = client.get(f"{page}?{query}")
            assert time.thread_time() - begun < MOST_COST, query[:80]
            too_long = len(page) + len(query) > LONGEST_ADDRESS
            assert response.status_code in ({414} if too_long else {200, 303, 422}), query[:80]
            statuses.add(response.status_code)
    assert {200, 414} <= statuses


def test_an_address_without_end_is_refused_in_the_shops_own_words(demo_shop: DemoShop):
    response = demo_shop.app.test_client().get("/search?q=" + "x" * LONGEST_ADDRESS)
    assert response.status_code == 414
    assert "Addresses here have an end" in response.text
    assert 'name="q"' in response.text


def test_a_query_string_of_a_megabyte_harms_no_server(start_shop):
    shop: LiveShop = start_shop()
    for size in (10_000, 60_000, 300_000, 1 << 20):
        connection = shop.connect()
        try:
            connection.request("GET", "/search?q=" + "x" * size)
            assert connection.getresponse().status in (400, 414, 431)
        except (ConnectionError, http.client.HTTPException):
            # The server may hang up on somebody who goes on talking.
            assert size > 100_000
        finally:
            connection.close()
    connection = shop.connect()
    connection.request("GET", "/search?q=iphone")
    assert connection.getresponse().status == 200
    connection.close()
    assert shop.complaints() == []
