"""The desk's offers: found and sorted, edited in place and on their own page, and nothing lost between two people."""

import re

import pytest
from sqlalchemy import select

from storefront.catalog.actions import take_units
from storefront.catalog.models import Offer, PriceChange
from storefront.core.database import db, transaction

from ..factories import make_offer, make_product
from ..shopper import read_forms
from .world import OPERATOR, OTHER_SELLER, SELLER, SUSPENDED, populate


@pytest.fixture
def world(app):
    return populate(app)


def offers_of(world, actor: str, count: int = 1, **values) -> list[int]:
    with world.app.app_context():
        seller_id = world.people[actor].seller_id
        ids = [make_offer(seller_id=seller_id, **values).id for _nth in range(count)]
        db.session.commit()
    return ids


def row(world, offer_id: int, *columns: str) -> tuple[object, ...]:
    with world.app.app_context():
        return tuple(
            db.session.execute(
                select(*(getattr(Offer, name) for name in columns)).where(Offer.id == offer_id)
            ).one()
        )


def listed(page) -> list[int]:
    return [int(text) for text in re.findall(r'<tr id="o-(\d+)"', page.text)]


def test_a_seller_lists_its_own_and_an_operator_all(world):
    mine, theirs = offers_of(world, SELLER)[0], offers_of(world, OTHER_SELLER)[0]

    found = {actor: listed(world.people[actor].client.get("/desk/offers")) for actor in (SELLER, OPERATOR)}

    assert found[SELLER] == [mine]
    assert sorted(found[OPERATOR]) == [mine, theirs]
    narrowed = f"/desk/offers?seller={world.people[OTHER_SELLER].seller_id}"
    assert listed(world.people[OPERATOR].client.get(narrowed)) == [theirs]
    assert listed(world.people[SELLER].client.get(narrowed)) == []


def test_filters_and_orders(world):
    client = world.people[SELLER].client
    cheap = offers_of(world, SELLER, price_minor=10000, stock=0, sku="AB-1")[0]
    dear = offers_of(world, SELLER, price_minor=90000, grade="fair", sku="AB-2")[0]

    def ids(query: str) -> list[int]:
        return listed(client.get(f"/desk/offers?{query}"))

    assert ids("") == [dear, cheap]
    assert ids("sort=price") == [cheap, dear]
    assert ids("sort=stock") == [cheap, dear]
    assert ids("sort=title") == [cheap, dear]
    assert (ids("stock=none"), ids("stock=in"), ids("stock=low")) == ([cheap], [dear], [])
    assert (ids("grade=fair"), ids("category=smartphones"), ids("category=ovens")) == (
        [dear],
        [dear, cheap],
        [],
    )
    assert (ids("q=ab-2"), ids("q=ab-"), ids("q=xyzzy"), ids("q=%25")) == ([dear], [dear, cheap], [], [])
    assert ids("sort=love&grade=perfect&seller=x&at=nonsense") == [dear, cheap]


def test_an_offer_is_found_by_how_its_sku_begins(world):
    client = world.people[SELLER].client
    plain, folding = offers_of(world, SELLER, sku="Écran 7%a")[0], offers_of(world, SELLER, sku="ﷺ" * 80)[0]

    def ids(text: str) -> list[int]:
        return listed(client.get("/desk/offers", query_string={"q": text, "sort": "price"}))

    assert [ids(text) for text in ("ECRAN", "ecran  7%", "écran 7%A", "7%a", "ecran 7%b")] == [
        [plain], [plain], [plain], [], []
    ]  # fmt: skip
    assert ids("ﷺ" * 80) == [folding]


def test_words_are_found_as_they_begin_and_numbers_whole(world):
    """A list that finds more than was asked for is a bulk change of prices gone wrong."""
    with world.app.app_context():
        seller_id = world.people[SELLER].seller_id
        found = {
            slug: make_offer(seller_id=seller_id, product_id=make_product(slug=slug, title=slug).id).id
            for slug in ("iphone-12-64-gb-blue", "iphone-xr-128-gb-blue", "iphone-15-512-gb-pink")
        }
        db.session.commit()
    client = world.people[SELLER].client

    def slugs(text: str) -> list[str]:
        ids = listed(client.get("/desk/offers", query_string={"q": text, "sort": "title"}))
        return [slug.split("-")[1] for slug, key in found.items() if key in ids]

    assert slugs("iphone 12") == ["12"]
    assert slugs("BLU ipho") == ["12", "xr"]
    assert slugs("hone") == []
    assert slugs("512 Go") == slugs("iphone pin") == ["15"]


def test_filters_unfold_where_one_is_set(world):
    offers_of(world, SELLER)
    client = world.people[SELLER].client

    assert "<details>" in client.get("/desk/offers?q=phone").text
    assert "<details open>" in client.get("/desk/offers?grade=good").text


def test_the_list_costs_the_same_with_one_offer_and_with_three(world, count_sql):
    counts = []
    for more in (1, 2):
        offers_of(world, SELLER, more)
        for actor in (SELLER, OPERATOR):
            with count_sql() as statements:
                world.people[actor].client.get("/desk/offers")
            counts.append(len(statements))

    # Who it is: two; the offers, the categories, the sellers.
    assert counts == [5, 5, 5, 5]


def test_the_list_goes_on_by_pages(world):
    ids = offers_of(world, SELLER, 51)
    client = world.people[SELLER].client
    first = client.get("/desk/offers?sort=price")
    (following,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
    second = client.get(following.replace("&amp;", "&"))

    assert sorted(listed(first) + listed(second)) == sorted(ids)
    assert len(listed(first)) == 50


def test_price_and_stock_are_edited_in_a_row_and_the_list_comes_back(world):
    (offer,) = offers_of(world, SELLER)
    client = world.people[SELLER].client
    page = client.get("/desk/offers?grade=good")
    answer = client.submit(page, f"/offers/{offer}", {"price": "1 299,50 €", "stock": "3"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/offers?grade=good#o-{offer}")
    assert row(world, offer, "price_minor", "stock") == (129950, 3)


def test_the_piece_that_htmx_swaps_is_a_part_of_the_page(world):
    (offer,) = offers_of(world, SELLER)
    client = world.people[SELLER].client
    headers = {"HX-Request": "true", "HX-Target": f"o-{offer}"}
    form = {"csrf_token": world.people[SELLER].token, "listed": ""}
    saved = client.post(
        f"/desk/offers/{offer}", data={**form, "price": "310", "was_price": "320.00"}, headers=headers
    )
    bad = client.post(
        f"/desk/offers/{offer}", data={**form, "price": "free", "was_price": "310.00"}, headers=headers
    )

    def bare(text: str) -> str:
        without = re.sub(r'(name="csrf_token" value=")[^"]+', r"\1", text)
        return re.sub(r"\s+", " ", re.sub(r'<p class="save".*?</p>', "", without)).strip()

    assert saved.status_code == bad.status_code == 200
    assert bare(saved.text) in bare(client.get("/desk/offers").text)
    assert "Saved." in saved.text
    assert ('value="free"' in bad.text, "must be an amount" in bad.text) == (True, True)


def test_of_two_people_the_second_is_told_both_values_and_may_insist(world):
    (offer,) = offers_of(world, SELLER)
    first, second = world.people[SELLER].client, world.people[OPERATOR].client
    seen = second.get(f"/desk/offers/{offer}")
    first.submit(
        first.get(f"/desk/offers/{offer}"), f"/offers/{offer}", {"price": "310", "battery_percent": "91"}
    )
    refused = second.submit(seen, f"/offers/{offer}", {"price": "299", "guarantee_months": "24"})

    assert refused.status_code == 409
    assert row(world, offer, "price_minor", "guarantee_months") == (31000, 12)
    assert "You saw “320.00” and typed “299”; by now it is “310.00”" in refused.text
    assert 'name="guarantee_months" type="text" value="24"' in refused.text
    assert second.submit(refused, f"/offers/{offer}").status_code == 303
    assert row(world, offer, "price_minor", "guarantee_months", "battery_percent") == (29900, 24, 91)


def test_who_changes_other_fields_is_no_rival(world):
    (offer,) = offers_of(world, SELLER)
    client = world.people[SELLER].client
    seen = client.get(f"/desk/offers/{offer}")
    with world.app.app_context(), transaction():
        take_units({offer: 2})
    priced = client.submit(seen, f"/offers/{offer}", {"price": "300"})
    stocked = client.submit(seen, f"/offers/{offer}", {"stock": "7"})

    # The price is saved, and the sale is not undone: neither by what was not touched nor by a new number.
    assert (priced.status_code, stocked.status_code) == (303, 409)
    assert "by now it is “3”" in stocked.text
    assert row(world, offer, "price_minor", "stock") == (30000, 3)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"price": "0"}, "a price is more than that"),
        ({"price": ""}, "is empty"),
        ({"stock": "-1"}, "must be a whole number"),
        ({"grade": "perfect"}, "must be one of"),
        ({"guarantee_months": ""}, "is empty"),
        ({"purchase_date": "yesterday"}, "must be a date"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(world, fields, sentence):
    (offer,) = offers_of(world, SELLER)
    client = world.people[SELLER].client
    answer = client.submit(client.get(f"/desk/offers/{offer}"), f"/offers/{offer}", fields)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert row(world, offer, "price_minor", "stock", "grade") == (32000, 5, "good")


def test_each_price_is_written_down_with_who_and_when(world):
    (offer,) = offers_of(world, SELLER)
    client = world.people[SELLER].client
    for price in ("310", "310,00", "305"):
        client.submit(client.get(f"/desk/offers/{offer}"), f"/offers/{offer}", {"price": price})
    page = client.get(f"/desk/offers/{offer}").text

    with world.app.app_context():
        rows = db.session.execute(
            select(PriceChange.from_minor, PriceChange.to_minor).order_by(PriceChange.id)
        ).all()
        assert [tuple(row) for row in rows] == [(32000, 31000), (31000, 30500)]
    assert page.index("€305") < page.index("€310")
    assert "Dominique Ferrand, at the desk" in page


def test_off_sale_is_off_sale(world):
    (offer,) = offers_of(world, SELLER)
    client = world.people[SELLER].client
    client.submit(client.get(f"/desk/offers/{offer}"), "off-sale")

    assert row(world, offer, "stock") == (0,)
    assert "it is not on sale" in client.get(f"/desk/offers/{offer}").text


def test_a_suspended_seller_sees_and_changes_nothing(world):
    (offer,) = offers_of(world, SUSPENDED)
    client = world.people[SUSPENDED].client

    assert listed(client.get("/desk/offers")) == [offer]
    for page in (client.get("/desk/offers"), client.get(f"/desk/offers/{offer}")):
        assert [form.action for form in read_forms(page.text) if form.method == "post"] == ["/sign-out"]
    assert "This seller is suspended" in client.get(f"/desk/offers/{offer}").text
