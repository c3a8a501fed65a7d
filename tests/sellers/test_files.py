"""The sellers file and the history file, through their commands."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from storefront.core.database import db
from storefront.sellers.actions import newcomers_risk
from storefront.sellers.models import QualityEntry, Seller
from tests.catalog.makers import as_csv, stock

USINE = {
    "slug": "usine-seconde",
    "name": "Usine Seconde",
    "country": "fr",
    "city": "Lyon",
    "email": "bonjour@usine.example",
    "vat_id": "FR 05 099 027 427",
    "handling_days": "1",
    "standing": "active",
    "joined_on": "2024-05-31",
    "guarantee_months": "24",
}


@pytest.fixture
def run(app, tmp_path: Path):
    """Load a file by a command; gives its exit code, what it printed, and what it complained of."""

    def run(command: str, content: str | bytes) -> tuple[int, str, str]:
        path = tmp_path / "file.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        result = app.test_cli_runner().invoke(args=["sellers", command, str(path)])
        return result.exit_code, result.stdout, result.stderr

    return run


def sellers(app) -> dict[str, Seller]:
    with app.app_context():
        found = {seller.slug: seller for seller in db.session.scalars(sa.select(Seller))}
        db.session.expunge_all()
        db.session.remove()
    return found


def test_a_seller_is_loaded_as_written(app, run):
    assert run("import", as_csv([USINE])) == (0, "1 sellers read, 1 new or changed, 0 rows left out.\n", "")
    seller = sellers(app)["usine-seconde"]
    assert (seller.name, seller.country, seller.city, seller.vat_id) == (
        "Usine Seconde",
        "FR",
        "Lyon",
        "FR05099027427",
    )
    assert (seller.handling_days, seller.guarantee_months, seller.standing) == (1, 24, "active")
    assert str(seller.joined_on) == "2024-05-31"


def test_only_three_columns_are_needed(app, run):
    run("import", "slug,name,country\nx,X,FR\n")
    seller = sellers(app)["x"]
    assert (seller.handling_days, seller.guarantee_months, seller.standing, seller.vat_id) == (
        2,
        12,
        "probation",
        "",
    )


def test_a_new_seller_starts_at_the_markets_risk(app, run):
    run("import", as_csv([USINE]))
    with app.app_context():
        expected = newcomers_risk(today=sellers(app)["usine-seconde"].joined_on)
        db.session.remove()
    assert sellers(app)["usine-seconde"].risk == expected > 0.03


def test_loaded_twice_it_changes_nothing(app, run):
    rows = [USINE, {"slug": "new", "name": "New", "country": "BE"}]
    run("import", as_csv(rows))
    with app.app_context():
        db.session.execute(
            sa.update(Seller).where(Seller.slug == "new").values(joined_on=sa.func.date("2020-01-01"))
        )
        db.session.commit()
        db.session.remove()
    assert run("import", as_csv(rows))[1] == "2 sellers read, 0 new or changed, 0 rows left out.\n"
    assert run("import", as_csv([{**USINE, "city": "Paris"}]))[1].startswith(
        "1 sellers read, 1 new or changed"
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"slug": ""}, "column slug: is empty"),
        ({"slug": "a_b"}, "column slug: is 'a_b'; must be letters a to z and digits, with hyphens between"),
        (
            {"slug": "écran"},
            "column slug: is 'écran'; must be letters a to z and digits, with hyphens between",
        ),
        ({"slug": "usine-seconde"}, "column slug: 'usine-seconde' stands on line 2, too"),
        ({"name": ""}, "column name: is empty"),
        ({"country": "F1"}, "column country: is 'F1'; must be a two-letter code such as FR"),
        ({"country": "FRA"}, "column country: has 3 characters; at most 2"),
        (
            {"vat_id": "FR00099027427"},
            "column vat_id: is 'FR00099027427'; must be a valid European VAT number",
        ),
        ({"vat_id": "x"}, "column vat_id: is 'x'; must be a valid European VAT number"),
        ({"handling_days": "61"}, "column handling_days: is '61'; must be a whole number from 0 to 60"),
        ({"guarantee_months": "x"}, "column guarantee_months: is 'x'; must be a whole number from 0 to 120"),
        ({"standing": "gold"}, "column standing: is 'gold'; must be one of probation, active, suspended"),
        ({"joined_on": "31/05/2024"}, "column joined_on: is '31/05/2024'; must be a date such as 2024-05-31"),
        ({"email": "x" * 255}, "column email: has 255 characters; at most 254"),
    ],
)
def test_a_wrong_row_is_named_and_the_others_load(app, run, change, problem):
    rows = [USINE, {**USINE, "slug": "second", **change}, {**USINE, "slug": "third"}]
    code, said, complained = run("import", as_csv(rows))
    assert (code, said) == (0, "2 sellers read, 2 new or changed, 1 rows left out.\n")
    assert complained == f"  line 3, {problem}\n"
    assert set(sellers(app)) == {"usine-seconde", "third"}


def test_a_suspended_sellers_offers_are_gone_at_once(app, run, client):
    stock(app, {}, {"seller": "Other", "price": "350"})
    for path in ("/search", "/p/iphone-13-128-gb-midnight"):
        assert "€319" in client.get(path).text
    run("import", as_csv([{**USINE, "standing": "suspended"}]))
    for path in ("/search", "/p/iphone-13-128-gb-midnight"):
        page = client.get(path).text
        assert "€319" not in page
        assert "€350" in page
    run("import", as_csv([USINE]))
    assert "€319" in client.get("/search").text


def test_a_sellers_new_name_is_shown_at_once(app, run, client):
    stock(app, {})
    assert "Usine Seconde" in client.get("/search").text
    run("import", as_csv([{**USINE, "name": "Usine Troisième"}]))
    assert "Usine Troisième" in client.get("/search").text


HISTORY = {"seller": "usine-seconde", "reference": "1", "finished_on": "2026-01-31", "outcome": "good"}


def lines(*changes: dict[str, str]) -> str:
    return as_csv(
        [{**HISTORY, "reference": str(number), **change} for number, change in enumerate(changes, 1)]
    )


def test_history_is_loaded_once(app, run):
    run("import", as_csv([USINE]))
    content = lines({}, {"outcome": "Defect"}, {"reference": "1", "outcome": "late"})
    assert run("import-history", content) == (0, "3 lines read, 2 new or changed, 0 rows left out.\n", "")
    assert run("import-history", content)[1] == "3 lines read, 0 new or changed, 0 rows left out.\n"
    with app.app_context():
        told = db.session.execute(sa.select(QualityEntry.reference, QualityEntry.outcome)).all()
        db.session.remove()
    assert sorted(told) == [("1", "late"), ("2", "defect")]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"seller": "nobody"}, "column seller: 'nobody' is not known; load the sellers first"),
        ({"reference": ""}, "column reference: is empty"),
        ({"finished_on": ""}, "column finished_on: is empty"),
        (
            {"finished_on": "yesterday"},
            "column finished_on: is 'yesterday'; must be a date such as 2026-05-31",
        ),
        ({"finished_on": "2999-01-01"}, "column finished_on: is 2999-01-01, which is yet to come"),
        (
            {"outcome": "meh"},
            "column outcome: is 'meh'; must be one of good, late, cancelled, wrong_grade, defect",
        ),
        ({"outcome": ""}, "column outcome: is empty"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_load(app, run, change, problem):
    run("import", as_csv([USINE]))
    code, said, complained = run("import-history", lines({}, change, {"reference": "z"}))
    assert (code, said) == (0, "2 lines read, 2 new or changed, 1 rows left out.\n")
    assert complained == f"  line 3, {problem}\n"


@pytest.mark.parametrize("command", ["import", "import-history"])
@pytest.mark.parametrize("content", ["", "nonsense\n", b"\xff\xfe\x00"])
def test_a_file_that_is_something_else_is_refused_in_a_sentence(app, run, command, content):
    code, said, complained = run(command, content)
    assert (code, said) == (1, "")
    assert complained.startswith("Error: file.csv: ")


def test_a_missing_file_or_a_directory_is_refused(app, tmp_path):
    for path in (tmp_path, tmp_path / "missing.csv"):
        result = app.test_cli_runner().invoke(args=["sellers", "import", str(path)])
        assert result.exit_code == 2
        assert str(path) in result.stderr
