"""`flask search check` and `explain`, as an operator sees them."""

import re

import pytest
import sqlalchemy as sa

from storefront.catalog.finder import current_finder
from storefront.catalog.models import Product
from storefront.catalog.rules import list_value, value
from storefront.core.database import db
from storefront.sellers.models import Seller

from .makers import as_csv, load_text, phones
from .truth import shown_cards


@pytest.fixture
def shop(app):
    with app.app_context():
        load_text(as_csv(phones({}, {"title": "Pixel 8"}, {"title": "iPad Air"})), create=True)
        assert current_finder().write_words()
        db.session.remove()
    return app


def run(app, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["search", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_an_index_that_agrees(shop):
    assert run(shop, "check") == (0, "The search index agrees with the database.\n")


def test_a_difference_is_named_and_a_rebuild_mends_it(shop):
    with shop.app_context():
        number = db.session.scalar(sa.select(Product.id).where(Product.title == "Pixel 8"))
        # Behind the outbox's back, as no action of ours does.
        db.session.execute(sa.update(Product).where(Product.id == number).values(title="Pixel 9"))
        db.session.commit()
        db.session.remove()
    code, said = run(shop, "check")
    assert code == 1
    assert f"1 products have other words there: {number}\n" in said
    assert run(shop, "rebuild") == (0, "The search index is new.\n")
    assert run(shop, "check")[0] == 0


def test_what_waits_to_be_written_is_told_apart(shop):
    with shop.app_context():
        load_text(as_csv(phones({}, {}, {}, {"title": "Fairphone 5"})), create=True)
        db.session.remove()
    code, said = run(shop, "check")
    assert code == 1
    assert "1 changed products wait to be written" in said
    assert "not in the index" not in said


def test_no_index_at_all_is_said_without_a_traceback(app):
    code, said = run(app, "check")
    assert code == 1
    assert said.startswith("Error: The search index can't be used:")


def test_the_parts_of_a_score_are_printed_and_add_up(shop):
    code, said = run(shop, "explain", "pixle 8")
    assert code == 0
    assert said.startswith("Corrected to: pixel 8\nLooked for:   pixel\n")
    assert "1. Pixel 8" in said
    relevance = float(re.findall(r"relevance ([\d.]+)", said)[0])
    groups = [float(number) for number in re.findall(r"^   +([\d.]+)  \w+$", said, re.MULTILINE)]
    parts = [float(number) for number in re.findall(r"([\d.]+)  \w+ in \w+ \(boost", said)]
    assert sum(groups) == pytest.approx(relevance, abs=0.001)
    assert sum(parts) == pytest.approx(relevance, abs=0.002)


def test_every_figure_behind_a_place_is_printed(shop):
    said = run(shop, "explain", "pixel 8")[1]
    relevance, in_list = re.findall(r"relevance ([\d.]+) \* \(0.75 \+ 0.25 \* list value ([\d.]+)\)", said)[0]
    low, high = re.findall(r"guard: whatever the prices, from ([\d.]+) to ([\d.]+)", said)[0]
    assert high == relevance
    assert float(low) == pytest.approx(float(high) * 0.75, abs=0.001)
    pattern = r"list value ([\d.]+): ([\d.]+) where ([\d.]+) is usual, risk ([\d.]+)"
    worth, price, usual, risk = map(float, re.findall(pattern, said)[0])
    assert worth == pytest.approx(float(in_list), abs=0.0001)
    assert worth == pytest.approx(float(list_value(price, usual, risk)), abs=0.001)
    on_card, risk = map(float, re.findall(r"value on its card ([\d.]+): risk ([\d.]+)", said)[0])
    assert on_card == pytest.approx(float(value(price, usual, risk)), abs=0.001)
    assert "newcomer's turn" not in said


def test_a_newcomers_turn_is_told(shop, monkeypatch):
    monkeypatch.setattr("storefront.catalog.rules.newcomers_turn", lambda *_place: True)
    with shop.app_context():
        db.session.execute(sa.update(Seller).values(standing="probation", risk=0.08))
        db.session.commit()
        newcomers = dict.fromkeys(db.session.scalars(sa.select(Seller.id)), 0.001)
        db.session.remove()
    monkeypatch.setattr("storefront.catalog.news.drawn_risks", lambda today: newcomers)
    said = run(shop, "explain", "pixel 8")[1]
    assert "risk 0.0010 of" in said
    assert "newcomer's turn today: the seller's own risk is 0.0800" in said
    assert re.search(r"list value [\d.]+", run(shop, "explain", "")[1])


def test_a_query_that_finds_nothing_is_explained_too(shop):
    assert run(shop, "explain", "zzzz") == (0, "Nobody has:   zzzz\n0 cards.\n")


def test_more_places_are_those_of_the_next_pages_of_the_same_search(app):
    """Asked for on one long page, other words would be enough, and another search explained."""
    with app.app_context():
        rows = [{"title": f"Pixel {number} Pro"} for number in range(30)]
        rows += [{"title": f"Galaxy {number} Pro"} for number in range(30)]
        load_text(as_csv(phones(*rows)), create=True)
        assert current_finder().write_words()
        db.session.remove()
    client = app.test_client()
    for asked in ("pixel pro", "pixel 8 pro"):
        code, said = run(app, "explain", asked, "--places", "60")
        assert code == 0
        told = re.findall(r"^\d+\. (.+) \(good\)$", said, re.MULTILINE)
        shown = [
            card.slug.replace("-", " ").title()
            for page in range(1, 5)
            if (answer := client.get(f"/search?q={asked}&page={page}")).status_code == 200
            for card in shown_cards(answer)
        ]
        assert told == shown[:60], asked
        assert f"{len(shown)} cards." in said
