"""`flask catalog ...` and `flask search ...`, as an operator sees them."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from storefront.catalog.models import Model, Offer, Product
from storefront.core.database import db
from storefront.sellers.actions import Outcome, record_outcomes
from storefront.sellers.models import Seller

from .makers import IPHONE_13, as_csv, phones, stock


@pytest.fixture
def run(app, tmp_path: Path):
    """`run("import", content, "--create")` gives (exit code, what was said, what was complained of)."""

    def run(command: str, content: str | bytes | None = None, *options: str) -> tuple[int, str, str]:
        group, name = ("search", "rebuild") if command == "rebuild" else ("catalog", command)
        arguments = [group, name]
        if content is not None:
            path = tmp_path / "offers.csv"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            arguments.append(str(path))
        result = app.test_cli_runner().invoke(args=[*arguments, *options])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        # The progress bar draws itself anew on one line.
        said = re.sub(r"Loading offers\.csv[^\n]*\n?", "", result.stdout)
        return result.exit_code, said, result.stderr

    return run


def count(app, table: type) -> int:
    with app.app_context():
        number = db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        db.session.remove()
    return number


GOOD = phones({}, {"title": "Pixel 8", "price": "400"})
MIXED = phones({}, {"price": "free"}, {"title": "Pixel 8"})


def test_it_says_what_was_done(run):
    assert run("import", as_csv(GOOD), "--create") == (
        0,
        "2 offers added, 0 changed, 0 as before; 2 new products; 0 rows left out.\n"
        "New sellers: Usine Seconde\nNew categories: smartphones\n",
        "",
    )
    assert run("import", as_csv(GOOD)) == (
        0,
        "0 offers added, 0 changed, 2 as before; 0 new products; 0 rows left out.\n",
        "",
    )


def test_bad_rows_are_listed_and_good_ones_load(run, app):
    code, said, complained = run("import", as_csv(MIXED), "--create")
    assert code == 2, "a script should notice"
    assert said.startswith("2 offers added, 0 changed, 0 as before; 2 new products; 1 rows left out.\n")
    assert complained == "  line 3, column price: is 'free'; must be an amount such as \"319.00\"\n"
    assert count(app, Offer) == 2


def test_strict_says_that_nothing_was_loaded(run, app):
    code, said, complained = run("import", as_csv(MIXED), "--create", "--strict")
    assert (code, said) == (1, "Nothing was loaded: 1 row is bad.\n")
    assert "line 3, column price" in complained
    assert (count(app, Offer), count(app, Seller)) == (0, 0)


def test_a_dry_run_tells_what_would_be(run, app):
    code, said, _ = run("import", as_csv(MIXED), "--create", "--dry-run")
    assert code == 2
    assert said.startswith(
        "2 offers would be added, 0 would be changed, 0 as before; 2 new products; 1 rows left out.\n"
    )
    assert count(app, Offer) == 0
    code, said, _ = run("import", as_csv(MIXED), "--create", "--dry-run", "--strict")
    assert (code, said) == (1, "Nothing would be loaded: 1 row is bad.\n")


def test_a_flood_of_bad_rows_is_counted_and_not_printed(run):
    _, _, complained = run("import", as_csv(phones(*[{"price": "x"}] * 300)), "--create")
    assert complained.count("\n") == 201
    assert complained.endswith("  ... and 100 more\n")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "Error: offers.csv: is empty. The first line must name the columns.\n"),
        (
            "sku;title\n",
            "Error: offers.csv: the column seller and category and grade and price and stock is missing. "
            "The first line must name the columns; required are sku, seller, title, category, grade, price, stock.\n",
        ),
    ],
)
def test_a_file_that_is_something_else_is_refused_in_a_sentence(run, content, sentence):
    assert run("import", content) == (1, "", sentence)


def test_a_directory_or_a_missing_file_is_refused(app, tmp_path):
    for path, words in ((tmp_path, "is a directory"), (tmp_path / "missing.csv", "does not exist")):
        result = app.test_cli_runner().invoke(args=["catalog", "import", str(path)])
        assert result.exit_code == 2
        assert words in result.stderr


def test_what_was_imported_can_be_searched_at_once(run, client, app):
    client.get("/search?q=pixel")
    run("import", as_csv(GOOD), "--create")
    assert "Pixel 8" in client.get("/search?q=pixel").text


def test_models_are_loaded_and_loaded_again(run, app):
    rows = [dict(IPHONE_13), {**IPHONE_13, "model": "apple-iphone-14", "name": "iPhone 14"}]
    assert run("import-models", as_csv(rows))[1] == "2 models added, 0 changed, 0 as before.\n"
    assert run("import-models", as_csv(rows))[1] == "0 models added, 0 changed, 2 as before.\n"
    rows[0]["security_until"] = ""
    assert run("import-models", as_csv(rows))[1] == "0 models added, 1 changed, 1 as before.\n"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"model": ""}, "column model: is empty"),
        ({"model": "模型"}, "column model: has no letter or digit"),
        ({"model": "apple-iphone-13"}, "column model: 'apple-iphone-13' stands on line 2, too"),
        ({"name": ""}, "column name: is empty"),
        ({"brand": "小米"}, "column brand: has no letter or digit"),
        ({"category": "***"}, "column category: has no letter or digit"),
        ({"released_on": "2021"}, "column released_on: is '2021'; must be a date such as 2021-09-24"),
        ({"security_until": "soon"}, "column security_until: is 'soon'; must be a date such as 2028-09-30"),
        ({"height_mm": "tall"}, "column height_mm: is 'tall'; must be a number such as 146.7"),
        ({"height_mm": "0"}, "column height_mm: must be above 0, and below 1000000"),
        ({"weight_g": "nan"}, "column weight_g: must be above 0, and below 1000000"),
        ({"weight_g": "inf"}, "column weight_g: must be above 0, and below 1000000"),
        ({"lenses": "10"}, "column lenses: is '10'; must be a whole number from 0 to 9"),
        ({"new_price": "0"}, "column new_price: must be above 0"),
        ({"new_price": "cheap"}, "column new_price: is 'cheap'; must be an amount such as \"909.00\""),
        ({"front": "x" * 13}, "column front: has 13 characters; at most 12"),
    ],
)
def test_a_wrong_model_is_named_and_the_others_load(run, app, change, problem):
    other = {**IPHONE_13, "model": "apple-iphone-14", "name": "iPhone 14"}
    rows = [IPHONE_13, {**IPHONE_13, "model": "second", **change}, other]
    code, said, complained = run("import-models", as_csv(rows))
    assert (code, said) == (0, "2 models added, 0 changed, 0 as before.\n")
    assert complained == f"  line 3, {problem}\n"
    assert count(app, Model) == 2


def test_a_models_new_facts_are_shown_at_once(run, app, client):
    run("import-models", as_csv([IPHONE_13]))
    stock(app, {"model": "iPhone 13", "storage_gb": "128", "colour": "midnight"})
    path = "/p/iphone-13-128-gb-midnight"
    assert "September 2028" in client.get(path).text
    run("import-models", as_csv([{**IPHONE_13, "security_until": "2030-01-31"}]))
    assert "January 2030" in client.get(path).text


@pytest.mark.parametrize("drawing", ["phone", "spaceship", ""])
@pytest.mark.parametrize("front", ["notch", "mystery", ""])
def test_any_drawing_of_a_model_can_be_shown(run, app, client, drawing, front):
    run(
        "import-models",
        as_csv([{**IPHONE_13, "drawing": drawing, "front": front, "lenses": "9", "height_mm": "0.1"}]),
    )
    stock(app, {"model": "iPhone 13"})
    for path in ("/search", "/p/iphone-13"):
        assert client.get(path).status_code == 200


def test_quality_that_moved_moves_the_ranking(run, app, client):
    stock(app, {"price": "300", "seller": "Careless"}, {"price": "310", "seller": "Careful"})
    run("refresh-quality")
    assert "€300" in client.get("/search").text
    with app.app_context():
        ids = {seller.slug: seller.id for seller in db.session.scalars(sa.select(Seller))}
        today = datetime.now(UTC).date()
        record_outcomes(
            [
                Outcome(
                    ids[slug], f"{slug}{n}", today, "defect" if slug == "careless" and n % 5 == 0 else "good"
                )
                for slug in ids
                for n in range(400)
            ],
            now=datetime.now(UTC),
        )
        db.session.commit()
        db.session.remove()
    assert run("refresh-quality") == (0, "The quality of 2 sellers moved.\n", "")
    page = client.get("/search").text
    assert "€310" in page
    assert "€300" not in page
    assert run("refresh-quality") == (0, "The quality of 0 sellers moved.\n", "")


def test_the_index_is_rebuilt_on_demand(run, app, client):
    stock(app, *GOOD)
    assert run("rebuild") == (0, "The search index is new.\n", "")
    assert "Pixel 8" in client.get("/search?q=pixel").text
    assert count(app, Product) == 2
