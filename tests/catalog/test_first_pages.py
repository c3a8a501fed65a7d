"""What stands first where nobody asked for anything in particular: the demo shop's first pages."""

import pytest
import sqlalchemy as sa

from storefront.catalog.models import Offer
from storefront.core.database import db
from storefront.sellers.models import Seller
from storefront.sellers.rules import stars

from .truth import shown_cards

SHELVES = (
    "smartphones",
    "tablets",
    "laptops",
    "consoles",
    "watches",
    "audio",
    "desktops",
    "monitors",
    "appliances",
)


@pytest.fixture(scope="module")
def sellers(demo_shop) -> dict[str, tuple[bool, int]]:
    """Of each offer's number: whether its seller is a newcomer, and the seller's stars."""
    statement = sa.select(Offer.sku, Seller.standing, Seller.risk).join(Seller, Offer.seller_id == Seller.id)
    with demo_shop.app.app_context():
        rows = db.session.execute(statement).all()
        db.session.remove()
    return {row.sku: (row.standing == "probation", stars(row.risk)) for row in rows}


def first_pages(demo_shop, sellers) -> dict[str, list[tuple[bool, int]]]:
    client = demo_shop.app.test_client()
    addresses = ("/search", "/search?page=2", *(f"/c/{slug}" for slug in SHELVES))
    return {
        address: [sellers[card.sku] for card in shown_cards(client.get(address))] for address in addresses
    }


def test_newcomers_have_a_small_share(demo_shop, sellers):
    pages = first_pages(demo_shop, sellers)
    for address, page in pages.items():
        assert len(page) == 18
        # One in ten, give or take the luck of the day's draw.
        assert sum(newcomer for newcomer, _ in page) <= 3, address
    every = [newcomer for page in pages.values() for newcomer, _ in page]
    assert sum(every) <= len(every) / 10


def test_no_page_begins_with_poor_sellers(demo_shop, sellers):
    for address, page in first_pages(demo_shop, sellers).items():
        assert all(stars > 2 for _, stars in page), address


def test_curiosities_do_not_stand_before_new_devices(demo_shop):
    """Many cards tie in value; those whose age nobody knows come after those whose age is known."""
    slugs = [card.slug for card in shown_cards(demo_shop.app.test_client().get("/c/smartphones"))]
    assert not [slug for slug in slugs if "doro" in slug or "3310" in slug]
