"""A quote that has a bit of everything, for the tests of pages and papers."""

from datetime import date
from typing import Any

from storefront.fleet.quotes import actions
from storefront.fleet.quotes.models import Quote
from storefront.fleet.quotes.tokens import token_of
from storefront.fleet.wishes.rules import Wish
from tests.factories import NOW, make_category, make_model, make_offer, make_product, make_seller

from ..quotes.makers import allotment, make_request, propose


def make_fleet(
    *, units: tuple[int, int, int] = (7, 3, 2), firm: Any = None, person_id: int | None = None, **values: Any
) -> Quote:
    """Two sellers, both VAT schemes, odd prices, one of them reduced, a price new, consoles without a figure, and a
    wish that can't be filled whole; two alternatives, nothing chosen.
    """
    first, second = make_seller(name="Atelier Phénix"), make_seller(name="Les Revenants")
    phone = make_model(
        "Pomme 13", new_price_minor=90900, new_price_source="launch price", new_price_on=date(2021, 9, 1)
    )
    laptop, console = (make_category(slug).id for slug in ("laptops", "consoles"))
    phones = make_offer(
        product_id=make_product(model_id=phone.id).id,
        seller_id=first.id,
        price_minor=31999,
        stock=20,
        vat_scheme="standard",
    )
    laptops = make_offer(
        product_id=make_product(category_id=laptop, title="Latitude 7420").id,
        seller_id=first.id,
        price_minor=45533,
        stock=20,
    )
    consoles = make_offer(
        product_id=make_product(category_id=console, title="Console").id,
        seller_id=second.id, price_minor=19901, stock=9, vat_scheme="standard",
    )  # fmt: skip
    wishes = (
        Wish(quantity=units[0], text="phones", category="smartphones"),
        Wish(quantity=units[1], spare=1, text="laptops", category="laptops"),
        Wish(quantity=units[2], text="consoles", category="consoles"),
    )
    takes = (
        (0, phones.id, units[0], 30719),
        (1, laptops.id, units[1], 45533),
        (2, consoles.id, units[2], 19901),
    )
    moment = values.pop("now", NOW)
    request = make_request(*wishes, **({"firm": firm} if firm else {}), **values)
    return propose(
        request=request,
        person_id=person_id,
        now=moment,
        alternatives=[allotment(*takes), allotment(*takes[:2], kind="uniform")],
    )


def open_fleet(**values: Any) -> Quote:
    """The first of them chosen."""
    quote = make_fleet(**values)
    return actions.choose(quote_id=quote.id, kind="value", now=values.get("now", NOW))


def link_of(quote: Quote, page: str = "") -> str:
    return f"/business/quotes/{token_of(quote.nonce)}{page}"
