"""The product page: one product, its offers best value first, and ways to its neighbours that lead where they say."""

import html
import re

import pytest

from storefront.catalog.models import Offer
from storefront.core.database import db

from .makers import IPHONE_13, load_models, set_offer, set_seller, stock
from .truth import shown_cards

BLUE_128 = {"model": "iPhone 13", "brand": "Apple", "storage_gb": "128", "colour": "blue"}
PATH = "/p/iphone-13-128-gb-blue"


@pytest.fixture
def shop(app):
    with app.app_context():
        load_models(IPHONE_13)
        db.session.remove()
    stock(
        app,
        {**BLUE_128, "price": "300", "seller": "Careless"},
        {**BLUE_128, "price": "312", "seller": "Careful", "battery_percent": "91", "guarantee_months": "24"},
        {**BLUE_128, "price": "340", "seller": "Third", "vat_scheme": "standard"},
        {**BLUE_128, "price": "250", "grade": "fair"},
        {**BLUE_128, "price": "420", "storage_gb": "256"},
        {**BLUE_128, "price": "299", "colour": "red", "grade": "excellent"},
        {**BLUE_128, "price": "399", "storage_gb": "256", "colour": "red", "stock": "0"},
        {"title": "Pixel 8", "price": "350", "brand": "Google"},
        {"title": "Odd box with buttons", "price": "45", "category": "Curiosities"},
    )
    with app.app_context():
        set_seller("careless", risk=0.10, bad_lines=36.0)
        set_seller("careful", risk=0.02, bad_lines=6.0)
        db.session.remove()
    return app


def options(page) -> dict[str, str]:
    """Label -> address of the links to grades, storages and colours; the chosen ones end in a star."""
    found = {}
    pattern = r'<li><a([^>]*)>(?:<span class="vh">[^<]*</span>)?([^<]+?)(?: <small>[^<]*</small>)?</a></li>'
    for attributes, label in re.findall(pattern, page.text):
        url = re.search(r'href="([^"]+)"', attributes)
        assert url
        star = "*" if "aria-current" in attributes else ""
        found[label.strip() + star] = html.unescape(url[1])
    return found


def offered(page) -> list[int]:
    """The offers that can be bought here, the featured one first."""
    pattern = r'name="offer" value="(\d+)"'
    return [int(number) for number in re.findall(pattern, page.text.partition('class="related"')[0])]


def prices(app, numbers: list[int]) -> list[int]:
    with app.app_context():
        found = [db.session.get(Offer, number).price_minor // 100 for number in numbers]  # type: ignore[union-attr]
        db.session.remove()
    return found


def test_all_offers_of_a_grade_stand_there_best_value_first(shop, client):
    page = client.get(PATH + "?grade=good")
    assert prices(shop, offered(page)) == [312, 340, 300]
    assert prices(shop, offered(client.get(PATH + "?grade=fair"))) == [250]


def test_each_of_them_can_be_bought(shop, client):
    for number in offered(client.get(PATH + "?grade=good")):
        assert client.post("/cart/add", data={"offer": number}).status_code == 303
    assert client.get("/cart").text.count("/cart/remove") >= 3


def test_it_says_why_the_first_is_first(shop, client):
    assert (
        "4 % dearer than the cheapest, from a seller with a quarter of the problems."
        in client.get(PATH + "?grade=good").text
    )
    assert "The only one in this grade today." in client.get(PATH + "?grade=fair").text


def test_without_a_grade_the_best_value_is_shown(shop, client):
    page = client.get(PATH)
    chosen = [label for label in options(page) if label.endswith("*")]
    assert chosen[0] in ("Good*", "Fair*")
    assert page.status_code == 200


def test_the_links_lead_to_what_they_say(shop, client):
    page = client.get(PATH + "?grade=good")
    found = options(page)
    assert found["Good*"] == PATH + "?grade=good"
    assert found["Fair"] == PATH + "?grade=fair"
    assert found["256 GB"] == "/p/iphone-13-256-gb-blue?grade=good"
    assert found["128 GB*"] == PATH + "?grade=good"
    assert found["red"] == "/p/iphone-13-128-gb-red?grade=good"
    assert "blue*" in found
    for url in found.values():
        assert client.get(url).status_code == 200


def test_the_language_stays_on_the_links(shop, client):
    assert all(url.startswith("/fr/") for url in options(client.get("/fr" + PATH)).values())


def test_a_grade_that_is_sold_out_says_so_and_shows_the_others(shop, client):
    page = client.get(PATH + "?grade=premium")
    assert page.status_code == 200
    assert "Gone! Somebody was quicker" in page.text
    assert offered(page) == []
    assert page.text.count("sold out") == 2
    assert 'itemprop="offers"' not in page.text.partition('class="related"')[0]


def test_a_product_that_is_sold_out_keeps_its_page(shop, client):
    page = client.get("/p/iphone-13-256-gb-red")
    assert page.status_code == 200
    assert "Good*" in options(page)
    assert offered(page) == []


def test_the_last_one_sold_elsewhere_is_gone_here(shop, client):
    client.get(PATH + "?grade=fair")
    with shop.app_context():
        set_offer("A4", stock=0)
        db.session.remove()
    assert offered(client.get(PATH + "?grade=fair")) == []


def test_offers_of_a_suspended_seller_are_hidden_everywhere(shop, client):
    client.get(PATH)
    with shop.app_context():
        set_seller("careful", standing="suspended")
        db.session.remove()
    page = client.get(PATH + "?grade=good")
    assert prices(shop, offered(page)) == [340, 300]
    assert "Careful" not in page.text
    assert "Careful" not in client.get("/search").text


def test_machines_read_the_first_offer(shop, client):
    page = client.get(PATH + "?grade=good").text
    with shop.app_context():
        offer = db.session.scalar(db.select(Offer).where(Offer.sku == "A2"))
        assert offer
        expected = {"price": f"{offer.price_minor / 100:.2f}", "sku": offer.sku, "priceCurrency": "EUR"}
        db.session.remove()
    product = page.partition('itemprop="offers"')[2].partition('class="related"')[0]
    for name, value in expected.items():
        assert re.search(rf'itemprop="{name}" (?:value|content)="([^"]*)"', product)[1] == value  # type: ignore[index]
    assert '<h1 itemprop="name">iPhone 13 · 128 GB · blue</h1>' in page
    assert "https://schema.org/RefurbishedCondition" in product
    assert "https://schema.org/InStock" in product


def test_it_says_what_one_gets(shop, client):
    page = client.get(PATH + "?grade=good").text
    for words in (
        "Security updates until September 2028.", "Battery measured: 91 %", "and the seller's own of 24 months",
        "−77.3 kg CO₂e", "What was tested", "By law: 2 years.", "€909", "Careful",
    ):  # fmt: skip
        assert words in page, words
    assert "Battery: at least 80 %" in client.get(PATH + "?grade=fair").text


def test_it_compares_with_the_price_new(shop, client):
    page = client.get(PATH + "?grade=good").text
    assert "€597" in page, "909 - 312"


@pytest.mark.parametrize("until", ["2020-01-31", ""])
def test_updates_that_ended_are_said(app, client, until):
    with app.app_context():
        load_models({**IPHONE_13, "security_until": until})
        db.session.remove()
    stock(app, BLUE_128)
    page = client.get(PATH).text
    assert ("Security updates ended in January 2020." in page) == bool(until)
    assert ("Security updates" in page) == bool(until)


def test_updates_without_an_announced_end_are_said_with_the_day_they_were_checked(app, client):
    with app.app_context():
        load_models({**IPHONE_13, "security_until": "", "supported_on": "2026-11-22"})
        db.session.remove()
    stock(app, BLUE_128)
    assert "No end of security updates announced (checked November 2026)." in client.get(PATH).text


def test_a_product_of_no_known_model_has_a_page_as_well(shop, client):
    page = client.get("/p/odd-box-with-buttons")
    assert page.status_code == 200
    assert '<h1 itemprop="name">Odd box with buttons</h1>' in page.text
    assert "Security updates" not in page.text
    assert "CO₂" not in page.text, "no figure where none can be trusted"
    assert prices(shop, offered(page)) == [45]


@pytest.mark.parametrize("grade", ["mint", "", "GOOD", "good&grade=fair", "%00", "good'--"])
def test_a_grade_that_there_is_not_leads_to_the_product(shop, client, grade):
    page = client.get(f"{PATH}?grade={grade}")
    if grade == "good&grade=fair":
        assert page.status_code == 200
        return
    assert (page.status_code, page.headers["Location"]) == (303, PATH)
    assert client.get("/fr" + f"{PATH}?grade={grade}").headers["Location"] == "/fr" + PATH


@pytest.mark.parametrize(
    "slug", ["nothing", "IPHONE-13-128-GB-BLUE", "iphone-13-128-gb-blue ", "%2e%2e", "x" * 500]
)
def test_a_product_that_there_is_not_is_not_found(shop, client, slug):
    assert client.get(f"/p/{slug}").status_code == 404


def test_related_ones_are_others_of_its_kind(shop, client):
    related = [card.slug for card in shown_cards(client.get(PATH))]
    assert "pixel-8" in related
    assert not [slug for slug in related if slug.startswith("iphone-13")], "its own other colours stand above"
    assert len(related) == len(set(related))


@pytest.mark.parametrize("rivals", [1, 3, 30])
def test_the_number_of_statements_is_fixed(app, client, count_sql, rivals):
    with app.app_context():
        load_models(IPHONE_13)
        db.session.remove()
    stock(app, *[{**BLUE_128, "seller": f"S{n}", "price": 300 + n} for n in range(rivals)],
          *[{"title": f"Other {n}", "brand": "Apple"} for n in range(8)])  # fmt: skip
    client.get(PATH)
    with count_sql() as warm:
        assert client.get(PATH + "?grade=good").status_code == 200
    app.extensions["kept_cards"].forget(None)
    with count_sql() as cold:
        client.get(PATH + "?grade=fair")
    with count_sql() as kept:
        client.get(PATH + "?grade=fair")
    assert (len(warm), len(cold), len(kept)) == (4, 6, 0), (warm, cold)


@pytest.mark.parametrize("cards", [1, 3, 18])
def test_the_number_of_statements_of_results_is_fixed(app, client, count_sql, cards):
    stock(app, *[{"title": f"Thing {n}", "price": 100 + n, "brand": f"B{n}"} for n in range(cards)])
    client.get("/search?sort=newest")
    cards_kept = app.extensions["kept_cards"]
    addresses = ("/search?", "/search?q=thing", "/search?q=thing&grade=good", "/c/smartphones?")
    counts = {}
    for state, suffix in (("cold", ""), ("warm", "&"), ("kept", "")):
        for address in addresses:
            if state == "cold":
                cards_kept.forget(None)
            with count_sql() as statements:
                page = client.get(address + suffix)
            assert len(shown_cards(page)) == cards
            counts[state, address] = len(statements)
    assert max(counts.values()) <= 8
    assert [counts["cold", address] for address in addresses] == [2, 2, 2, 3]
    assert [counts["warm", address] for address in addresses] == [0, 0, 0, 1]
    assert [counts["kept", address] for address in addresses] == [0, 0, 0, 0]
