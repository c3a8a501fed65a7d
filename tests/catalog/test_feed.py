"""Google's feed: what is in stock, at the price that its page shows, made once and kept."""

import csv
import gzip
import io
import os
import re
from pathlib import Path

import pytest
from flask import current_app
from werkzeug.test import TestResponse

from storefront.catalog.feed import YOUNG
from storefront.catalog.feed_lines import FIELDS, clean, google_lines
from storefront.core.database import db
from storefront.core.i18n import speak

from .makers import IPHONE_13, load, load_models, set_offer, set_seller, stock


def fetch(client, path: str = "/feeds/google.tsv", **headers: str) -> TestResponse:
    """The whole answer, and the connection closed."""
    with client.get(path, headers=headers) as response:
        response.get_data()
    return response


def items(client, path: str = "/feeds/google.tsv", **headers: str) -> list[dict[str, str]]:
    response = fetch(client, path, **headers)
    assert response.status_code == 200
    assert response.mimetype == "text/tab-separated-values"
    rows = csv.DictReader(io.StringIO(response.text), delimiter="\t")
    return sorted(rows, key=lambda item: item["item_group_id"])


@pytest.fixture
def shop(app):
    with app.app_context():
        load_models(IPHONE_13)
        db.session.remove()
    known = {"model": "iPhone 13", "storage_gb": "128", "colour": "midnight", "ean": "4006381333931"}
    stock(
        app,
        {**known, "price": "319"},
        {**known, "price": "300", "seller": "Other"},
        {**known, "grade": "fair", "price": "250"},
        {"title": "Turbomix 3000", "brand": "Turbo", "category": "appliances", "price": "45", "stock": "0"},
        {"title": "=Turbomix, comme " + "neuf\t!", "category": "appliances", "price": "1045.5"},
    )
    return app


def test_each_card_is_an_item_as_its_page_shows_it(shop, client):
    found = items(client)
    assert tuple(found[0]) == FIELDS
    assert [(item["id"].partition("-")[2], item["price"]) for item in found] == [
        ("fair", "250.00 EUR"), ("good", "300.00 EUR"), ("good", "1045.50 EUR"),
    ]  # fmt: skip
    first = found[1]
    assert first["title"] == "iPhone 13 · 128 GB · midnight, refurbished, grade Good"
    assert first["link"].endswith("/p/iphone-13-128-gb-midnight?grade=good")
    fixed = (
        "availability",
        "condition",
        "brand",
        "gtin",
        "identifier_exists",
        "item_group_id",
        "color",
        "shipping",
    )
    assert [first[name] for name in fixed] == [
        "in_stock", "refurbished", "Apple", "4006381333931", "yes", "apple-iphone-13-good", "midnight", "FR:::3.90 EUR",
    ]  # fmt: skip
    assert [found[2][name] for name in ("brand", "gtin", "identifier_exists", "color")] == ["", "", "no", ""]
    page = client.get(re.sub(r"^https?://[^/]+", "", first["link"]))
    assert "€300" in page.text


def test_sellers_words_say_nothing_forbidden_and_begin_no_formula(shop, client):
    assert items(client)[2]["title"] == "Turbomix, !, refurbished, grade Good"
    assert clean("remis à " + "neuf, like" + " new phone", 99) == ", phone"
    assert clean("+-=@ x" + " y" * 99, 20) == "x y y y y y y y y y…"


def test_a_suspended_seller_is_not_in_it(shop, client):
    with shop.app_context():
        set_seller("other", standing="suspended")
        db.session.remove()
    assert items(client)[1]["price"] == "319.00 EUR"


def test_it_speaks_the_language_of_its_address_or_of_the_shop(shop, client):
    assert "128 Go · minuit" in items(client, "/fr/feeds/google.tsv")[0]["title"]
    assert "/fr/p/" in items(client, "/fr/feeds/google.tsv")[0]["link"]
    asked = items(client, "/feeds/google.tsv", **{"Accept-Language": "fr"})
    assert "128 GB · midnight" in asked[0]["title"]


def test_it_is_made_once_and_asked_for_by_its_tag(shop, client, count_sql):
    first = fetch(client)
    with count_sql() as statements:
        again = fetch(client)
    assert (again.data, again.headers["ETag"]) == (first.data, first.headers["ETag"])
    assert not [statement for statement in statements if "FROM offer" in statement]
    asked = fetch(client, **{"If-None-Match": first.headers["ETag"]})
    assert (asked.status_code, asked.data) == (304, b"")
    packed = fetch(client, **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == first.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != first.headers["ETag"]
    assert "Set-Cookie" not in packed.headers


def test_a_shop_that_changed_is_told_after_a_few_minutes(shop, client):
    assert len(items(client)) == 3
    with shop.app_context():
        set_offer("A3", stock=0)
        folder = Path(current_app.instance_path, "feeds")
        db.session.remove()
    assert len(items(client)) == 3, "every order would make it anew"
    (file,) = folder.iterdir()
    old = file.stat().st_mtime - YOUNG - 1
    os.utime(file, (old, old))
    assert len(items(client)) == 2
    assert len(list(folder.iterdir())) == 1


def test_its_statements_and_bytes_are_bounded(app, count_sql):
    def made(*changes) -> tuple[int, int]:
        with app.test_request_context("/feeds/google.tsv"):
            load(*changes)
            speak("en")
            current_app.extensions["finder"].catch_up()
            with count_sql() as statements:
                text = "".join(google_lines(current_app.config["SETTINGS"]))
            db.session.remove()
        return len(statements), max(len(line) for line in text.splitlines())

    wide = {"title": "T" * 290, "brand": "B" * 80, "colour": "c" * 60, "description": "wide " * 1_900}
    few, longest = made({**wide})
    many, _ = made(*({**wide, "title": f"{n} " + "T" * 280} for n in range(40)))
    assert few == many
    assert longest < 2_000
