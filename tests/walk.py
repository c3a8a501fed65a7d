"""A walk through the demo shop, from the home page to a placed order: what stands on every page is checked on these."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from werkzeug.test import TestResponse

from .shopper import ShopClient

# A customer who never gets a wrong field, whatever the checkout asks of an address in France.
CUSTOMER = {
    "email": "odile@example.org",
    "name": "Odile Martin-Nguyễn",
    "phone": "+33 6 12 34 56 78",
    "street": "3 rue du Faubourg",
    "street_more": "",
    "postcode": "44000",
    "city": "Nantes",
    "country": "FR",
    "payment": "bank-transfer",
}

PUBLIC = {
    "home": "/",
    "home, French": "/fr/",
    "results": "/search?q=iphone",
    "results, filtered": "/search?q=&category=smartphones&grade=good&grade=fair&min_price=100&max_price=700&sort=price",
    "results, page 2": "/search?category=smartphones&page=2",
    "results, nothing": "/search?q=qqzzxxqq",
    "category": "/c/laptops",
    "category, French": "/fr/c/laptops",
    "how we rank": "/how-we-rank",
    "grades": "/grades",
    "guarantee": "/guarantee",
    "impact": "/impact",
    "repair": "/repair",
    "repair, French": "/fr/repair",
    "repair, found": "/repair?find=iphone+13",
    "repair, faults": "/repair?category=smartphones",
    "firms": "/business",
    "firms, French": "/fr/business",
    "legal": "/legal",
    "contact": "/contact",
    "withdraw": "/withdraw",
}


class Outline(HTMLParser):
    """What a page is made of: its elements in order, with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.elements if name == tag)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came over the wire."""

    name: str
    response: TestResponse
    html: str

    @property
    def outline(self) -> Outline:
        return Outline(self.html)


def product_links(html: str) -> list[str]:
    """The products that a page links to, in its order, each once."""
    links = [element["href"] for element in Outline(html).all("a") if "/p/" in element.get("href", "")]
    return list(dict.fromkeys(link.split("#")[0] for link in links))


def to_checkout(client: ShopClient) -> TestResponse:
    """Put a phone that is in stock into the cart and go to the checkout."""
    results = client.get("/search?category=smartphones")
    product = client.get(product_links(results.text)[0])
    added = client.submit(product, "/cart/add", follow_redirects=True)
    assert added.status_code == 200, added.text
    return client.get("/checkout", follow_redirects=True)


def place_order(client: ShopClient) -> TestResponse:
    """Order what is in the cart, as a guest; gives the order's page."""
    checkout = client.get("/checkout")
    placed = client.submit(checkout, "/checkout", CUSTOMER, follow_redirects=True)
    assert placed.status_code == 200, placed.text
    assert "/orders/" in placed.request.path
    return placed


def pages(client: ShopClient) -> list[Page]:
    """Every kind of page once, with a full cart and a placed order."""
    responses = {name: client.get(path) for name, path in PUBLIC.items()}
    responses["product"] = client.get(product_links(responses["results"].text)[0])
    responses["product, French"] = client.get("/fr" + product_links(responses["results"].text)[0])
    case = "category=smartphones&fault=screen&place=Nantes"
    responses["repair, advice"] = client.get(f"/repair/advice?{case}&model=1")
    responses["repair, repairers"] = client.get(f"/repair/repairers?{case}")
    responses["repair, repairers, French"] = client.get(f"/fr/repair/repairers?{case}")
    responses["firms, request"] = client.get("/business/quote")
    responses["firms, request, French"] = client.get("/fr/business/quote")
    responses["cart, empty"] = client.get("/cart")
    responses["checkout"] = to_checkout(client)
    responses["cart"] = client.get("/cart")
    responses["checkout, French"] = client.get("/fr/checkout", follow_redirects=True)
    responses["checkout, mistakes"] = client.submit(
        responses["checkout"], "/checkout", {"email": "odile", "postcode": "4"}
    )
    responses["order"] = place_order(client)
    responses["order, French"] = client.get("/fr" + responses["order"].request.path)
    responses["not found"] = client.get("/p/no-such-thing")
    return [Page(name, response, response.text) for name, response in responses.items()]
