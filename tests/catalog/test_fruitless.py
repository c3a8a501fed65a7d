"""What shoppers search for in vain: counted, bounded, and nobody's data."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storefront import periodic
from storefront.catalog import fruitless
from storefront.catalog.finder import current_finder
from storefront.catalog.fruitless import (
    HEARD_OF_ALL,
    HEARD_OF_ONE,
    WORDS_A_DAY,
    Fruitless,
    current_fruitless,
    forget_old,
    write_down,
)
from storefront.catalog.models import LONGEST_WORDS, FruitlessSearch
from storefront.core.clock import utcnow
from storefront.core.database import db

from ..factories import make_offer

NOW = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
TODAY = NOW.date()


def heard(*texts: str) -> list[str]:
    listener = Fruitless()
    for text in texts:
        listener.note(text, connection="a", now=NOW)
    return [words for _day, words in listener.taken().elements()]


def rows() -> dict[tuple[date, str], int]:
    return {(row.day, row.words): row.count for row in db.session.query(FruitlessSearch)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Minitel", "minitel"),
        ("  MINITEL \t 1B ", "minitel 1b"),
        ("straße", "strasse"),
        ("x" * 200, "x" * LONGEST_WORDS),
        ("galaxy s22 128 gb", "galaxy s22 128 gb"),
        ("rtx 3080 10gb", "rtx 3080 10gb"),
    ],
)
def test_words_are_kept_plain_and_short(text, words):
    assert heard(text) == [words]


@pytest.mark.parametrize(
    "text",
    ["", "  ", "lou@example.com", "my mail lou @ example", "06 12 34 56 78", "+33612345678", "356938035643809",
     "06.12.34.56.78 please", "R-2026-0000123"],
)  # fmt: skip
def test_what_may_name_somebody_is_never_heard(text):
    assert heard(text) == []


def test_one_connection_is_heard_a_few_times_an_hour():
    listener = Fruitless()
    for minute in range(59):
        listener.note(f"word {minute}", connection="a", now=NOW.replace(minute=minute))
    listener.note("another's", connection="b", now=NOW.replace(minute=59))
    once = listener.taken()
    listener.note("later", connection="a", now=NOW + timedelta(hours=1))

    assert len(once) == HEARD_OF_ONE + 1
    assert (TODAY, "another's") in once
    assert list(listener.taken()) == [(TODAY, "later")]


def test_a_process_hears_a_few_a_minute_however_many_ask():
    listener = Fruitless()
    for nth in range(500):
        listener.note(f"word {nth}", connection=f"connection {nth}", now=NOW)
    first = listener.taken()
    listener.note("next minute", connection="z", now=NOW + timedelta(minutes=1))

    assert len(first) == HEARD_OF_ALL
    assert list(listener.taken()) == [(TODAY, "next minute")]


def test_counts_add_up_day_by_day(db_session):
    tomorrow = TODAY + timedelta(days=1)
    for _round in range(2):
        listener = Fruitless()
        for text, day in (("psp", 0), ("psp", 0), ("minitel", 0), ("psp", 1)):
            listener.note(text, connection="a", now=NOW + timedelta(days=day))
        write_down(listener.taken())

    assert rows() == {(TODAY, "psp"): 4, (TODAY, "minitel"): 2, (tomorrow, "psp"): 2}


def test_writing_takes_three_statements_however_many_words(db_session, count_sql):
    counts = []
    for words in (1, 3):
        listener = Fruitless()
        for nth in range(words):
            listener.note(f"word {nth}", connection="a", now=NOW)
        with count_sql() as statements:
            write_down(listener.taken())
        counts.append(len(statements))

    assert counts == [3, 3]


def test_a_day_takes_so_many_words_and_goes_on_counting_those(db_session, monkeypatch):
    monkeypatch.setattr(fruitless, "WORDS_A_DAY", 2)
    for texts in (("a", "b"), ("c", "b"), ("d",)):
        listener = Fruitless()
        for text in texts:
            listener.note(text, connection="a", now=NOW)
        write_down(listener.taken())

    assert rows() == {(TODAY, "a"): 1, (TODAY, "b"): 2}
    assert WORDS_A_DAY > 100


def test_old_words_are_forgotten(db_session):
    for back in (90, 91):
        db.session.add(FruitlessSearch(day=TODAY - timedelta(days=back), words="psp", count=1))
    db.session.flush()
    forget_old(today=TODAY)

    assert rows() == {(TODAY - timedelta(days=90), "psp"): 1}


def test_a_search_that_finds_nothing_is_written_by_the_next_periodic_work(app, client, db_session):
    make_offer()
    db.session.commit()
    current_finder().catch_up()
    assert current_finder().write_words()
    for path in (
        "/search?q=zzyzx",
        "/search?q=zzyzx",
        "/fr/search?q=zzyzx",
        "/search?q=phone",
        "/search?q=phone&min_price=9000",
        "/search?q=",
    ):
        assert client.get(path).status_code == 200
    # The second page of the same address was a kept one.
    assert list(current_fruitless().heard.elements()) == [(utcnow().date(), "zzyzx")] * 2
    periodic.write_fruitless_down()

    assert [words for _day, words in rows()] == ["zzyzx"]
    assert not current_fruitless().heard
