"""Rows that leave the brand open, and rows that name it, for one and the same thing."""

import pytest
import sqlalchemy as sa
from flask import current_app

from storefront.catalog.importer import Options, apply, preview
from storefront.catalog.models import Product
from storefront.core.database import db
from storefront.core.sheets import opened

from ..factories import make_brand, make_seller
from .makers import NOW, as_csv, load, phones

THING = {"title": "Tablet 9.7 32 GB", "storage_gb": "32", "colour": "gold"}
BRANDED = {**THING, "brand": "Pomme"}


@pytest.fixture(autouse=True)
def brands(db_session):
    make_brand("Pomme")
    make_brand("Poire")
    db_session.commit()


def products() -> list[tuple[str, str | None]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(Product).order_by(Product.id))
    return [(row.title, row.brand.name if row.brand else None) for row in rows]


def changed(report) -> tuple[int, int, int]:
    return report.new_products, report.retold, report.unchanged


@pytest.mark.parametrize(("first", "second"), [(THING, BRANDED), (BRANDED, THING)])
def test_a_brand_that_one_side_leaves_open_makes_no_double(first, second):
    load({**first, "sku": "X"})
    report = load({**second, "sku": "Y"})

    assert (report.problems, report.new_products) == ([], 0)
    assert products() == [("Tablet 9.7 32 GB", "Pomme")]
    for row, sku in ((first, "X"), (second, "Y")):
        assert changed(load({**row, "sku": sku})) == (0, 0, 1)


def test_other_brands_storages_and_colours_stay_apart():
    load(
        BRANDED, {**BRANDED, "brand": "Poire"}, {**BRANDED, "storage_gb": "64"}, {**BRANDED, "colour": "red"}
    )
    assert len(products()) == 4
    # Of two brands neither is meant for sure.
    assert load({**THING, "sku": "Z"}).new_products == 1


def test_a_brand_is_learned_from_nobody_but_the_only_seller():
    load({**THING, "sku": "X"})
    report = load({**BRANDED, "sku": "Y", "seller": "Another One"})
    assert (changed(report), products()) == ((0, 0, 0), [("Tablet 9.7 32 GB", None)])


def test_a_preview_says_of_twins_what_a_load_does_in_any_batch(db_session, monkeypatch, tmp_path):
    monkeypatch.setattr("storefront.catalog.importer.BATCH", 1)
    make_seller(slug="usine-seconde", name="Usine Seconde")
    db_session.commit()
    path = tmp_path / "offers.csv"
    path.write_text(as_csv(phones(BRANDED, THING, {**THING, "colour": ""})))
    settings, options = current_app.config["SETTINGS"], Options(create=True)
    with opened(path) as sheet:
        looked = preview(sheet, options, settings=settings, now=NOW)
        done = apply(sheet, options, key=looked.key, settings=settings, now=NOW)

    assert (done.new_products, done.deviates, done.problems) == (2, False, [])
