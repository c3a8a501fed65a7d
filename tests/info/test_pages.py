"""Pages about the shop, and what machines ask of it."""

import re
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from storefront.core.database import db
from tests.catalog.makers import stock

AT_SHOP_EXAMPLE = {
    "REBELOTE_SHOP_URL": "https://shop.example",
    "REBELOTE_CONTACT_COMPANY": "La Bonne Boutique",
    "REBELOTE_PAYMENT_METHODS": "pickup",
}


def test_the_shop_is_healthy_while_its_database_answers(app, client):
    page = client.get("/healthz")
    assert (page.status_code, page.text, page.headers["Cache-Control"]) == (200, "ok\n", "private, no-store")
    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", fail)
    try:
        assert client.get("/healthz").status_code == 503
    finally:
        sa.event.remove(engine, "before_cursor_execute", fail)


def fail(*_arguments: object) -> None:
    raise sa.exc.OperationalError("SELECT 1", {}, Exception("the disk is gone"))


def test_robots_may_read_all_but_what_belongs_to_people(make_app):
    client = make_app(**AT_SHOP_EXAMPLE).test_client()
    page = client.get("/robots.txt")
    assert page.mimetype == "text/plain"
    lines = page.text.splitlines()
    assert "Sitemap: https://shop.example/sitemap.xml" in lines
    disallowed = [line.partition(": ")[2] for line in lines if line.startswith("Disallow")]
    assert {"/cart", "/checkout", "/orders/"} <= set(disallowed)
    assert not {"/", "/p/", "/c/", "/search"} & set(disallowed)


def test_the_sitemap_names_every_page_there_is(make_app):
    app = make_app(**AT_SHOP_EXAMPLE)
    stock(
        app,
        {},
        {"title": "Tom & Jerry's <phone>", "stock": "0"},
        {"title": "Écran 4K", "category": "monitors"},
    )
    client = app.test_client()
    page = client.get("/sitemap.xml")
    assert page.mimetype == "application/xml"
    root = ElementTree.fromstring(page.data)  # noqa: S314
    places = [element.text for element in root.iter() if element.tag.endswith("loc")]
    assert len(places) == len(set(places))
    paths = [place.removeprefix("https://shop.example") for place in places if place]
    assert {"/", "/c/smartphones", "/c/monitors", "/p/ecran-4k", "/p/tom-jerry-s-phone"} <= set(paths)
    for path in paths:
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", ["/legal", "/contact", "/impact", "/grades", "/how-we-rank", "/guarantee"])
def test_the_pages_about_the_shop_are_there_in_both_languages(client, path, language):
    page = client.get(f"/{language}{path}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert page.text.count("<h1") == 1


def test_the_operator_is_named_as_the_settings_say(make_app):
    client = make_app(
        REBELOTE_SHOP_NAME="Ré & fils",
        REBELOTE_CONTACT_COMPANY="Ré <b>& fils</b> SARL",
        REBELOTE_CONTACT_ADDRESS="1 rue du Port, 17000 La Rochelle",
        REBELOTE_CONTACT_PHONE="+33 5 46 00 00 00",
        REBELOTE_CONTACT_VAT_ID="FR12345678901",
        REBELOTE_CONTACT_DIRECTOR="Ada L.",
        REBELOTE_CONTACT_REGISTER_NUMBER="RCS La Rochelle 1",
    ).test_client()
    legal, contact = client.get("/legal").text, client.get("/contact").text
    for words in (
        "Ré &lt;b&gt;&amp; fils&lt;/b&gt; SARL",
        "17000 La Rochelle",
        "FR12345678901",
        "Ada L.",
        "RCS La Rochelle 1",
    ):
        assert words in legal, words
    assert 'href="tel:+33546000000"' in contact
    assert "<title>Contact · Ré &amp; fils</title>" in contact


@pytest.mark.parametrize(("path", "words"), [("/en/legal", "our mediator"), ("/fr/legal", "notre médiateur")])
def test_the_terms_name_the_mediator_or_mention_none(make_app, path, words):
    assert words not in make_app().test_client().get(path).text
    text = make_app(REBELOTE_CONTACT_MEDIATOR="Médicys, 73 bd de Clichy").test_client().get(path).text
    assert words in text
    assert "Médicys, 73 bd de Clichy</p>" in text


def test_no_page_promises_what_the_law_forbids(client):
    """Decree 2022-190: what is refurbished is never said to be like new."""
    for path in ("/", "/legal", "/contact", "/impact", "/grades", "/how-we-rank", "/guarantee", "/search"):
        for language in ("en", "fr"):
            text = re.sub(r"\s+", " ", client.get(f"/{language}{path}").text.lower())
            for words in (
                "like new",
                "as new",
                "remis à neuf",
                "comme neuf",
                "carbon neutral",
                "neutre en carbone",
            ):
                assert words not in text, (path, words)
