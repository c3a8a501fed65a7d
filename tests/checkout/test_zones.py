"""Shipping by zone and weight, from the cart to the order: nobody pays more than was shown, nor what was not shown."""

import re

import pytest
import sqlalchemy as sa

from storefront.catalog.models import Category, Model
from storefront.core.database import db, transaction
from storefront.house import zones
from storefront.house.forms import read_zone
from storefront.house.running import current_house
from storefront.orders.models import ShopOrder
from tests.factories import NOW, make_brand, make_category, make_offer, make_product

BUYER = {
    "email": "lou@example.com",
    "name": "Lou Martin",
    "phone": "",
    "street": "3 Merrion Square",
    "postcode": "D02 AF30",
    "city": "Dublin",
    "country": "IE",
}
IRELAND = {
    "name": "Ireland",
    "countries": "IE",
    "standard": "yes",
    "standard-days": "6",
    "standard-up-to-0": "1",
    "standard-price-0": "9.90",
    "standard-up-to-1": "5",
    "standard-price-1": "14.90",
    "standard-price-2": "29.90",
}


def save(app, fields, zone_id=None):
    with app.app_context(), transaction():
        form = read_zone(fields, currency="EUR")
        return zones.save_zone(form, zone_id=zone_id, seen=current_house().version, person_id=None, now=NOW)


@pytest.fixture
def ireland(app) -> int:
    """A shop with a zone of its own for Ireland, beside the main one."""
    with app.app_context(), transaction():
        zones.start_zones(person_id=None, now=NOW)
    return save(app, IRELAND)


@pytest.fixture
def page(client, ireland, db_session):
    """The checkout page for Ireland, with one phone (200 g and 300 g of packing) in the cart."""
    client.post("/cart/add", data={"offer": make_offer().id})
    return client.submit(client.get("/checkout"), "/checkout", {"country": "IE", "refresh": "yes"})


def orders() -> list[ShopOrder]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(ShopOrder).order_by(ShopOrder.id)))


def prices(page) -> list[str]:
    fieldset = page.text.partition("How it travels")[2].partition("</fieldset>")[0]
    return re.findall(r"<b>([^<]*)</b>", fieldset)


def test_the_prices_are_those_of_the_country(client, page):
    assert prices(page) == ["€9.90", "free"]
    assert "€329.90" in page.text
    assert client.submit(page, "/checkout", BUYER).status_code == 303
    (order,) = orders()
    assert (order.shipping_minor, order.total_minor, order.parcels[0].travel_days) == (990, 32990, 6)


def test_the_cart_remembers_where_it_goes(client, page):
    assert "Shipping (Ireland), one parcel" in client.get("/cart").text
    assert "€9.90" in client.get("/cart").text
    assert '<option value="IE" selected>' in client.get("/checkout").text


def test_at_home_nothing_is_other_than_before(client, ireland, db_session):
    client.post("/cart/add", data={"offer": make_offer().id})
    assert prices(client.get("/checkout")) == ["€3.90", "€8.90", "free"]
    assert "Shipping (France), one parcel" in client.get("/cart").text


def test_a_country_chosen_without_a_look_at_its_price_is_shown_first(client, ireland, db_session):
    client.post("/cart/add", data={"offer": make_offer().id})
    answer = client.submit(client.get("/checkout"), "/checkout", BUYER)
    assert (answer.status_code, orders()) == (409, [])
    assert prices(answer) == ["€9.90", "free"]
    assert "3 Merrion Square" in answer.text
    assert client.submit(answer, "/checkout").status_code == 303
    assert [order.shipping_minor for order in orders()] == [990]


def test_a_price_that_rose_meanwhile_is_told_and_one_that_fell_is_taken(app, client, page, ireland):
    save(app, IRELAND | {"standard-price-0": "11.90"}, ireland)
    answer = client.submit(page, "/checkout", BUYER)
    assert (answer.status_code, orders()) == (409, [])
    assert prices(answer) == ["€11.90", "free"]
    save(app, IRELAND | {"standard-price-0": "8.90"}, ireland)
    assert client.submit(answer, "/checkout").status_code == 303
    assert [order.shipping_minor for order in orders()] == [890]


def test_what_an_order_cost_stays(app, client, page, ireland):
    client.submit(page, "/checkout", BUYER)
    save(app, IRELAND | {"standard-price-0": "11.90"}, ireland)
    assert [order.shipping_minor for order in orders()] == [990]


def test_where_nothing_goes_any_more_what_was_typed_stays(app, client, page, ireland):
    save(app, IRELAND | {"countries": "MT"}, ireland)
    answer = client.submit(page, "/checkout", BUYER)
    assert (answer.status_code, orders()) == (422, [])
    assert "We don&#39;t deliver to that country yet" in answer.text.replace("'", "&#39;")
    assert "3 Merrion Square" in answer.text
    assert client.get("/cart").text.count("Shipping (France)") == 1


def test_heavy_things_cost_more(client, ireland, db_session):
    tv = make_product(category_id=make_category("tvs").id)
    client.post("/cart/add", data={"offer": make_offer(product_id=tv.id).id})
    page = client.submit(client.get("/checkout"), "/checkout", {"country": "IE", "refresh": "yes"})
    assert prices(page)[0] == "€29.90"


def test_many_light_things_are_a_heavy_parcel(client, ireland, db_session):
    client.post("/cart/add", data={"offer": make_offer().id, "quantity": "3"})
    page = client.submit(client.get("/checkout"), "/checkout", {"country": "IE", "refresh": "yes"})
    assert prices(page)[0] == "€14.90"


def test_the_models_weight_counts_before_the_categorys(client, ireland, db_session):
    category = make_category("curios", weight_g=4_000)
    model = Model(slug="tiny", name="Tiny", brand_id=make_brand().id, category_id=category.id, weight_g=20.4)
    db_session.add(model)
    db_session.flush()
    small = make_product(category_id=category.id, model_id=model.id)
    big = make_product(category_id=category.id)
    for product, price in ((small, "€9.90"), (big, "€14.90")):
        client.delete_cookie("rebelote")
        client.post("/cart/add", data={"offer": make_offer(product_id=product.id).id})
        page = client.submit(client.get("/checkout"), "/checkout", {"country": "IE", "refresh": "yes"})
        assert prices(page)[0] == price
    assert db_session.get(Category, category.id).weight_g == 4_000


def test_dear_goods_travel_free(app, client, ireland, page):
    save(app, IRELAND | {"standard-free": "320"}, ireland)
    assert prices(client.get("/checkout")) == ["free", "free"]
    save(app, IRELAND | {"standard-free": "320.01"}, ireland)
    assert prices(client.get("/checkout")) == ["€9.90", "free"]


def test_product_pages_promise_the_days_at_home(app, client, ireland, db_session):
    product = make_product()
    make_offer(product_id=product.id)
    before = client.get(f"/p/{product.slug}").text
    with app.app_context():
        main = current_house().tariff.zones[0].id
    save(app, IRELAND | {"name": "Home", "countries": "FR", "standard-days": "9"}, main)
    assert "4–5 working days" in before
    assert "10–11 working days" in client.get(f"/p/{product.slug}").text
