"""The shop's own file: what is written out and read in again changes nothing, and no spreadsheet runs it."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import current_app
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from storefront.catalog.export import BATCH, native_lines
from storefront.catalog.models import Offer, Product
from storefront.catalog.offer_file import COLUMNS
from storefront.core.database import db
from storefront.core.spreadsheet_safe import escaped, unescaped
from storefront.sellers.models import Seller

from .makers import IPHONE_13, as_csv, load, load_models, load_text, phones
from .test_import import problems, snapshot

FULL = {
    "brand": "Apple", "description": "Two\nlines; \"quoted\", with commas", "storage_gb": "128", "colour": "midnight",
    "ean": "4006381333931", "battery_percent": "91", "guarantee_months": "24", "vat_scheme": "standard",
    "purchase_price": "200.50", "purchase_reference": "F-7", "purchase_date": "2026-02-28",
}  # fmt: skip


def exported(**options: str) -> str:
    return "".join(native_lines(current_app.config["SETTINGS"], **options))


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_each_offer_is_written_in_the_columns_of_the_format(db_session):
    load(FULL, {"title": "Odd", "model": "TX-77"})
    first, second = cells(exported())
    assert tuple(first) == COLUMNS
    assert first == {
        **FULL, "sku": "A1", "seller": "usine-seconde", "title": "iPhone 13 128 GB midnight", "model": "",
        "category": "smartphones", "grade": "good", "price": "319.00", "stock": "2", "currency": "EUR",
    }  # fmt: skip
    assert (second["model"], second["storage_gb"], second["ean"]) == ("TX-77", "", "")


def test_what_is_exported_loads_without_a_change(db_session):
    load_models(
        IPHONE_13,
        {**IPHONE_13, "model": "acme-13", "brand": "Acme"},
        {**IPHONE_13, "model": "iphone-13", "name": "X"},
    )
    load(
        FULL, {**FULL, "model": "apple-iphone-13"}, {"model": "acme-13", "colour": "red"}, {"model": "iphone-13"},
        {"title": "日本語", "seller": "Änother & one"}, {"title": "=1+1", "sku": "'=x", "description": "-5\n=2"},
        {"title": "Thing", "category": "Ovens of ours", "model": "nobody knows"}, {"stock": "0", "purchase_price": "0"},
    )  # fmt: skip
    before = snapshot()
    text = exported()
    for dressed in (text, "\ufeff" + text, text.replace("\n", "\r\n")):
        report = load_text(dressed)
        assert (problems(report), report.unchanged) == ([], 8)
        assert snapshot() == before
    assert exported() == text


def test_products_whose_titles_were_mended_stay_the_same(db_session):
    """A title that was corrected at a desk gives another identity: the offer must not move to a twin."""
    load({}, {"title": "Pixle 8", "brand": "Google"})
    db_session.execute(sa.update(Product).where(Product.title == "Pixle 8").values(title="Pixel 8"))
    db_session.commit()
    before = snapshot()
    assert load_text(exported()).unchanged == 2
    assert snapshot() == before


TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffd\ufeff\u2028\u2029\x85"),
    max_size=12,
).map(lambda text: text.strip())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    sku=TEXT.filter(bool),
    title=TEXT,
    brand=TEXT,
    colour=TEXT,
    description=TEXT,
    model=TEXT,
    number=st.integers(0, 9),
)
@example(sku="=1", title="@x", brand="+1", colour="-1", description="''=1", model="'", number=0)
@example(sku="''", title="'=", brand="\t=", colour="＝1", description="a;=1,=2", model="-", number=1)
def test_any_text_survives_the_way_out_and_in(
    db_session, sku, title, brand, colour, description, model, number
):
    texts = {
        "title": f"{title} T{number}",
        "brand": brand,
        "colour": colour,
        "description": description,
        "model": model,
    }
    # What is loaded first is a text of people's own; an apostrophe before a formula is taken for our guard there.
    load({"sku": escaped(sku), **{name: escaped(text) for name, text in texts.items()}})
    before = snapshot()
    report = load_text(exported())
    assert problems(report) == []
    assert snapshot() == before


@given(text=st.text(st.sampled_from("'=+-@\t\ra1＝ "), max_size=8))
def test_the_guard_before_formulas_is_taken_off_again(text):
    guarded = escaped(text)
    assert unescaped(guarded) == text
    assert guarded[:1] not in set("=+-@\t\r＝")


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(1)", "＝1", "'=1"])
def test_no_cell_begins_as_a_formula(db_session, formula):
    load({"title": escaped(f"{formula} phone"), "description": escaped(formula), "brand": escaped(formula)})
    assert db_session.scalar(sa.select(Product.title)) == f"{formula} phone"
    (row,) = cells(exported())
    assert row["title"] == f"'{formula} phone"
    assert all(cell[:1] not in set("=+-@＝") for cell in row.values())


def test_one_sellers_offers_alone(db_session):
    load({}, {"seller": "Other", "sku": "X"})
    assert [row["sku"] for row in cells(exported(seller="other"))] == ["X"]


def test_a_french_shop_writes_what_its_spreadsheet_reads(make_app):
    app = make_app(REBELOTE_SHOP_LANGUAGE="fr")
    with app.app_context():
        load({})
        text = exported()
        assert text.startswith("sku;seller;title;")
        assert load_text(text).unchanged == 1
        db.session.remove()


def test_the_number_of_statements_and_memory_do_not_grow(db_session, count_sql):
    load({})
    with count_sql() as one:
        exported()
    load(*({"description": "wide " * 500} for _ in range(12 * BATCH)))
    with count_sql() as many:
        exported()
    assert len(one) == len(many) == 1
    tracemalloc.start()
    size = sum(len(lines) for lines in native_lines(current_app.config["SETTINGS"]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 14_000_000
    assert peak < 25_000_000


def test_the_command_writes_a_file_that_it_reads(app, tmp_path):
    with app.app_context():
        load_text(as_csv(phones({}, {"title": "Écran"})), create=True)
        db.session.remove()
    path = tmp_path / "offers.csv"
    run = app.test_cli_runner().invoke
    assert run(args=["catalog", "export", str(path)]).exit_code == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfsku,")
    result = run(args=["catalog", "import", str(path)])
    assert "0 offers added, 0 changed, 2 as before" in result.stdout
    assert "Écran" in Path(path).read_text(encoding="utf-8-sig")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 2
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Seller)) == 1
        db.session.remove()
