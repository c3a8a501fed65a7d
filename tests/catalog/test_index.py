"""The index follows the database: behind, gone or broken, the shop goes on, and says what it is."""

import resource
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa

from storefront.catalog.changes import generation
from storefront.catalog.finder import write_words_after
from storefront.catalog.models import CatalogChange, CatalogGeneration, Product
from storefront.catalog.patience import Patience
from storefront.core.database import db, transaction
from storefront.periodic import FOLLOWING, run_task
from tests.conftest import MakeApp

from .makers import load, set_offer, stock
from .truth import shown_cards, shown_total

LIMITED = "Search is catching its breath"


def fetch(client, address: str, **options: object):
    """A page, with what its server does once the answer has gone out."""
    return client.get(address, buffered=True, **options)


@pytest.fixture
def shop(app):
    stock(
        app,
        {},
        {"title": "Pixel 8", "price": "400"},
        {"title": "Galaxy S21", "grade": "fair", "price": "200"},
    )
    return app


def folder(app) -> Path:
    return Path(app.instance_path) / "search"


def test_a_shop_without_an_index_answers_limited_once_and_builds_it(shop, make_app: MakeApp):
    shutil.rmtree(folder(shop))
    client = make_app().test_client()
    first = fetch(client, "/search?q=Pixel")
    assert first.status_code == 200
    assert LIMITED in first.text
    assert [card.slug for card in shown_cards(first)] == ["pixel-8"]
    assert first.headers["Cache-Control"] == "private, no-store"
    second = fetch(client, "/search?q=Pixel")
    assert LIMITED not in second.text
    assert [card.slug for card in shown_cards(second)] == ["pixel-8"]


@pytest.mark.parametrize(
    "words", ["Pixel 8", "pixel", "8 PIXEL", "%", "_ixel", "Pix%el", "Pixel" + " q" * 100]
)
def test_limited_search_still_tells_the_truth(shop, make_app: MakeApp, words):
    shutil.rmtree(folder(shop))
    page = fetch(make_app().test_client(), "/search", query_string={"q": words})
    assert page.status_code == 200
    assert shown_total(page) == (1 if set(words.lower().split()) <= {"pixel", "8"} else 0)


def test_browsing_needs_no_index(shop, make_app: MakeApp):
    shutil.rmtree(folder(shop))
    folder(shop).write_text("in the way")
    client = make_app().test_client()
    for _ in range(2):
        for path in ("/", "/search", "/c/smartphones", "/p/pixel-8", "/how-we-rank", "/search?q=pixel"):
            page = fetch(client, path)
            assert page.status_code == 200, path
        assert LIMITED in page.text


def damage(path: Path) -> None:
    """Half of each file, and noise instead of the rest."""
    for file in sorted(path.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            file.write_bytes(content[: len(content) // 2] + b"\x00noise" * 20)


@pytest.mark.parametrize(
    "harm", [damage, shutil.rmtree, lambda path: [f.unlink() for f in path.rglob("*.*")]]
)
def test_a_damaged_index_is_built_anew(shop, make_app: MakeApp, harm):
    harm(folder(shop))
    client = make_app().test_client()
    fetch(client, "/search?q=pixel")
    page = fetch(client, "/search?q=pixel")
    assert LIMITED not in page.text
    assert [card.slug for card in shown_cards(page)] == ["pixel-8"]


def test_an_index_lost_while_the_shop_runs_is_no_ones_trouble(shop, client):
    fetch(client, "/search?q=pixel")
    damage(folder(shop))
    for words, slug in (
        ("galaxy", "galaxy-s21"),
        ("iphone", "iphone-13-128-gb-midnight"),
        ("galxy", "galaxy-s21"),
    ):
        for _ in range(2):
            page = fetch(client, f"/search?q={words}")
            assert page.status_code == 200
        assert [card.slug for card in shown_cards(page)] == [slug]


def follow(app) -> None:
    """What a serving process does by itself, several times a second."""
    for task in FOLLOWING:
        run_task(app, task)


def agrees(app) -> bool:
    with app.app_context():
        return not app.extensions["finder"].check()[0]


@pytest.mark.parametrize(
    "harm", [damage, shutil.rmtree, lambda path: [f.unlink() for f in path.rglob("*.*")]]
)
def test_an_index_harmed_while_nobody_changes_anything_is_built_anew_all_the_same(
    shop, client, make_app: MakeApp, harm
):
    assert shown_total(fetch(client, "/search?q=pixel")) == 1
    harm(folder(shop))
    assert LIMITED not in fetch(client, "/search?q=galaxy").text
    follow(shop)
    assert agrees(make_app())


def test_a_full_disk_is_waited_for(shop, make_app: MakeApp, caplog):
    """Searches are limited and say so, tries grow rare, and all is well when there is room again."""
    shutil.rmtree(folder(shop))
    app = make_app()
    client, finder = app.test_client(), app.extensions["finder"]
    # The tests' own: it writes what it has not met yet.
    app.jinja_env.bytecode_cache = None
    clock = Clock()
    finder.healing = Patience(clock)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))  # bytes a file
    try:
        for clock.seconds in range(8):
            for words in ("pixel", "galaxy"):
                page = fetch(client, f"/search?q={words}")
                assert (page.status_code, shown_total(page), LIMITED in page.text) == (200, 1, True)
            follow(app)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    tries = [record for record in caplog.records if "can't be written" in record.getMessage()]
    assert len(tries) == 4  # after 0, 1, 3 and 7 seconds
    clock.seconds += Patience.LONGEST
    for words in ("pixel", "galaxy", "pixel"):
        page = fetch(client, f"/search?q={words}")
    assert LIMITED not in page.text
    assert agrees(make_app())
    assert finder.healing.pause == Patience.FIRST


class Clock:
    """Moves when a test says so."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_page_that_was_limited_is_not_kept_even_if_the_index_came_back_meanwhile(shop, make_app: MakeApp):
    """Another thread may build the index between this page's search and its way out."""
    app = make_app()
    finder = app.extensions["finder"]
    with app.app_context():
        assert finder.write_words()

    def behind() -> None:
        finder.words_written = -1
        finder.catch_up()

    def lost() -> None:
        finder.catch_up()
        finder.words_lost()

    for searched in (behind, lost):
        with app.test_request_context("/search?q=pixel"):
            app.preprocess_request()
            searched()
            assert finder.write_words()
            assert not finder.words_behind
            response = app.process_response(write_words_after(app.make_response("limited")))
        assert response.headers["Cache-Control"] == "private, no-store", searched
    assert fetch(app.test_client(), "/search?q=pixel").headers["Cache-Control"].startswith("public")


def test_words_that_cannot_be_read_are_written_anew_though_the_cursor_is_right(shop, client):
    """Rubbish may come to light at one word's first search only, when everything else was read long ago."""
    fetch(client, "/search?q=pixel")
    finder = shop.extensions["finder"]
    before = finder.engine.text_identity
    with shop.app_context():
        finder.words_lost()
    fetch(client, "/search?q=galaxy")
    assert finder.engine.text_identity != before
    again = finder.engine.text_identity
    fetch(client, "/search?q=galaxy&sort=price")
    assert finder.engine.text_identity == again


def test_a_database_restored_from_yesterday_is_followed_from_there(shop, client, make_app: MakeApp):
    """The index is ahead of it, with words that nobody said; nobody has to remember to delete it."""
    with shop.app_context():
        load({}, {"title": "Pixel 8"}, {"title": "Galaxy S21", "grade": "fair", "description": "turbomix"})
        shop.extensions["finder"].write_words()
        yesterday = generation() - 1
        with transaction():
            db.session.execute(sa.delete(CatalogChange).where(CatalogChange.generation > yesterday))
            db.session.execute(sa.update(CatalogGeneration).values(number=yesterday))
            db.session.execute(sa.update(Product).values(description=""))
    assert shown_total(fetch(client, "/search?q=turbomix")) == 1
    app = make_app()
    assert not agrees(app)
    follow(app)
    assert agrees(app)
    assert shown_total(fetch(app.test_client(), "/search?q=turbomix")) == 0


def test_what_changes_while_the_index_is_built_anew_is_in_it(shop, make_app: MakeApp):
    """And found meanwhile: whoever changes words need not wait for the rebuild."""
    other = make_app()

    def change_in_between(products):
        yield from products[:1]
        with other.app_context():
            load({}, {"title": "Pixel 8", "description": "zork"}, {"title": "Turbomix"})
            assert other.extensions["finder"].write_words()
            db.session.remove()
        assert shown_total(fetch(other.test_client(), "/search?q=zork")) == 1
        yield from products[1:]

    with shop.app_context():
        assert shop.extensions["finder"].rebuild(change_in_between)
    assert agrees(make_app())
    assert agrees(shop)


def test_new_words_are_found_after_the_page_that_saw_them_first(shop, client):
    """In one process: the first page after the change may not know the words yet, and isn't kept."""
    assert shown_total(fetch(client, "/search?q=turbomix")) == 0
    with shop.app_context():
        load({"sku": "T", "title": "Turbomix", "category": "Soup makers"})
    assert "Turbomix" in fetch(client, "/search?sort=price").text
    assert shown_total(fetch(client, "/search?q=turbomix")) == 1


def test_other_processes_find_new_words_too(shop, client, make_app: MakeApp):
    other = make_app()
    assert shown_total(fetch(client, "/search?q=turbomix")) == 0
    assert shown_total(fetch(other.test_client(), "/search?q=turbomix")) == 0
    with other.app_context():
        load({"sku": "T", "title": "Turbomix", "category": "Soup makers"})
        other.extensions["finder"].write_words()
    for browser in (client, other.test_client()):
        fetch(browser, "/search?q=turbomix")
        assert shown_total(fetch(browser, "/search?q=turbomix")) == 1


def test_prices_and_stock_of_other_processes_are_seen_at_once(shop, client, make_app: MakeApp):
    other = make_app()
    fetch(client, "/search")
    with other.app_context():
        set_offer("A2", price_minor=12345)
        set_offer("A3", stock=0)
    page = fetch(client, "/search")
    assert sorted(card.price for card in shown_cards(page)) == [12345, 31900]
    assert shown_total(fetch(client, "/search?max_price=123.45")) == 1


def test_many_changes_at_once_are_taken_up(shop, client):
    fetch(client, "/search")
    with shop.app_context():
        load(*[{"sku": f"N{n}", "title": f"Thing {n}", "price": "5"} for n in range(3500)])
    fetch(client, "/search")
    assert shown_total(fetch(client, "/search")) == 3503
    fetch(client, "/search?q=thing")
    assert shown_total(fetch(client, "/search?q=thing+77")) >= 1


def test_an_outbox_that_was_cleared_is_no_trouble(shop, make_app: MakeApp, client, db_session):
    fetch(client, "/search")
    load({"sku": "T", "title": "Turbomix"})
    db_session.execute(sa.delete(CatalogChange))
    db_session.commit()
    fetch(client, "/search")
    assert shown_total(fetch(client, "/search")) == 4
    fetch(client, "/search?q=turbomix")
    assert shown_total(fetch(client, "/search?q=turbomix")) == 1
