"""Texts of the shop's own: Markdown without harm, in both languages, and never without what the law wants said."""

import re

import pytest

from storefront.core.database import transaction
from storefront.core.errors import FormInvalid
from storefront.house import texts
from storefront.house.errors import HouseRefused
from storefront.house.markdown import rendered
from storefront.house.running import current_house
from storefront.info.pages import built_in, page_text, preview
from tests.factories import NOW


def write(app, name, body, language="en", seen=None):
    with app.app_context(), transaction():
        version = current_house().version if seen is None else seen
        texts.write_text(name, language, body, seen=version, person_id=None, now=NOW)


def test_own_words_in_each_language_and_the_built_in_ones_again(app, client):
    before = client.get("/en/legal").text
    write(app, "terms", "# Our terms\n\nSold by **{company}**.")
    page = client.get("/en/legal").text
    assert "<h3>Our terms</h3>\n<p>Sold by <strong>Rebelote Démo SAS</strong>.</p>" in page
    assert "Our terms" not in client.get("/fr/legal").text
    write(app, "terms", "# Nos conditions", language="fr")
    assert "<h3>Nos conditions</h3>" in client.get("/fr/legal").text
    write(app, "terms", None)
    assert client.get("/en/legal").text == before


def test_what_the_law_wants_stands_there_whatever_is_written(app, client):
    for name in ("terms", "privacy", "imprint"):
        write(app, name, "Nothing to see here.")
    page = client.get("/en/legal").text.partition("<main")[2].partition("</main>")[0]
    assert page.count("Nothing to see here.") == 3
    for mention in (
        '<a href="/en/withdraw">Withdraw from a contract here</a>',
        "legal guarantee of conformity",
        "Rebelote Démo SAS",
        "RCS Nantes 900 000 008",
        "FR32900000008",
        "Camille Dupuis",
        "mailto:bonjour@rebelote.example",
        "The shop itself, at the address above",
    ):
        assert mention in page


def test_a_text_that_says_it_itself_is_not_told_twice(app, client):
    write(app, "terms", "[Back out]({withdraw}), [be sure]({guarantee}), from {company}. {mediator}")
    page = client.get("/en/legal").text.partition('id="terms"')[2].partition('id="privacy"')[0]
    assert '<a href="/en/withdraw" rel="noopener">Back out</a>' in page
    assert "Withdraw from a contract here" not in page


def test_what_is_missing_or_empty_is_told(app):
    with app.test_request_context("/en/"):
        shown = preview("terms", "From {company}, who asks {mediator}")
        assert (shown.missing, shown.empty) == (("withdraw", "guarantee"), ("mediator",))
        assert page_text("terms").missing == ("mediator",)
        assert page_text("privacy").missing == ()
        assert "{company}" in built_in("terms")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ('<img src=x onerror="a()">', '<p>&lt;img src=x onerror="a()"&gt;</p>\n'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](JaVaScRiPt:alert(1))", "<p>[x](JaVaScRiPt:alert(1))</p>\n"),
        ("[x](//evil.example)", '<p><a rel="noopener">x</a></p>\n'),
        ("[x](/\\evil.example)", '<p><a href="/%5Cevil.example" rel="noopener">x</a></p>\n'),
        ("[x](ftp://host/)", '<p><a rel="noopener">x</a></p>\n'),
        ("[x](/withdraw)", '<p><a href="/withdraw" rel="noopener">x</a></p>\n'),
        ("[x](https://a.example)", '<p><a href="https://a.example" rel="noopener">x</a></p>\n'),
        ("[x](mailto:a@b.example)", '<p><a href="mailto:a@b.example" rel="noopener">x</a></p>\n'),
        ("![x](https://a.example/x.png)", '<p>!<a href="https://a.example/x.png" rel="noopener">x</a></p>\n'),
        ("# A\n\n###### B", "<h3>A</h3>\n<h6>B</h6>\n"),
        ("{who}", "<p>&lt;b&gt;*A* &amp; {who}</p>\n"),
    ],
)
def test_no_harm_in_what_people_write(text, html):
    assert rendered(text, {"who": "<b>*A*\n& {who}"}, level=3) == html


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("terms", " \n ", "Please write something"),
        ("terms", "x" * 20_001, "room for 20000 characters"),
        ("terms", "From {compny} to {you}", r"Nobody knows what to put here: {compny}, {you}\."),
        ("terms", "a\0b", "can't be printed"),
        ("grade-good-screen", "x" * 301, "room for 300 characters"),
        ("grade-good-screen", "two\nlines", "can't be printed"),
    ],
)
def test_what_can_not_be_taken(app, name, body, words):
    with pytest.raises(FormInvalid) as caught:
        write(app, name, body)
    assert set(caught.value.errors) == {"body"}
    assert re.search(words, caught.value.errors["body"])


def test_of_two_people_the_second_is_told(app):
    write(app, "about", "First", seen=0)
    with pytest.raises(HouseRefused, match="Somebody else has just changed this text"):
        write(app, "about", "Second", seen=0)
    write(app, "about", "Anything else", language="fr", seen=0)


def test_a_text_that_there_is_none_of(app):
    for name, language in (("secrets", "en"), ("terms", "de")):
        with pytest.raises(LookupError):
            write(app, name, "x", language=language)


def test_the_about_page(app, client):
    assert "Rebelote is run by Rebelote Démo SAS." in client.get("/en/about").text
    write(app, "about", "# Two sisters\n\nand a screwdriver.")
    assert "<h2>Two sisters</h2>\n<p>and a screwdriver.</p>" in client.get("/en/about").text
    assert '<a href="/en/about">About us</a>' in client.get("/en/").text


def test_a_grade_in_the_shops_own_words(app, client):
    write(app, "grade-good-summary", "Honest wear, <b>no</b> drama")
    assert "<b>Honest wear, &lt;b&gt;no&lt;/b&gt; drama.</b>" in client.get("/en/grades").text
    assert "Honest wear" not in client.get("/fr/grades").text
