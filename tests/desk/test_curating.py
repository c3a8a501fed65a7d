"""Models, categories and brands at the desk: lists and their filters, forms that two people have open, and merging."""

import pytest
from sqlalchemy import delete, select

from storefront.catalog.models import Brand, Category, Model, Offer, Product
from storefront.core.database import db
from storefront.desk.curating import queries

from ..factories import make_brand, make_category, make_model, make_offer, make_product
from ..shopper import read_forms
from .budget import overweight


def model_with_offers(name: str, *, offers: int = 1, **values) -> Model:
    model = make_model(name, **values)
    product = make_product(
        model_id=model.id,
        brand_id=model.brand_id,
        title=f"{name} 128 GB black",
        identity=f"model/{model.id}/128/black",
    )
    for _offer in range(offers):
        make_offer(product_id=product.id)
    return model


def brand_and_category() -> dict[str, str]:
    return {"brand_id": str(make_brand().id), "category_id": str(make_category().id)}


def names(**asked: str) -> list[str]:
    return [row.name for row in queries.models_page(queries.read_filters(asked), cursor="").rows]


def test_models_are_found_by_words_brand_and_category(db_session):
    other = make_brand("Poire")
    tablets = make_category("tablets")
    make_model("Fon 13 Pro")
    make_model("Fon 13")
    make_model("Tab 13", brand_id=other.id, category_id=tablets.id)

    assert names() == ["Fon 13", "Fon 13 Pro", "Tab 13"]
    assert names(q="pro fon") == ["Fon 13 Pro"]
    assert names(q="100%") == []
    assert names(brand=str(other.id)) == ["Tab 13"]
    assert names(category=str(tablets.id), q="13") == ["Tab 13"]
    assert names(brand="٣", category="-1", q="\0") == ["Fon 13", "Fon 13 Pro", "Tab 13"]


def test_the_list_says_how_many_offers_each_has(operator, db_session):
    model_with_offers("Fon 13", offers=2)
    page = operator.get("/desk/models")
    assert '<td data-label="Offers" class="num">2</td>' in page.text


@pytest.mark.parametrize("path", ["/desk/models", "/desk/categories", "/desk/brands"])
def test_lists_take_as_many_statements_for_three_as_for_one(operator, db_session, count_sql, path):
    counts = []
    for number in (1, 2, 3):
        model_with_offers(
            f"Fon {number}",
            brand_id=make_brand(f"Brand {number}").id,
            category_id=make_category(f"c{number}").id,
        )
        with count_sql() as statements:
            assert operator.get(path).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[2] <= 5


def test_a_list_goes_on_where_it_ended(db_session, monkeypatch):
    monkeypatch.setattr(queries, "SIZE", 2)
    for name in ("Fon 1", "Fon 2", "Fon 3"):
        make_model(name)
    first = queries.models_page(queries.read_filters({}), cursor="")
    rest = queries.models_page(queries.read_filters({}), cursor=first.next)
    assert [[row.name for row in page.rows] for page in (first, rest)] == [["Fon 1", "Fon 2"], ["Fon 3"]]


def test_a_model_is_made_and_shows_its_facts_with_their_source(operator, db_session):
    facts = brand_and_category() | {
        "name": "Fon 14",
        "height_mm": "146,7",
        "new_price": "909,00",
        "new_price_on": "2022-09-16",
        "new_price_source": "launch price, Pomme, France",
        "drawing": "phone",
    }
    made = operator.submit(operator.get("/desk/models/new"), "/models/new", facts, follow_redirects=True)

    assert made.status_code == 200
    assert "Files call it fon-14." in made.text
    for known in ("146.7", "€909", "launch price, Pomme, France, 16 September 2022", "nobody knows"):
        assert known in made.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("brand_id", ""),
        ("brand_id", "987654321"),
        ("category_id", ""),
        ("category_id", "x"),
        ("released_on", "16/09/2022"),
        ("height_mm", "0"),
        ("weight_g", "heavy"),
        ("lenses", "12"),
        ("front", "beard"),
        ("drawing", "unicorn"),
        ("new_price", "-1"),
        ("description_en", "x" * 5_001),
        ("name", "Fon\u200b"),
    ],
)
def test_a_fact_that_cannot_be_is_refused_and_stays_typed(operator, db_session, field, value):
    fields = brand_and_category() | {"name": "Fon 14", field: value}
    refused = operator.submit(operator.get("/desk/models/new"), "/models/new", fields)

    assert refused.status_code == 422
    assert f'href="#i-{field}"' in refused.text
    assert db.session.scalar(select(Model.id)) is None
    if field not in ("brand_id", "category_id", "front", "drawing"):
        assert read_forms(refused.text)[0].fields[field].strip() == value.strip()


def test_a_price_new_needs_its_day(operator, db_session):
    fields = brand_and_category() | {"name": "Fon", "new_price": "909"}
    refused = operator.submit(operator.get("/desk/models/new"), "/models/new", fields)
    assert "A price new needs the day on which it was asked." in refused.text


def test_a_renamed_model_takes_its_products_along(operator, client, db_session):
    model = model_with_offers("Fon XIII")
    old = f"/p/{db.session.scalars(select(Offer)).one().product.slug}"
    page = operator.get(f"/desk/models/{model.id}/edit")
    saved = operator.submit(page, "/edit", {"name": "Fon 13"}, follow_redirects=True)

    assert "Saved. Its products follow." in saved.text
    assert "Fon 13 128 GB black" in saved.text
    assert client.get(old).status_code == 301


def test_of_two_people_at_a_model_the_second_is_told_and_may_insist(operator, colleague, db_session):
    model = make_model("Fon 13")
    path = f"/desk/models/{model.id}/edit"
    first, second = operator.get(path), colleague.get(path)
    operator.submit(first, "/edit", {"weight_g": "174"})
    refused = colleague.submit(second, "/edit", {"lenses": "2"})

    assert refused.status_code == 409
    assert "<li>Weight, in grams: 174</li>" in refused.text
    assert read_forms(refused.text)[0].fields["lenses"] == "2"
    assert colleague.submit(refused, "/edit").status_code == 303


def test_a_mistake_does_not_hide_that_somebody_else_was_faster(operator, colleague, db_session):
    model = make_model("Fon 13")
    path = f"/desk/models/{model.id}/edit"
    second = colleague.get(path)
    operator.submit(operator.get(path), "/edit", {"weight_g": "174"})
    wrong = colleague.submit(second, "/edit", {"lenses": "many"})

    assert wrong.status_code == 422
    assert colleague.submit(wrong, "/edit", {"lenses": "2"}).status_code == 409


def test_two_models_become_one_after_their_plan_was_seen(operator, client, db_session):
    keep, drop = model_with_offers("Fon 13", offers=2), model_with_offers("Fon XIII")
    keep_id, drop_id = keep.id, drop.id
    old = f"/p/{db.session.scalars(select(Offer).order_by(Offer.id.desc()).limit(1)).one().product.slug}"

    choice = operator.get(f"/desk/models/{drop_id}/merge")
    assert f"?into={keep_id}" in choice.text
    plan = operator.get(f"/desk/models/{drop_id}/merge?into={keep_id}")
    assert "1 offer moves" in plan.text
    assert "its offers go to Fon 13 128 GB black" in plan.text

    merged = operator.submit(plan, "/merge", follow_redirects=True)
    assert "Fon XIII is a part of Fon 13 now." in merged.text
    assert "3 offers" in merged.text
    assert client.get(old).status_code == 301
    assert operator.get(f"/desk/models/{drop_id}").status_code == 404


def test_a_plan_that_is_no_longer_true_is_not_carried_out(operator, db_session):
    keep, drop = model_with_offers("Fon 13"), model_with_offers("Fon XIII")
    plan = operator.get(f"/desk/models/{drop.id}/merge?into={keep.id}")
    make_offer(
        product_id=db.session.scalars(select(Offer).order_by(Offer.id.desc()).limit(1)).one().product_id
    )
    refused = operator.submit(plan, "/merge")

    assert refused.status_code == 409
    assert "2 offers move" in refused.text
    assert db.session.query(Model).count() == 2


def test_models_of_two_brands_are_merged_after_a_word_in_red(operator, db_session):
    keep, drop = make_model("Fon 13"), make_model("Fon XIII", brand_id=make_brand("Poire").id)
    plan = operator.get(f"/desk/models/{drop.id}/merge?into={keep.id}")
    assert "They are of two brands: what was by Poire will be by Pomme." in plan.text
    assert operator.submit(plan, "/merge").status_code == 303


def test_models_of_two_categories_are_neither_offered_nor_merged(operator, db_session):
    keep, drop = make_model("Fon 13"), make_model("Fon XIII", category_id=make_category("tablets").id)
    assert f"?into={keep.id}" not in operator.get(f"/desk/models/{drop.id}/merge?q=Fon").text
    refused = operator.get(f"/desk/models/{drop.id}/merge?into={keep.id}")
    assert (refused.status_code, "are of two categories" in refused.text) == (409, True)
    assert db.session.query(Model).count() == 2


def test_a_model_is_not_merged_into_itself(operator, db_session):
    model = make_model("Fon 13")
    page = operator.get(f"/desk/models/{model.id}/merge?into={model.id}")
    assert page.status_code == 409
    assert operator.get(f"/desk/models/{model.id}/merge?into=987654321").status_code == 404


def test_a_category_is_made_and_has_its_page(operator, client, db_session):
    fields = {"name_en": "Drones", "name_fr": "Drones à hélices", "position": "1", "weight_g": "900"}
    operator.submit(operator.get("/desk/categories/new"), "/new", fields)

    assert "Drones à hélices" in client.get("/fr/c/drones").text
    assert "900 g" in operator.get("/desk/categories").text
    twice = operator.submit(operator.get("/desk/categories/new"), "/new", fields)
    assert (twice.status_code, "There is a category of this name already." in twice.text) == (422, True)


def test_of_two_people_at_a_category_the_second_is_told(operator, colleague, db_session):
    category = make_category()
    first, second = (who.get(f"/desk/categories/{category.id}") for who in (operator, colleague))
    operator.submit(first, "/categories/", {"name_en": "Phones"})
    refused = colleague.submit(second, "/categories/", {"position": "5"})

    assert refused.status_code == 409
    assert "<li>Name in English: Phones</li>" in refused.text
    assert read_forms(refused.text)[0].fields["position"] == "5"
    assert db.session.scalars(select(Category)).one().position == 100


def test_a_brand_is_added_and_renamed_once(operator, colleague, db_session):
    operator.submit(operator.get("/desk/brands"), "/brands", {"name": "Pome"})
    brand = db.session.scalars(select(Brand)).one()
    first, second = (who.get(f"/desk/brands/{brand.id}") for who in (operator, colleague))
    operator.submit(first, "/brands/", {"name": "Pomme"})
    refused = colleague.submit(second, "/brands/", {"name": "Pommes"})

    assert refused.status_code == 409
    assert "<li>Name: Pomme</li>" in refused.text
    db.session.expire_all()
    assert db.session.scalars(select(Brand)).one().name == "Pomme"
    again = operator.submit(operator.get("/desk/brands"), "/brands", {"name": "Pomme"})
    assert (again.status_code, "There is a brand of this name already." in again.text) == (422, True)


def test_pages_keep_their_budget(operator, db_session):
    models = [model_with_offers(f"Fon {number} with a rather long name", offers=1) for number in range(60)]
    ids = (models[0].id, models[1].id)
    paths = (
        "/desk/models",
        f"/desk/models/{ids[0]}",
        f"/desk/models/{ids[0]}/edit",
        f"/desk/models/{ids[0]}/merge",
        f"/desk/models/{ids[0]}/merge?into={ids[1]}",
        "/desk/categories",
        "/desk/brands",
    )
    assert overweight(operator, paths) == {}


def test_brands_are_merged_after_a_look_at_what_would_move(operator, db_session):
    keep, drop = make_brand("Apple"), make_brand("Pomme")
    model_with_offers("Fon 13", brand_id=drop.id)
    make_model("Fon 13", brand_id=keep.id)
    keep_id, drop_id = keep.id, drop.id
    db.session.commit()
    choice = operator.get(f"/desk/brands/{drop_id}/merge")
    look = operator.submit(choice, "/merge", {"into": str(keep_id)})
    make_model("Fon 14", brand_id=drop_id)
    late = operator.submit(look, "/merge")
    done = operator.submit(late, "/merge")

    assert "Pomme becomes a part of Apple." in look.text
    assert (
        "Both have models of these names, which then stand there twice. Merge them, too: Fon 13." in look.text
    )
    assert (late.status_code, done.status_code) == (409, 303)
    assert "2 models move." in late.text
    assert "Pomme is a part of Apple now." in operator.get(done.location).text
    assert db.session.scalars(select(Brand.name)).all() == ["Apple"]


def test_only_a_brand_that_nothing_bears_can_be_removed(operator, db_session):
    used, unused = make_brand("Apple"), make_brand("Pomme")
    make_model(brand_id=used.id)
    used_id, unused_id = used.id, unused.id
    db.session.commit()
    page = operator.get(f"/desk/brands/{unused_id}")
    make_product(brand_id=unused_id)
    late = operator.submit(page, "/remove")
    db.session.execute(delete(Product))
    db.session.commit()
    done = operator.submit(page, "/remove")

    assert (late.status_code, done.status_code) == (409, 303)
    assert "Pomme is in use: merge it into another brand instead." in late.text
    assert "Pomme is gone." in operator.get(done.location).text
    assert "/remove" not in operator.get(f"/desk/brands/{used_id}").text
