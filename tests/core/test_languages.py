"""The reader's language: by the address, else by what the browser says, else the shop's own."""

import re

import pytest

from tests.catalog.makers import stock

ENGLISH, FRENCH = '<html lang="en"', '<html lang="fr"'


@pytest.mark.parametrize(
    ("path", "accept", "shown"),
    [
        ("/fr/", None, FRENCH),
        ("/fr", None, FRENCH),
        ("/en/", "fr", ENGLISH),
        ("/", None, ENGLISH),
        ("/", "fr", FRENCH),
        ("/", "fr-FR,fr;q=0.9,en;q=0.8", FRENCH),
        ("/", "en-US,en;q=0.9,fr;q=0.8", ENGLISH),
        ("/", "fr-CA,en;q=0.5", FRENCH),
        ("/", "en-GB,fr;q=0.5", ENGLISH),
        ("/", "de-DE,de;q=0.9", ENGLISH),
        ("/", "de,fr;q=0.3", FRENCH),
        ("/", "en;q=0,fr;q=0.1", FRENCH),
        ("/", "fr;q=0", ENGLISH),
        ("/", "*", ENGLISH),
        ("/", ";;;,q=x", ENGLISH),
        ("/contact", "fr", FRENCH),
    ],
)
def test_the_language_of_a_page(client, path, accept, shown):
    page = client.get(path, headers={"Accept-Language": accept} if accept else {})
    assert page.status_code == 200
    assert shown in page.text


def test_a_shop_with_another_language_speaks_it_unless_asked(make_app):
    client = make_app(REBELOTE_SHOP_LANGUAGE="fr").test_client()
    assert FRENCH in client.get("/").text
    assert FRENCH in client.get("/", headers={"Accept-Language": "*"}).text
    assert ENGLISH in client.get("/", headers={"Accept-Language": "en"}).text
    assert ENGLISH in client.get("/en/").text


def test_only_pages_that_ask_the_browser_vary_by_it(client):
    assert "Accept-Language" in client.get("/contact").headers["Vary"]
    assert "Accept-Language" not in client.get("/fr/contact").headers["Vary"]


def test_kept_pages_do_not_mix_languages(client):
    french, english = {"Accept-Language": "fr"}, {"Accept-Language": "en"}
    for _ in range(2):
        assert FRENCH in client.get("/contact", headers=french).text
        assert ENGLISH in client.get("/contact", headers=english).text
        assert FRENCH in client.get("/fr/contact", headers=english).text
        assert ENGLISH in client.get("/en/contact", headers=french).text


def links(page: str) -> set[str]:
    found = re.findall(r'(?:href|action)="(/[^"]*)"', page)
    return {link for link in found if not link.startswith("/static/")}


@pytest.mark.parametrize(
    "path", ["/", "/search", "/search?q=iphone&grade=good", "/c/smartphones", "/contact"]
)
def test_every_link_of_a_prefixed_page_keeps_its_prefix(app, client, path):
    stock(app, {}, {"seller": "Other", "price": "300"})
    found = links(client.get("/fr" + path).text)
    assert len(found) > 5
    switch = "/en" + path
    assert {link for link in found if not link.startswith("/fr")} <= {switch, switch.replace("&", "&amp;")}


def test_the_links_of_a_plain_page_have_no_prefix(app, client):
    stock(app, {})
    prefixed = {link for link in links(client.get("/").text) if re.match("/(fr|en)(/|$)", link)}
    assert prefixed == {"/fr/"}


@pytest.mark.parametrize("path", ["/frites", "/fr/fr/", "/env", "/fr/en/contact", "/de/"])
def test_what_only_looks_like_a_language_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_the_switch_leads_to_the_same_page_in_each_language(client):
    page = client.get("/search?q=%C3%A9cran&page=1").text
    assert 'href="/fr/search?q=%C3%A9cran&amp;page=1"' in page
    assert 'hreflang="fr"' in page
