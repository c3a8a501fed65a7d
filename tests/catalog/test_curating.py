"""Models, categories and brands kept in good order by hand; two that are the same become one, and nothing gets lost."""

import re

import pytest
import sqlalchemy as sa

from storefront.catalog import curating, merging
from storefront.catalog.curating import CategoryFacts, ModelFacts, fingerprint
from storefront.catalog.errors import CuratingRefused
from storefront.catalog.finder import current_finder
from storefront.catalog.known import known_models
from storefront.catalog.models import (
    CatalogGeneration,
    Category,
    Model,
    Offer,
    OldProductSlug,
    Product,
)
from storefront.core.database import db, transaction
from storefront.core.errors import FormInvalid
from tests.factories import make_brand, make_category, make_offer, make_product, make_seller


def make_model(name: str = "Fon 13", **values) -> Model:
    slug = name.lower().replace(" ", "-")
    model = Model(slug=slug, name=name, brand_id=make_brand().id, category_id=make_category().id, **values)
    db.session.add(model)
    db.session.flush()
    return model


def make_product_of(model: Model, storage: int = 128, colour: str = "black", **values) -> Product:
    """As an import makes it."""
    return make_product(
        model_id=model.id,
        brand_id=model.brand_id,
        category_id=model.category_id,
        storage_gb=storage,
        colour=colour,
        title=f"{model.name} {storage} GB {colour}",
        slug=f"{model.slug}-{storage}-gb-{colour}",
        identity=f"model/{model.id}/{storage}/{colour}",
        **values,
    )


def facts_of(model: Model, **values) -> ModelFacts:
    names = ModelFacts.__slots__
    return ModelFacts(**{name: getattr(model, name) for name in names} | values)


def edit(model_id: int, **values) -> None:
    db.session.commit()
    with transaction():
        model = db.session.get_one(Model, model_id)
        curating.edit_model(model_id, facts_of(model, **values), seen=fingerprint(model))


def merge(keep_id: int, drop_id: int) -> merging.MergePlan:
    db.session.commit()
    with transaction():
        plan = merging.merge_plan(keep_id=keep_id, drop_id=drop_id)
        return merging.merge_models(keep_id=keep_id, drop_id=drop_id, seen=plan.seen)


def generation() -> int:
    return db.session.execute(sa.select(CatalogGeneration.number)).scalar_one()


def found(client, words: str) -> list[str]:
    """The addresses of the cards that a search gives."""
    return re.findall(
        r'<h3[^>]*><a[^>]* href="([^"]+)"', client.get("/search", query_string={"q": words}).text
    )


@pytest.fixture
def twins(db_session) -> tuple[int, int]:
    """The same phone under two names: one product that both have, one that only the second has."""
    keep, drop = make_model("Fon 13", weight_g=170), make_model("Fon XIII", weight_g=174, screen_in=6.1)
    both = make_product_of(keep), make_product_of(drop)
    only = make_product_of(drop, 256, "blue")
    seller = make_seller()
    for product in (*both, only):
        make_offer(product_id=product.id, seller_id=seller.id)
    db.session.commit()
    return keep.id, drop.id


def test_a_renamed_model_takes_its_products_along(client, db_session):
    model = make_model()
    make_offer(product_id=make_product_of(model).id)
    edit(model.id, name="Fon 13 Pro")
    answer = client.get("/p/fon-13-128-gb-black?grade=good")
    assert (answer.status_code, answer.location) == (301, "/p/fon-13-pro-128-gb-black?grade=good")
    assert client.get("/fr/p/fon-13-128-gb-black").location == "/fr/p/fon-13-pro-128-gb-black"
    assert client.get(answer.location).status_code == 200
    assert found(client, "fon pro") == ["/p/fon-13-pro-128-gb-black?grade=good"]
    assert known_models()["fon-13"].name == known_models()["fon-13-pro"].name == "Fon 13 Pro"


def test_there_and_back_again_is_no_circle(client, db_session):
    model = make_model()
    make_product_of(model)
    for name in ("Fon 14", "Fon 13", "Fon 14", "Fon 15"):
        edit(model.id, name=name)
    for old in ("fon-13-128-gb-black", "fon-14-128-gb-black"):
        assert client.get(f"/p/{old}").location == "/p/fon-15-128-gb-black"
    assert client.get("/p/fon-15-128-gb-black").status_code == 200
    edit(model.id, name="Fon 13")
    assert client.get("/p/fon-13-128-gb-black").status_code == 200
    assert db.session.get(OldProductSlug, "fon-13-128-gb-black") is None


def test_an_address_taken_by_a_new_product_is_the_new_products(client, db_session):
    model = make_model()
    make_product_of(model)
    edit(model.id, name="Fon 14")
    db.session.commit()
    make_product(slug="fon-13-128-gb-black", title="Another one")
    assert "Another one" in client.get("/p/fon-13-128-gb-black").text


def test_of_two_people_the_second_is_told(db_session):
    model = make_model()
    seen = fingerprint(model)
    edit(model.id, weight_g=171)
    with pytest.raises(CuratingRefused, match="Somebody else"), transaction():
        curating.edit_model(model.id, facts_of(model, weight_g=172), seen=seen)
    assert db.session.get_one(Model, model.id).weight_g == 171


def test_a_model_moves_with_all_its_products_to_another_category(client, db_session):
    model = make_model()
    make_offer(product_id=make_product_of(model).id)
    edit(model.id, category_id=make_category("tablets").id)
    assert "fon-13-128-gb-black" in client.get("/c/tablets").text
    assert "fon-13-128-gb-black" not in client.get("/c/smartphones").text


def test_models_of_one_name_are_told_apart_by_their_brands(db_session):
    brand, other, third = make_brand("Pomme"), make_brand("Poire"), make_brand("Prune")
    category = make_category()

    def new(name, brand_id):
        return curating.create_model(ModelFacts(name, brand_id, category.id)).slug

    assert [new("Fon 1", brand.id), new("Fon 1", other.id)] == ["fon-1", "poire-fon-1"]
    with pytest.raises(FormInvalid, match="name"):
        new("Fon 1", other.id)
    with pytest.raises(FormInvalid, match="name"):
        new("!!!", third.id)


def test_a_merge_moves_offers_and_keeps_every_address(client, twins):
    keep_id, drop_id = twins
    plan = merge(keep_id, drop_id)
    assert [(p.title, p.into, p.offers) for p in plan.products] == [
        ("Fon XIII 128 GB black", "Fon 13 128 GB black", 1),
        ("Fon XIII 256 GB blue", "", 1),
    ]
    assert (plan.keep, plan.drop, plan.offers, plan.facts, plan.beside) == (
        "Fon 13",
        "Fon XIII",
        2,
        ("screen_in",),
        1,
    )
    assert client.get("/p/fon-xiii-128-gb-black").location == "/p/fon-13-128-gb-black"
    assert client.get("/p/fon-xiii-256-gb-blue").location == "/p/fon-13-256-gb-blue"
    assert client.get("/p/fon-13-256-gb-blue").status_code == 200
    model = db.session.scalars(sa.select(Model)).one()
    assert (model.name, model.weight_g, model.screen_in) == ("Fon 13", 170, 6.1)
    counts = db.session.execute(
        sa.select(Product.slug, sa.func.count(Offer.id)).join(Offer).group_by(Product.slug)
    )
    assert dict(counts.all()) == {"fon-13-128-gb-black": 2, "fon-13-256-gb-blue": 1}


def test_the_search_follows_a_merge(app, client, twins):
    current_finder().catch_up()
    assert current_finder().write_words()
    assert len(found(client, "fon")) == 3
    merge(*twins)
    assert sorted(found(client, "fon")) == [
        "/p/fon-13-128-gb-black?grade=good",
        "/p/fon-13-256-gb-blue?grade=good",
    ]
    db.session.rollback()
    assert current_finder().write_words()
    difference, waiting = current_finder().check()
    assert (not difference, waiting) == (True, set())
    assert "xiii" not in client.get("/sitemap.xml").text


def test_a_cart_and_an_order_never_notice(client, twins):
    _keep, drop_id = twins
    offer_id = db.session.scalars(
        sa.select(Offer.id).join(Product).where(Product.model_id == drop_id)
    ).first()
    client.post("/cart/add", data={"offer": offer_id})
    merge(*twins)
    assert 'href="/p/fon-13-128-gb-black?grade=good"' in client.get("/cart").text
    buyer = {
        "email": "lou@example.com", "name": "Lou", "street": "3 rue", "postcode": "44000", "city": "Nantes",
    }  # fmt: skip
    assert client.submit(client.get("/checkout"), "/checkout", buyer).status_code == 303


def test_a_plan_that_is_no_longer_true_does_nothing(db_session, twins):
    keep_id, drop_id = twins
    plan = merging.merge_plan(keep_id=keep_id, drop_id=drop_id)
    make_product_of(db.session.get_one(Model, drop_id), 512)
    db.session.commit()
    with pytest.raises(CuratingRefused, match="no longer what was shown"), transaction():
        merging.merge_models(keep_id=keep_id, drop_id=drop_id, seen=plan.seen)
    assert db.session.scalar(sa.select(sa.func.count(Model.id))) == 2


def test_a_model_is_not_merged_with_itself_nor_with_nobody(db_session, twins):
    keep_id, _drop = twins
    for other in (keep_id, 999):
        with pytest.raises(CuratingRefused):
            merging.merge_plan(keep_id=keep_id, drop_id=other)


@pytest.mark.parametrize("products", [1, 3])
def test_a_plan_costs_the_same_for_many(db_session, count_sql, products):
    keep, drop = make_model("Fon 13"), make_model("Fon XIII")
    for storage in range(products):
        make_offer(product_id=make_product_of(drop, 128 * (storage + 1)).id)
    db.session.commit()
    ids = {"keep_id": keep.id, "drop_id": drop.id}
    with count_sql() as statements:
        merging.merge_plan(**ids)
    assert len(statements) == 4


def test_chains_of_merges_lead_home_in_one_step(client, db_session):
    models = [make_model(f"Fon {letter}") for letter in "ABC"]
    for model in models:
        make_product_of(model)
    first, second, third = (model.id for model in models)
    merge(second, first)
    merge(third, second)
    for old in ("fon-a-128-gb-black", "fon-b-128-gb-black"):
        assert client.get(f"/p/{old}").location == "/p/fon-c-128-gb-black"
    assert {known_models()[name].id for name in ("fon-a", "fon-b", "fon-c")} == {third}


def test_what_a_category_is_called_and_searched_by(client, db_session):
    category = make_category()
    make_offer(product_id=make_product(title="Rotary 1").id)
    facts = CategoryFacts("Phones", "Téléphones", "bigophone", "phone", 5, 250)
    db.session.commit()
    with transaction():
        curating.edit_category(category.id, facts, seen=fingerprint(category))
    assert "Téléphones" in client.get("/fr/c/smartphones").text
    row = db.session.get_one(Category, category.id)
    assert (row.slug, row.weight_g, row.position) == ("smartphones", 250, 5)
    seen = fingerprint(row)
    with pytest.raises(FormInvalid, match="name_fr"), transaction():
        curating.edit_category(category.id, CategoryFacts("Phones", "…"), seen=seen)


def test_a_new_category_stands_on_the_home_page_at_once(client, db_session):
    before = generation()
    with transaction():
        assert curating.create_category(CategoryFacts("Cameras", "Appareils photo")).slug == "cameras"
    assert generation() == before + 1
    with pytest.raises(FormInvalid, match="name_en"), transaction():
        curating.create_category(CategoryFacts("cameras", "Caméras"))
