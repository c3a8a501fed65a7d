"""Files of the four other shop systems at the desk, from handing them in to what shoppers are offered."""

import re

import pytest
from sqlalchemy import select

from storefront.catalog.models import Offer
from storefront.core.database import db

from ..catalog.foreign_rows import BACK_MARKET, EXAMPLES, SHOPIFY, SHOPIFY_VARIANT
from ..catalog.makers import IPHONE_13, as_csv, load_models
from ..factories import make_category
from .test_offers_in_files import hand_in, load_wanted, looked
from .world import OPERATOR, OTHER_SELLER, SELLER, populate, unchanged


@pytest.fixture
def world(app):
    world = populate(app)
    with app.app_context():
        for slug in ("smartphones", "tablets", "laptops", "consoles"):
            make_category(slug)
        db.session.commit()
        load_models(IPHONE_13)
    return world


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("actor", [SELLER, OPERATOR])
def test_each_format_is_looked_at_and_loaded(world, name, actor):
    seller_id = world.people[SELLER].seller_id
    client = world.people[actor].client
    handed_in = hand_in(world, as_csv([EXAMPLES[name]]), actor=actor, seller=str(seller_id))
    here = handed_in.headers["Location"]
    first, second = client.get(here), client.get(here)
    client.submit(second, "import/")
    load_wanted(world)

    for page in (first, second):
        assert (page.status_code, f"Read as a file of {name}." in page.text) == (200, True)
        assert re.search(r'<ul class="small"><li>[^<]+ \(1\)</li>', page.text)
    assert "The file is loaded" in client.get(here).text
    with world.app.app_context():
        assert db.session.scalars(select(Offer.seller_id)).one() == seller_id


def test_a_look_says_what_each_row_is_taken_for(world):
    rows = [SHOPIFY, SHOPIFY_VARIANT, {**SHOPIFY, "Handle": "x", "Title": "Robot X 9", "Variant SKU": "S3"}]
    page = looked(world, as_csv(rows), language="/fr")
    told = re.findall(r'data-label="[^"]+">(.*?)<br><small>(.*?)</small>', page.text)
    assert [re.sub(r"\s", " ", product) for product, _shelf in told] == [
        "iPhone 13 · 128 Go · minuit",
        "iPhone 13 · 256 Go · lumière stellaire",
        "Robot X 9 · 128 Go · minuit",
    ]
    assert all(shelf.startswith("Smartphones · <b>") for _product, shelf in told)
    assert ("<b>Bon</b>" in page.text, "<b>Correct</b>" in page.text) == (True, True)
    assert "<b>1 299 €</b>" in re.sub(r"[\u00a0\u202f]", " ", page.text)


def test_a_file_is_read_again_in_another_way(world):
    """An operator who didn't say whose offers they are says it there; nothing is handed in again."""
    somebody = world.people[OPERATOR]
    odd = as_csv([{**BACK_MARKET, "grade": "Grade A", "state": "", "title": "Robot X 9"}])
    first = looked(world, odd, actor=OPERATOR, seller="")
    said = {"seller": str(world.people[SELLER].seller_id), "words": "Grade A = good", "category": "consoles"}
    second = somebody.client.submit(first, "/read", fields=said, follow_redirects=True)
    third = somebody.client.get(first.request.path)

    assert (first.status_code, "Say whose offers they are." in first.text, "--" in first.text) == (
        422,
        True,
        False,
    )
    assert "Grade “Good” from “Grade A”" in second.text
    assert "Category “consoles”, as you said" in second.text
    assert "grade a = good" in second.text
    assert third.status_code == 200


def test_a_file_is_not_read_for_somebody_else(world):
    somebody = world.people[SELLER]
    page = looked(world, as_csv([BACK_MARKET]))
    with unchanged(world.app) as changed:
        bad = somebody.client.submit(page, "/read", fields={"words": "Grade A = lovely"})
    somebody.client.submit(
        page, "/read", fields={"seller": str(world.people[OTHER_SELLER].seller_id), "create": "yes"}
    )
    again = somebody.client.get(page.request.path)
    somebody.client.submit(again, page.request.path)
    load_wanted(world)

    assert (bad.status_code, "the grades are" in bad.text, changed) == (422, True, [])
    with world.app.app_context():
        assert db.session.scalars(select(Offer.seller_id)).one() == somebody.seller_id


def test_a_loaded_file_is_not_read_again(world):
    somebody = world.people[SELLER]
    page = looked(world, as_csv([BACK_MARKET]))
    somebody.client.submit(page, page.request.path)
    load_wanted(world)
    with unchanged(world.app) as changed:
        answer = somebody.client.submit(page, "/read", fields={"strict": "yes"})

    assert (answer.status_code, changed) == (303, [])
    assert "The file is loaded" in somebody.client.get(page.request.path).text
