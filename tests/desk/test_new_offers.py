"""One device put on sale by a form: found by its name, checked as a row of a file is, and nobody else's."""

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from storefront.catalog.models import Model, Offer, Product
from storefront.core.database import db

from ..catalog.makers import IPHONE_13, load_models
from ..factories import make_brand, make_category, make_offer, make_product
from .world import OPERATOR, OTHER_SELLER, SELLER, populate, unchanged

TERMS = {"grade": "good", "price": "319,50", "stock": "1", "vat_scheme": "margin"}


@pytest.fixture
def world(app):
    world = populate(app)
    with app.app_context():
        for slug in ("smartphones", "consoles"):
            make_category(slug)
        db.session.commit()
        load_models(IPHONE_13)
    return world


def send(world, fields: dict[str, str], *, actor: str = SELLER):
    somebody = world.people[actor]
    return somebody.client.post("/desk/offers/new", data={"csrf_token": somebody.token, **TERMS, **fields})


def only_offer(world) -> dict[str, object]:
    with world.app.app_context():
        offer = db.session.scalars(select(Offer)).one()
        product = offer.product
        return {
            "seller": offer.seller_id,
            "sku": offer.sku,
            "terms": (
                offer.grade,
                offer.price_minor,
                offer.stock,
                offer.guarantee_months,
                offer.battery_percent,
            ),
            "books": (offer.vat_scheme, offer.purchase_price_minor, offer.purchase_reference),
            "product": (product.title, product.storage_gb, product.colour, product.category.slug),
            "model": product.model.slug if product.model else None,
        }


def model_id(world) -> str:
    with world.app.app_context():
        return str(db.session.scalars(select(Model.id)).one())


def test_a_device_is_found_by_its_name_and_put_on_sale(world):
    client = world.people[SELLER].client
    asked = client.get("/desk/offers/new")
    found = client.submit(asked, "offers/new", fields={"q": "Iphone 13 256 Go minuit"})
    form = client.get(found.text.split('<li><a href="')[1].split('"')[0].replace("&amp;", "&"))
    books = {"purchase_price": "200", "purchase_reference": "F-1", "purchase_date": "2026-02-01"}
    done = client.submit(form, "offers/new", fields={**TERMS, "battery_percent": "91", **books})
    page = client.get(done.headers["Location"])

    assert ('value="256' in form.text, 'value="midnight"' in form.text) == (True, True)
    assert (done.status_code, "It is on sale." in page.text) == (303, True)
    offer = only_offer(world)
    assert offer["seller"] == world.people[SELLER].seller_id
    assert offer["terms"] == ("good", 31950, 1, 12, 91)
    assert offer["books"] == ("margin", 20000, "F-1")
    assert offer["product"] == ("iPhone 13 256 GB midnight", 256, "midnight", "smartphones")
    assert offer["model"] == "apple-iphone-13"
    assert "iPhone 13" in client.get("/search?q=iphone+13").text


def test_a_product_that_the_shop_has_is_joined(world):
    with world.app.app_context():
        product = make_product(
            title="Robot X 9", slug="robot-x-9", ean="4006381333931", brand_id=make_brand().id
        )
        make_offer(seller_id=world.people[OTHER_SELLER].seller_id, product_id=product.id)
        product_id = product.id
        db.session.commit()
    client = world.people[SELLER].client
    by_code = client.get("/desk/offers/new?q=4006381333931")
    by_name = client.get("/desk/offers/new?q=robot+x")
    answer = send(world, {"product": str(product_id), "sku": "R1"})

    assert all(f'"/desk/offers/new?product={product_id}"' in page.text for page in (by_code, by_name))
    assert answer.status_code == 303
    with world.app.app_context():
        offers = db.session.scalars(select(Offer.product_id)).all()
        assert (offers, len(db.session.scalars(select(Product.id)).all())) == ([product_id] * 2, 1)


def test_what_the_shop_never_heard_of_is_described(world):
    unknown = world.people[SELLER].client.get("/desk/offers/new?q=zx+spectrum")
    described = {
        "own": "1",
        "title": "ZX Spectrum",
        "category": "consoles",
        "storage_gb": "",
        "colour": "Noire",
    }
    answer = send(world, described)

    assert "Never met it." in unknown.text
    assert answer.status_code == 303
    assert only_offer(world)["product"] == ("ZX Spectrum", None, "black", "consoles")


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(world):
    wrong = {
        "own": "1",
        "title": "Thing",
        "brand": "Nobody's",
        "price": "1.299",
        "storage_gb": "lots",
        "stock": "-1",
    }
    with unchanged(world.app) as changed:
        first = send(world, wrong)
        second = send(world, {**wrong, "price": "12", "storage_gb": "", "stock": "1", "category": "consoles"})

    assert (first.status_code, second.status_code, changed) == (422, 422, [])
    assert all(f'id="e-{name}"' in first.text for name in ("price", "storage_gb", "stock", "category"))
    assert 'value="lots"' in first.text
    assert 'id="e-brand"' in second.text


def test_a_sku_twice_is_refused(world):
    about = {"model": model_id(world), "sku": "A1"}
    first, second = send(world, about), send(world, {**about, "price": "1"})

    assert (first.status_code, second.status_code, 'id="e-sku"' in second.text) == (303, 422, True)
    assert only_offer(world)["terms"] == ("good", 31950, 1, 12, None)


def test_nobody_puts_anything_on_anothers_shelf(world):
    theirs = {"model": model_id(world), "seller": str(world.people[OTHER_SELLER].seller_id)}
    send(world, theirs)
    assert only_offer(world)["seller"] == world.people[SELLER].seller_id
    with unchanged(world.app) as changed:
        unsaid = send(world, {"model": model_id(world)}, actor=OPERATOR)
    assert (unsaid.status_code, 'id="e-seller"' in unsaid.text, changed) == (422, True, [])
    assert send(world, {**theirs, "sku": "Z"}, actor=OPERATOR).status_code == 303


@pytest.mark.parametrize("query", ["model=999", "product=999"])
def test_a_thing_that_is_gone_is_not_found(world, query):
    assert world.people[SELLER].client.get(f"/desk/offers/new?{query}").status_code == 404


def test_a_form_about_nothing_begins_anew(world):
    somebody = world.people[SELLER]
    answer = somebody.client.post("/desk/offers/new", data=MultiDict({"csrf_token": somebody.token}))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/offers/new")
