"""Pages and mails in French: no English left, amounts and dates as French writes them."""

import re
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from storefront.catalog.labels import price_source_label
from storefront.core.database import db
from storefront.core.mail import OutgoingMail, written
from storefront.core.money import Money
from storefront.core.templating import day, moment, money, number, weekday_moment

from ..conftest import DemoShop
from ..factories import make_person
from ..shopper import ShopClient
from ..signing_in import sign_in
from ..walk import CUSTOMER, product_links
from .texts import read

# Words that no French sentence holds, and no name in the demo shop.
ENGLISH = re.compile(
    r"(?<!e-)\b(the|and|you|your|our|with|without|this|that|these|from|until|not|nothing|isn't|can't|is|are|was|of|to|by|for"
    r"|how|what|when|which|where|best|seller|sellers|shop|order|orders|parcel|delivery|delivered|cart|checkout|search"
    r"|price|guarantee|guaranteed|grade|grades|battery|storage|colour|screen|weight|refurbished|working|days|months?"
    r"|years?|source|launch|approximate|please|phone|phones|mail|more|less|show|sort|filter|remove|add|black|white|blue"
    r"|green|red|yellow|gold|silver|grey|midnight|january|february|march|april|june|july|august|september|october"
    r"|november|december)\b",
    re.IGNORECASE,
)
# Words that are one thing in English and another, or a name, in French.
FRENCH_TOO = re.compile(r"\bsource\b|\bgrade\b", re.IGNORECASE)
# Addresses, which are nobody's to translate, and terabytes, which are "To" in French.
NAMES = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+|\b\d+ To\b")
# Everything that has "€" beside it, and how it must look: thin spaces between thousands, a comma, a space.
NEAR_EURO = re.compile(r"[\d.,\s]*€|€\s*\d*")
AMOUNT = re.compile(r"\d{1,3}(\N{NARROW NO-BREAK SPACE}\d{3})*(,\d{2})?\N{NO-BREAK SPACE}€")
# Pages that are no text for people, or are reached with something in the cart (below).
APART = (
    "static",
    "catalog.suggest",
    "checkout.show",
    # For a case only (below).
    "repair.advice",
    "repair.repairers",
    "repair.refer",
    # After a password only; the same template as the other pages that ask for a code.
    "accounts.second",
)
PASSWORD = "quatre mots bien rangés"


@pytest.fixture(scope="module")
def shop(demo_shop: DemoShop) -> Flask:
    return demo_shop.app


def visitor(app: Flask) -> ShopClient:
    client = app.test_client()
    assert isinstance(client, ShopClient)
    return client


def names_of(app: Flask) -> list[str]:
    """Names in the shop that hold English words: they are no one's to translate."""
    with app.app_context():
        rows = db.session.execute(
            sa.text(
                "SELECT name FROM model UNION SELECT name FROM brand UNION SELECT name FROM seller"
                " UNION SELECT legal_name FROM seller UNION SELECT title FROM product"
                # In the language that each order was placed in.
                " UNION SELECT title FROM order_line"
            )
        )
        return sorted((str(row[0]) for row in rows if row[0]), key=len, reverse=True)


def simple_pages(app: Flask) -> list[str]:
    return [
        str(rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint not in APART
    ]


def codes(client: ShopClient, operator: ShopClient) -> dict[str, TestResponse]:
    """The pages that ask for a mailed code, which come after a form."""
    newcomer = {"email": "nouvelle@example.org", "password": PASSWORD}
    sent = [
        client.submit(client.get("/fr/sign-up"), "/sign-up", newcomer, follow_redirects=True),
        client.submit(client.get("/fr/forgotten"), "/forgotten", newcomer, follow_redirects=True),
        operator.submit(
            operator.get("/fr/account/mail"),
            "/account/mail",
            {"email": "autre@example.org", "current": PASSWORD},
            follow_redirects=True,
        ),
    ]
    return {page.request.path.removeprefix("/fr"): page for page in sent}


FIRM = {
    "name": "Menuiserie Le Goff",
    "register_number": "404833048",
    "street": "12 rue du Port",
    "postcode": "29200",
    "city": "Brest",
    "contact": "Zoé Le Goff",
    "email": "zoe@legoff.example",
}


def fleet(client: ShopClient) -> dict[str, TestResponse]:
    """A firm's way from its request to a quote that holds."""
    asked = client.get("/fr/business/quote")
    understood = client.submit(asked, "/lines", {"wanted": "3 iPhone 13 bon état\n2 portables 16 Go"})
    proposals = client.submit(understood, "/business/quote", FIRM, follow_redirects=True)
    quote = client.submit(proposals, "/choose", {}, follow_redirects=True)
    return {
        "firms, understood": understood,
        "firms, proposals": proposals,
        "firms, quote": quote,
        "firms, carbon": client.get(f"{quote.request.path}/carbon"),
    }


@pytest.fixture(scope="module")
def walk(shop: Flask) -> dict[str, TestResponse]:
    """Every page in French: those with a plain address, those of a purchase, and those of mistakes."""
    client, operator = visitor(shop), visitor(shop)
    with shop.app_context():
        sign_in(operator, make_person("marcheuse@example.org", password=PASSWORD, roles=("operator",)))
    pages = {path: client.get(f"/fr{path}") for path in simple_pages(shop)}
    # What asks a stranger to sign in is read by somebody who may see everything.
    pages |= {path: operator.get(f"/fr{path}") for path, page in pages.items() if page.status_code == 303}
    pages = {path: page for path, page in pages.items() if page.mimetype == "text/html"}
    # Where a form is posted to: opened by itself, it leads to that form.
    del pages["/business/quote/lines"]
    pages |= codes(client, operator) | fleet(client)
    results = client.get("/fr/search?category=smartphones&grade=good&min_price=100&battery_min=80&page=2")
    product = client.get(product_links(results.text)[0])
    cart = client.submit(product, "/cart/add", follow_redirects=True)
    checkout = client.get("/fr/checkout")
    mistakes = client.submit(checkout, "/checkout", {"email": "odile", "postcode": "4", "phone": "?"})
    order = client.submit(checkout, "/checkout", CUSTOMER, follow_redirects=True)
    withdraw = client.get(urlsplit(order.request.url).path + "/withdraw")
    return pages | {
        "results": results,
        "results, corrected": client.get("/fr/search?q=galaxi&min_price=abc"),
        "results, none": client.get("/fr/search?q=iphone&grade=premium&min_price=99999"),
        "category": client.get("/fr/c/laptops"),
        "repair, found": client.get("/fr/repair?find=iphone+13"),
        "repair, unknown": client.get("/fr/repair?find=qqzzxxqq"),
        "repair, faults": client.get("/fr/repair?category=laptops"),
        "repair, advice": client.get("/fr/repair/advice?category=smartphones&fault=screen&model=1"),
        "repair, advice for a firm": client.get("/fr/repair/advice?category=laptops&fault=heat&who=firm"),
        "repair, repairers": client.get("/fr/repair/repairers?category=smartphones&fault=screen&place=44000"),
        "repair, nowhere": client.get("/fr/repair/repairers?category=tvs&fault=sound&place=Qqzzxx"),
        "repair, no fault": client.get("/fr/repair/advice?category=consoles"),
        "repair, wrong number": client.submit(
            client.get("/fr/repair"), "/repair/serial", {"serial": "490154203237519"}
        ),
        "product": product,
        "product, sold out": client.get(f"{product.request.path}?grade=premium"),
        "cart": cart,
        "checkout": checkout,
        "checkout, mistakes": mistakes,
        "order": order,
        "withdraw": withdraw,
        "withdraw, confirm": client.submit(withdraw, "/withdraw", {}),
        "not found": client.get("/fr/p/no-such-thing"),
        "not allowed": client.post("/fr/contact"),
        "asked again": client.post("/fr/cart/add", headers={"Sec-Fetch-Site": ""}),
    }


def english_in(text: str, names: list[str]) -> list[str]:
    """The telltale words of a text, each with what stands around it."""
    text = NAMES.sub("", text)
    for name in names:
        text = text.replace(name, "")
    return [
        text[max(0, found.start() - 30) : found.end() + 30]
        for found in ENGLISH.finditer(text)
        if not FRENCH_TOO.fullmatch(found[0])
    ]


def test_the_walk_sees_what_it_means_to_see(walk):
    assert {name: page.status_code for name, page in walk.items() if page.status_code != 200} == {
        "checkout, mistakes": 422,
        "repair, no fault": 422,
        "repair, wrong number": 422,
        "not found": 404,
        "not allowed": 405,
        "asked again": 400,
    }
    assert [name for name, page in walk.items() if '<html lang="fr">' not in page.text] == []


def test_no_english_is_left_on_any_page(walk, shop):
    names = names_of(shop)
    left = {name: english_in(read(page.text), names) for name, page in walk.items()}

    assert {name: found for name, found in left.items() if found} == {}


def test_english_would_be_found():
    html = '<a lang="en">the shop</a><p aria-label="Remove">Notre <b>price</b></p><p>de la part de Max the Box</p>'
    text = read(html)

    assert text == "Remove | Notre | price | de la part de Max the Box"
    assert english_in(text, ["Max the Box"]) == [
        "Remove | Notre | price | de la part ",
        "Remove | Notre | price | de la part de ",
    ]


def test_amounts_are_written_as_in_french(walk):
    amounts = [found.strip(" |") for page in walk.values() for found in NEAR_EURO.findall(read(page.text))]

    assert len(amounts) > 100
    assert [amount for amount in amounts if not AMOUNT.fullmatch(amount)] == []


def test_the_order_says_its_date_in_french(walk):
    assert re.search(
        r"Passée le (1er|\d{1,2}) "
        r"(janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
        r" \d{4} à \d\d:\d\d\.",
        read(walk["order"].text),
    )


def test_mails_are_in_french(shop, walk):
    number = walk["order"].request.path.rpartition("/")[2]
    with shop.app_context():
        sent = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id))
        mails = [
            (mail.subject, *written(mail)) for mail in sent if f"/fr/orders/{number}" in written(mail)[0]
        ]
    names = names_of(shop)

    assert len(mails) == 1
    for subject, text, html in mails:
        assert english_in(subject, names) + english_in(text, names) + english_in(read(html), names) == []
        amounts = [found.strip() for found in NEAR_EURO.findall(text)]
        assert len(amounts) > 3
        assert [amount for amount in amounts if not AMOUNT.fullmatch(amount)] == []


@pytest.mark.parametrize(
    ("filtered", "value", "english", "french"),
    [
        (money, Money(129_900, "EUR"), "€1,299", "1\N{NARROW NO-BREAK SPACE}299\N{NO-BREAK SPACE}€"),
        (money, Money(490, "EUR"), "€4.90", "4,90\N{NO-BREAK SPACE}€"),
        (number, 89_100, "89,100", "89\N{NARROW NO-BREAK SPACE}100"),
        (number, 6.1, "6.1", "6,1"),
        (day, date(2026, 12, 1), "1 December 2026", "1er décembre 2026"),
        (day, date(2026, 8, 11), "11 August 2026", "11 août 2026"),
        # Half past eleven at night in London is the next day in the shop.
        (day, datetime(2026, 7, 31, 22, 30, tzinfo=UTC), "1 August 2026", "1er août 2026"),
        (moment, datetime(2026, 7, 31, 22, 30, tzinfo=UTC), "1 August 2026, 00:30", "1er août 2026 à 00:30"),
        (
            weekday_moment, datetime(2026, 11, 25, 9, 30, tzinfo=UTC), "Wednesday 25 November, 10:30",
            "mercredi 25 novembre à 10:30",
        ),
        (
            weekday_moment, datetime(2026, 11, 30, 23, 5, tzinfo=UTC), "Tuesday 1 December, 00:05",
            "mardi 1er décembre à 00:05",
        ),
        (price_source_label, "launch price, Apple", "launch price, Apple", "prix de lancement, Apple"),
        (price_source_label, "approximate launch price", "approximate launch price", "prix de lancement approximatif"),
        (price_source_label, "launch prices of 2020", "launch prices of 2020", "launch prices of 2020"),
        (price_source_label, "leaflet of a shop", "leaflet of a shop", "leaflet of a shop"),
    ],
)  # fmt: skip
def test_what_each_language_makes_of_a_value(app, filtered, value, english, french):
    said = {}
    for code in ("en", "fr"):
        with app.test_request_context("/", headers={"Accept-Language": code}):
            said[code] = filtered(value)

    assert said == {"en": english, "fr": french}
