"""Brands: renamed, merged and removed by hand; old addresses and files still mean them, and nothing gets lost."""

import re

import pytest
import sqlalchemy as sa

from storefront.catalog import brands
from storefront.catalog.curating import fingerprint
from storefront.catalog.errors import CuratingRefused
from storefront.catalog.finder import current_finder
from storefront.catalog.models import Brand, Model, Offer, OldBrandName, Product
from storefront.core.database import db, transaction
from storefront.core.errors import FormInvalid
from tests.factories import make_brand, make_model, make_offer, make_product

from .makers import load


def found(client, words: str) -> int:
    """How many cards a search gives, once the index has the words of today."""
    current_finder().catch_up()
    assert current_finder().write_words()
    page = client.get("/search", query_string={"q": words}).text
    return int(re.findall(r"(\d+) cards?\b", page)[0])


def seen_of(brand_id: int) -> str:
    db.session.rollback()
    db.session.expire_all()
    return fingerprint(db.session.get_one(Brand, brand_id))


def rename(brand_id: int, name: str) -> None:
    seen = seen_of(brand_id)
    with transaction():
        brands.rename_brand(brand_id, name, seen=seen)


def merge(keep: Brand, drop: Brand) -> brands.BrandPlan:
    keep_id, drop_id = keep.id, drop.id
    db.session.commit()
    plan = brands.brand_plan(keep_id=keep_id, drop_id=drop_id)
    with transaction():
        return brands.merge_brands(keep_id=keep_id, drop_id=drop_id, seen=plan.seen)


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Brand.name).order_by(Brand.name)))


def former() -> dict[str, str]:
    rows = sa.select(OldBrandName.name, Brand.name).join(Brand, Brand.id == OldBrandName.brand_id)
    return {row[0]: row[1] for row in db.session.execute(rows)}


def test_a_renamed_brand_is_found_by_its_new_name(client, db_session):
    brand = make_brand("Pomme")
    make_offer(product_id=make_product(brand_id=brand.id, title="Rotary 1").id)
    make_brand("Poire")
    db.session.commit()
    rename(brand.id, "Prune")
    assert found(client, "prune") == 1
    assert db.session.get_one(Brand, brand.id).slug == "prune"
    with pytest.raises(FormInvalid, match="name"):
        rename(brand.id, "POIRE")
    with pytest.raises(FormInvalid, match="name"), transaction():
        brands.create_brand("Prune")


def test_addresses_with_an_old_name_lead_to_the_one_of_today_in_one_step(client, db_session):
    brand = make_brand("Pomme")
    make_offer(product_id=make_product(brand_id=brand.id).id)
    make_offer(product_id=make_product(brand_id=make_brand("Prune").id).id)
    db.session.commit()
    assert client.get("/search?brand=Pomme").status_code == 200
    for name in ("Poire & Fils", "Poire"):
        rename(brand.id, name)
    answers = [
        client.get(path)
        for path in (
            "/search?q=phone&brand=Pomme&brand=Prune&sort=price",
            "/fr/search?brand=Poire+%26+Fils",
            "/c/smartphones?brand=Pomme&brand=Poire+%26+Fils&page=2",
        )
    ]
    assert [(answer.status_code, answer.location) for answer in answers] == [
        (301, "/search?q=phone&brand=Poire&brand=Prune&sort=price"),
        (301, "/fr/search?brand=Poire"),
        (301, "/c/smartphones?brand=Poire&page=2"),
    ]
    assert client.get("/search?brand=Poire").status_code == 200
    # Called so again, or another one called so: the name is its own.
    rename(brand.id, "Pomme")
    with transaction():
        brands.create_brand("Poire")
    assert client.get("/search?brand=Pomme").status_code == 200
    assert client.get("/search?brand=Poire").status_code == 200
    assert former() == {"Poire & Fils": "Pomme"}


@pytest.mark.parametrize("said", ["Pomme", "POMME", "Prune"])
def test_files_may_say_the_old_name_and_mean_the_same_products(db_session, said):
    load({"brand": "Pomme", "sku": "A1"})
    rename(db.session.scalars(sa.select(Brand.id).where(Brand.name == "Pomme")).one(), "Prune")
    report = load({"brand": said, "sku": "A2"})
    assert (report.created, report.new_products, names()) == (1, 0, ["Prune"])


def test_two_that_are_the_same_become_one_and_no_offer_is_lost(client, db_session):
    load({"brand": "Pomme", "sku": "A1"}, {"brand": "Pomme", "sku": "A2", "title": "Toaster 12"})
    load({"brand": "Apple", "sku": "B1"}, {"brand": "Apple", "sku": "B2", "title": "Kettle 3"})
    db.session.rollback()
    keep, drop = (db.session.query(Brand).filter_by(name=name).one() for name in ("Apple", "Pomme"))
    for brand, name in ((keep, "Fon 13"), (drop, "Fon 13"), (drop, "Fon 14")):
        make_model(name, brand_id=brand.id)
    before = dict(db.session.execute(sa.select(Offer.sku, Offer.id)).all())
    plan = merge(keep, drop)

    assert (plan.models, plan.products, plan.twice) == (2, 2, ("Fon 13",))
    assert len(plan.poured) == 1
    assert names() == ["Apple"]
    assert former() == {"Pomme": "Apple"}
    assert dict(db.session.execute(sa.select(Offer.sku, Offer.id)).all()) == before
    assert db.session.query(Model).count() == 3
    products = db.session.scalars(sa.select(Product.title).order_by(Product.title)).all()
    assert len(products) == 3
    assert client.get("/search?brand=Pomme").location == "/search?brand=Apple"
    assert found(client, "apple") == 3
    again = load({"brand": "Pomme", "sku": "A2", "title": "Toaster 12"})
    assert (again.created, again.new_products, again.unchanged) == (0, 0, 1)


def test_a_plan_that_is_no_longer_true_is_not_carried_out(db_session):
    keep, drop = make_brand("Apple"), make_brand("Pomme")
    db.session.commit()
    plan = brands.brand_plan(keep_id=keep.id, drop_id=drop.id)
    make_model(brand_id=drop.id)
    db.session.commit()
    with pytest.raises(CuratingRefused, match="no longer what was shown"), transaction():
        brands.merge_brands(keep_id=keep.id, drop_id=drop.id, seen=plan.seen)
    with pytest.raises(CuratingRefused, match="one and the same"):
        brands.brand_plan(keep_id=keep.id, drop_id=keep.id)
    with pytest.raises(CuratingRefused, match="This is gone"):
        brands.brand_plan(keep_id=keep.id, drop_id=999)
    assert names() == ["Apple", "Pomme"]


def test_names_of_a_merged_brand_from_before_lead_on(db_session):
    keep, drop = make_brand("Apple"), make_brand("Pomme")
    db.session.commit()
    rename(drop.id, "Pommes")
    merge(keep, drop)
    assert former() == {"Pomme": "Apple", "Pommes": "Apple"}


@pytest.mark.parametrize("count", [1, 3])
def test_a_plan_takes_six_statements(db_session, count_sql, count):
    keep, drop = make_brand("Apple"), make_brand("Pomme")
    for _nth in range(count):
        make_product(brand_id=drop.id)
        make_model(brand_id=drop.id)
    keep_id, drop_id = keep.id, drop.id
    db.session.commit()
    with count_sql() as statements:
        brands.brand_plan(keep_id=keep_id, drop_id=drop_id)
    assert len(statements) == 6


def test_one_that_nothing_bears_is_removed_and_others_are_not(db_session):
    unused, of_model, of_product = make_brand("Apple"), make_brand("Pomme"), make_brand("Prune")
    make_model(brand_id=of_model.id)
    make_product(brand_id=of_product.id)
    ids = {brand.name: brand.id for brand in (unused, of_model, of_product)}
    db.session.commit()
    for name in ("Pomme", "Prune"):
        seen = seen_of(ids[name])
        with pytest.raises(CuratingRefused, match="is in use"), transaction():
            brands.remove_brand(ids[name], seen=seen)
    with pytest.raises(CuratingRefused, match="has just changed"), transaction():
        brands.remove_brand(ids["Apple"], seen="long ago")
    rename(ids["Apple"], "Appel")
    seen = seen_of(ids["Apple"])
    with transaction():
        brands.remove_brand(ids["Apple"], seen=seen)
    assert (names(), former()) == (["Pomme", "Prune"], {})
