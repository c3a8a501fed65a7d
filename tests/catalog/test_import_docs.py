"""docs/import-format.md describes every column, and its examples load."""

import re
from pathlib import Path

import pytest

from storefront.catalog import model_file, offer_file
from storefront.catalog.importer import Options, import_offers
from storefront.catalog.model_file import import_models
from storefront.core.database import transaction
from storefront.sellers import seller_file
from storefront.sellers.seller_file import import_history, import_sellers

from .makers import NOW

DOCS = (Path(__file__).parents[2] / "docs" / "import-format.md").read_text(encoding="utf-8")
FILES = {
    "Offers": (offer_file.COLUMNS, offer_file.REQUIRED),
    "Models": (model_file.COLUMNS, model_file.REQUIRED),
    "Sellers": (seller_file.SELLER_COLUMNS, seller_file.SELLER_REQUIRED),
    "History": (seller_file.HISTORY_REQUIRED, seller_file.HISTORY_REQUIRED),
}


def section(name: str) -> str:
    return DOCS.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", FILES)
def test_every_column_is_described_and_no_other(name):
    columns, required = FILES[name]
    rows = re.findall(r"^\| (`[^|]+`) \| (yes)? ?\|", section(name), flags=re.MULTILINE)
    described = {column: bool(need) for cell, need in rows for column in re.findall(r"`(\w+)`", cell)}
    assert described == {column: column in required for column in columns}


def example(name: str, folder: Path) -> Path:
    path = folder / f"{name}.csv"
    path.write_text(re.search(r"```csv\n(.*?)```", section(name), re.DOTALL)[1], encoding="utf-8")  # type: ignore[index]
    return path


def test_the_examples_load_in_their_order(app, db_session, tmp_path):
    with transaction():
        models = import_models(example("Models", tmp_path), currency="EUR")
        sellers = import_sellers(example("Sellers", tmp_path), now=NOW.replace(year=2027))
        history = import_history(example("History", tmp_path), now=NOW.replace(year=2027))
    offers = import_offers(
        example("Offers", tmp_path), Options(create=True), settings=app.config["SETTINGS"], now=NOW
    )
    assert [*models.problems, *sellers.problems, *history.problems, *offers.problems] == []
    assert (models.created, sellers.changed, history.changed, offers.created) == (1, 1, 2, 2)
    assert offers.new_sellers == []
