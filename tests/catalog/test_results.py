"""Results on the demo shop: filters and counts tell the truth, whatever is asked."""

import random
import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.conftest import DemoShop
from tests.shopper import ShopClient

from .truth import (
    FACETS,
    Asked,
    Goods,
    all_goods,
    expected_cards,
    expected_counts,
    grades_first,
    pills,
    shown_cards,
    shown_counts,
    shown_total,
    ticked,
)

PER_PAGE = 18


@pytest.fixture(scope="module")
def goods(demo_shop: DemoShop) -> list[Goods]:
    return all_goods(demo_shop.app)


@pytest.fixture(scope="module")
def visitor(demo_shop: DemoShop) -> ShopClient:
    client = demo_shop.app.test_client()
    assert isinstance(client, ShopClient)
    return client


def draw(seed: int, goods: list[Goods]) -> Asked:
    """Filters that somebody might choose: some of the facets, around the facts of an offer that exists."""
    dice = random.Random(seed)
    seed_offer = dice.choice(goods)
    choices = {}
    for name in FACETS:
        if dice.random() < 0.4:
            some = {
                seed_offer.facets[name],
                *(dice.choice(goods).facets[name] for _ in range(dice.randrange(3))),
            }
            choices[name] = tuple(sorted(choice for choice in some if choice))
    return Asked(
        {name: values for name, values in choices.items() if values},
        min_price=dice.choice([None, None, int(seed_offer.price * 0.8)]),
        max_price=dice.choice([None, None, int(seed_offer.price * 1.5), seed_offer.price]),
        battery_min=dice.choice([None, None, None, 85, seed_offer.battery]),
    )


def every_page(
    visitor: ShopClient, path: str, query: dict[str, list[str]], most: int = 4
) -> Iterator[TestResponse]:
    first = visitor.get(path, query_string=query)
    yield first
    for page in range(2, min(most, -(-shown_total(first) // PER_PAGE)) + 1):
        yield visitor.get(path, query_string={**query, "page": [str(page)]})


@pytest.mark.parametrize("seed", range(40))
def test_filters_and_counts_tell_the_truth(visitor, goods, seed):
    asked = draw(seed, goods)
    cards, counts = expected_cards(goods, asked), expected_counts(goods, asked)
    found = list(every_page(visitor, "/search", asked.query()))
    shown = [card for page in found for card in shown_cards(page)] if cards else []
    assert shown_total(found[0]) == len(cards)
    assert len(shown) == min(len(cards), 4 * PER_PAGE)
    for card in shown:
        featured = cards[card.slug, card.grade]
        assert (card.sku, card.price) == (featured.sku, featured.price)
    for name, choices in shown_counts(found[0]).items():
        assert choices == {choice: counts[name][choice] for choice in choices}, name
        missing = {choice for choice in counts[name] if choice} - set(choices)
        assert len(choices) >= 24 or not missing, name
    assert ticked(found[0]) == {(name, choice) for name, values in asked.choices.items() for choice in values}


@pytest.mark.parametrize("seed", range(12))
def test_choosing_a_choice_gives_the_count_beside_it(visitor, goods, seed):
    asked = draw(seed + 1000, goods)
    page = visitor.get("/search", query_string=asked.query())
    choices = [(name, choice) for name, counted in shown_counts(page).items() for choice in counted]
    for name, choice in random.Random(seed).sample(choices, min(4, len(choices))):
        chosen = {**asked.query(), name: [choice]}
        assert shown_total(visitor.get("/search", query_string=chosen)) == shown_counts(page)[name][choice]


def test_choices_stand_in_their_order(visitor):
    counts = shown_counts(visitor.get("/search?category=smartphones"))
    for name, choices in counts.items():
        assert list(choices)[:20] == grades_first(name, choices)[:20], name


KEYS = {
    "best": lambda one: -one.listed,
    "price": lambda one: one.price,
    "-price": lambda one: -one.price,
    "guarantee": lambda one: -one.guarantee,
}


@pytest.mark.parametrize("sort", KEYS)
def test_sorted_results_are_in_order(visitor, goods, sort):
    cards = expected_cards(goods, Asked())
    shown = [card for page in every_page(visitor, "/search", {"sort": [sort]}) for card in shown_cards(page)]
    keys = [KEYS[sort](cards[card.slug, card.grade]) for card in shown]
    assert keys == pytest.approx(sorted(KEYS[sort](one) for one in cards.values())[: len(shown)])


def test_the_newest_devices_come_first(visitor):
    newest, oldest = visitor.get("/c/smartphones?sort=newest"), visitor.get("/c/smartphones")
    assert [card.slug for card in shown_cards(newest)] != [card.slug for card in shown_cards(oldest)]
    pages = [visitor.get(f"/p/{card.slug}").text for card in shown_cards(newest)]
    years = [int(found[1]) for page in pages if (found := re.search(r"First sold</dt><dd>\w+ (\d+)", page))]
    assert years == sorted(years, reverse=True)
    assert min(years) >= 2024


def test_pages_follow_each_other_without_gap_or_repetition(visitor, goods):
    query = {"category": ["laptops"]}
    expected = expected_cards(goods, Asked({"category": ("laptops",)}))
    found = list(every_page(visitor, "/search", query, most=100))
    shown = [(card.slug, card.grade) for page in found for card in shown_cards(page)]
    assert sorted(shown) == sorted(expected)
    assert 'rel="prev"' not in found[0].text
    assert 'rel="next"' not in found[-1].text
    following = re.search(r'rel="next" href="([^"]+)"', found[0].text)
    assert following
    assert visitor.get(following[1].replace("&amp;", "&")).data == found[1].data
    beyond = visitor.get("/search", query_string={**query, "page": [str(len(found) + 1)]})
    assert beyond.status_code == 404


@pytest.mark.parametrize("seed", range(12))
def test_each_pill_takes_one_filter_away(visitor, goods, seed):
    asked = draw(seed + 2000, goods)
    query = {"q": ["phone"], "sort": ["price"], **asked.query()}
    page = visitor.get("/search", query_string=query)
    said = [value for values in asked.query().values() for value in values]
    found = pills(page)
    assert len(found) == len(said)
    left = set()
    for _label, url in found:
        assert visitor.get(url).status_code == 200
        left.add(frozenset(url.partition("?")[2].split("&")))
        assert len(url.partition("?")[2].split("&")) == len(said) + 2 - 1
        assert "q=phone" in url
        assert "sort=price" in url
    assert len(left) == len(said)


def test_a_pill_of_a_page_leads_to_the_first_page(visitor):
    page = visitor.get("/search?category=smartphones&grade=good&page=2")
    assert [url for _, url in pills(page)] == ["/search?category=smartphones", "/search?grade=good"]


def test_prices_the_wrong_way_round_are_swapped_and_their_pills_tell_the_truth(visitor, goods):
    page = visitor.get("/search?min_price=500&max_price=100")
    assert shown_total(page) == len(expected_cards(goods, Asked(min_price=100_00, max_price=500_00)))
    assert "we swapped them" in page.text
    for label, url in pills(page):
        left = visitor.get(url)
        ((other, _),) = pills(left)
        assert {label, other} == {"from €100", "up to €500"}
        assert shown_total(left) == len(
            expected_cards(goods, Asked(max_price=500_00) if "from" in label else Asked(min_price=100_00))
        )
    assert 'name="min_price" value="100"' in page.text


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ("min_price=abc", "“abc” is not a price, so we left it out."),
        ("max_price=-5", "Prices start at 0, so we left out “-5”."),
        ("min_price=1e9", "“1e9” is not a price, so we left it out."),
        ("max_price=NaN", "“NaN” is not a price, so we left it out."),
        ("battery_min=101", "“101” is not a number from 1 to 100, so we left it out."),
        ("battery_min=%F0%9F%93%B1", "“📱” is not a number from 1 to 100, so we left it out."),
        ("min_price=%3Cscript%3E", "“&lt;script&gt;” is not a price, so we left it out."),
        ("battery_min=٩٠", "“٩٠” is not a number from 1 to 100, so we left it out."),
    ],
)
def test_what_cannot_be_used_is_left_out_and_said(visitor, query, notice):
    page = visitor.get("/search?" + query)
    assert page.status_code == 200
    assert notice in page.text
    assert shown_total(page) == shown_total(visitor.get("/search"))
    assert pills(page) == []


@pytest.mark.parametrize("typed", ["iphone moins de 300 €", "iphone under 300", "iphone 300 € max"])
def test_a_price_among_the_words_is_a_filter_like_any_other(visitor, typed):
    page = visitor.get("/search", query_string={"q": typed})
    assert pills(page) == [("up to €300", "/search?q=iphone")]
    assert shown_total(page) == shown_total(visitor.get("/search?q=iphone&max_price=300"))
    chosen = visitor.get("/search", query_string={"q": typed, "max_price": "400"})
    assert pills(chosen) == [("up to €400", "/search?q=iphone")], "what was chosen by hand goes first"
    assert pills(visitor.get("/search", query_string={"q": typed, "literal": "1"})) == []


@pytest.mark.parametrize("typed", ["300", "300,00", "300.00", " 300 ", "€300", "300 €", "3 00"])
def test_prices_may_be_typed_as_people_do(visitor, goods, typed):
    page = visitor.get("/search", query_string={"max_price": typed})
    assert shown_total(page) == len(expected_cards(goods, Asked(max_price=300_00)))


@pytest.mark.parametrize(
    "page", ["0", "-1", "abc", "1.5", "5001", "99999999999999999999", "1e3", "٣", "%20", "%00"]
)
def test_a_page_that_no_search_has_is_not_found(visitor, page):
    assert visitor.get(f"/search?page={page}").status_code == 404


ODD = [
    "q=" + "x" * 5_000, "q=%00", "q=a%00b", "q=%F0%9F%93%B1", "q=%D7%A9%D7%9C%D7%95%D7%9D", "q=%E2%80%AE%E2%80%AEx",
    "q=%FF%FE", "q=%ED%A0%80", "q='%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "q=%25_%5C", "q=AND%20OR%20NOT%20*%20(",
    "q=a&q=b&q=c", "q=" + "a+" * 90, "q=title:iphone~2%5E5", "q=.....", "q=%0A%0D", "q=1=1;--",
    "grade=good&grade=good&grade=nonsense", "grade=", "grade=%00", "grade=" + "x" * 5000, "category=nonsense",
    "brand=%F0%9F%93%B1", "storage=abc", "storage=-5", "storage=99999999999999999999", "storage=0128", "storage=1e3",
    "storage=", "colour=" + "&colour=".join(map(str, range(200))), "min_price=999999999999", "max_price=999999999999",
    "min_price=0&max_price=0", "min_price=0.001", "battery_min=100&battery_min=5", "sort=nonsense", "sort=", "sort=%00",
    "literal=1", "literal=0&q=iphoen", "unknown=x&utm_source=y", "&&&===", "page=1&page=2", "a" * 3000 + "=b", "%",
    "q=%", "q=iphone&min_price=999999", "grade=Good", "battery_min=007",
]  # fmt: skip


@pytest.mark.parametrize("query", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("path", ["/search", "/c/smartphones", "/fr/search"])
def test_whatever_is_asked_there_is_an_answer(visitor, path, query):
    page = visitor.get(f"{path}?{query}")
    assert page.status_code == 200
    assert shown_cards(page), "never an empty page"
    assert "<script>alert" not in page.text
    assert len(page.text) < 200_000


def test_a_long_question_is_shortened_and_said(visitor):
    page = visitor.get("/search?q=iphone " + "x" * 5_000)
    assert "we searched for the first 200 characters" in page.text


def test_an_endless_question_is_refused_with_a_page(visitor):
    page = visitor.get("/search?q=" + "x" * 10_000)
    assert page.status_code == 414
    assert '<form class="find"' in page.text


def test_unknown_choices_can_be_taken_away(visitor):
    page = visitor.get("/search?storage=abc&grade=nonsense")
    assert shown_total(page) == 0
    assert {url for _, url in pills(page)} == {"/search?grade=nonsense", "/search?storage=abc"}
    assert not {("storage", "-2"), ("storage", "abc")} & ticked(page)


def test_a_category_has_a_page_of_its_own(visitor, goods):
    page = visitor.get("/c/laptops?grade=good")
    assert page.status_code == 200
    assert "<h1>Laptops</h1>" in page.text
    assert shown_total(page) == len(
        expected_cards(goods, Asked({"category": ("laptops",), "grade": ("good",)}))
    )
    assert "category" not in shown_counts(page)
    assert [url for _, url in pills(page)] == ["/c/laptops"]
    assert 'action="/c/laptops"' in page.text
    same = visitor.get("/search?category=laptops&grade=good")
    assert [card.sku for card in shown_cards(same)] == [card.sku for card in shown_cards(page)]
    assert shown_total(visitor.get("/c/laptops?category=smartphones")) == shown_total(
        visitor.get("/c/laptops")
    )
    assert visitor.get("/c/nonsense").status_code == 404
    assert "Ordinateurs portables" in visitor.get("/fr/c/laptops").text


def test_where_nothing_is_found_there_are_ways_out(visitor, goods):
    # Each alone finds plenty, whatever the day's prices; both together nothing.
    page = visitor.get("/search?category=consoles&brand=Apple")
    assert shown_total(page) == 0
    ways = re.findall(r'<li><a class="tall" href="([^"]+)">without [^<]+</a> \(([\d,]+) cards?\)', page.text)
    assert len(ways) == 2
    for url, count in ways:
        assert shown_total(visitor.get(url.replace("&amp;", "&"))) == int(count.replace(",", "")) > 0
    assert shown_cards(page), "and the best of the rest"


def test_words_that_nothing_has(visitor):
    page = visitor.get("/search?q=zzqqzzqq")
    assert shown_total(page) == 0
    assert 'href="/search"' in page.text
    assert shown_cards(page)


def test_a_word_that_was_only_begun_is_said_on_the_page(visitor):
    page = visitor.get("/search?q=sams")
    assert "We took “sams” for the beginning of: samsung." in page.text
    assert "We took" not in visitor.get("/search?q=samsung").text


def test_a_slip_of_the_pen_is_mended_and_said(visitor):
    page = visitor.get("/search?q=iphoen+13")
    assert shown_total(page) > 0
    assert "iphone" in shown_cards(page)[0].slug
    assert "Results for <b>iphone 13</b>, not iphoen 13." in page.text
    literal = re.search(r'href="([^"]+literal=1[^"]*)"', page.text)
    assert literal
    exact = visitor.get(literal[1].replace("&amp;", "&"))
    assert exact.status_code == 200
    assert "not iphoen" not in exact.text


@pytest.mark.parametrize(
    ("asked", "model"),
    [
        ("iphone 13", "iphone-13"),
        ("IPHONE13", "iphone-13"),
        ("iphone 13 128go", "iphone-13-128-gb"),
        ("galaxy s21", "galaxy-s21"),
        ("nintendo switch", "switch"),
        ("téléphone apple", "iphone"),
    ],
)
def test_people_find_what_they_call_by_name(visitor, asked, model):
    cards = shown_cards(visitor.get("/search", query_string={"q": asked}))
    assert cards
    assert all(model in card.slug for card in cards[:3])


@pytest.mark.parametrize(
    "asked", ["ordinateur portable", "ordinateurs portables", "laptop", "laptops", "notebooks"]
)
def test_people_find_a_category_by_its_words(visitor, goods, asked):
    category = {one.slug: one.facets["category"] for one in goods}
    cards = shown_cards(visitor.get("/search", query_string={"q": asked}))
    assert {category[card.slug] for card in cards} == {"laptops"}


@pytest.mark.parametrize("path", ["/search?q=iphone&grade=good&sort=price", "/search?q=iphone&page=2"])
def test_search_engines_are_told_of_one_address(visitor, path):
    page = visitor.get(path).text
    canonical = re.search(r'<link rel="canonical" href="([^"]+)"', page)
    assert canonical
    expected = "/search?q=iphone&amp;page=2" if "page" in path else "/search?q=iphone"
    assert canonical[1].endswith(expected)


def test_machines_read_what_people_see(visitor, goods):
    by_card = {(one.card, one.sku): one for one in goods}
    for card in shown_cards(visitor.get("/search?q=iphone")):
        assert ((card.slug, card.grade), card.sku) in by_card
        euros = f"{card.price / 100:,.2f}".removesuffix(".00")
        assert f">€{euros}</data>" in card.html
        for needed in (
            'itemtype="https://schema.org/Product"', 'itemtype="https://schema.org/Offer"', 'itemprop="name"',
            'content="EUR"', "https://schema.org/RefurbishedCondition", "https://schema.org/InStock",
        ):  # fmt: skip
            assert needed in card.html
