"""Lists by keyset: every row once, whatever comes and goes, and nothing that an address can break."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.core.paging import LONGEST_CURSOR, page_of

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NEWEST_FIRST = (OutgoingMail.created_at, OutgoingMail.id)


def make_mail(minutes: int, tries: int = 0) -> OutgoingMail:
    mail = OutgoingMail(
        reason=f"{minutes}/{tries}/{db.session.query(OutgoingMail).count()}",
        recipient="lou@example.com",
        subject=f"mail {minutes}",
        text="",
        created_at=NOW + timedelta(minutes=minutes),
        tries=tries,
    )
    db.session.add(mail)
    db.session.flush()
    return mail


def page(cursor: str = "", *, by=NEWEST_FIRST, size: int = 3, descending: bool = True):
    return page_of(select(OutgoingMail), by=by, cursor=cursor, size=size, descending=descending)


def subjects(found) -> list[str]:
    return [row.OutgoingMail.subject for row in found.rows]


def everything(descending: bool = True, size: int = 3, by=NEWEST_FIRST) -> list[int]:
    """The ids of all pages from the first to the last, then checked to be the same on the way back."""
    pages = [page(by=by, size=size, descending=descending)]
    while pages[-1].next and len(pages) < 50:
        pages.append(page(pages[-1].next, by=by, size=size, descending=descending))
    back = [pages[-1]]
    while back[-1].previous and len(back) < 50:
        back.append(page(back[-1].previous, by=by, size=size, descending=descending))
    assert [found.rows for found in reversed(back)] == [found.rows for found in pages]
    return [row.OutgoingMail.id for found in pages for row in found.rows]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
def test_all_rows_once_there_and_back(db_session, size, descending):
    # Several of the same minute: only the id tells them apart.
    mails = [make_mail(minutes) for minutes in (5, 1, 1, 1, 9, 9, 3, 1)]

    expected = sorted(mails, key=lambda mail: (mail.created_at, mail.id), reverse=descending)

    assert everything(descending, size) == [mail.id for mail in expected]


def test_the_first_page_has_none_before_and_the_last_none_after(db_session):
    for minutes in range(4):
        make_mail(minutes)

    first = page()
    last = page(first.next)

    assert (subjects(first), first.previous) == (["mail 3", "mail 2", "mail 1"], "")
    assert (subjects(last), last.next) == (["mail 0"], "")
    assert page(last.previous) == first


def test_an_empty_list_is_one_empty_page(db_session):
    found = page()

    assert (found.rows, found.next, found.previous) == ((), "", "")


def test_rows_that_come_meanwhile_push_none_onto_the_next_page(db_session):
    for minutes in range(6):
        make_mail(minutes)
    first = page()
    make_mail(60)
    make_mail(61)

    second = page(first.next)

    assert subjects(second) == ["mail 2", "mail 1", "mail 0"]
    assert subjects(page(second.previous)) == ["mail 5", "mail 4", "mail 3"]
    assert subjects(page(page(second.previous).previous)) == ["mail 61", "mail 60"]


def test_rows_that_go_meanwhile_hide_none(db_session):
    mails = [make_mail(minutes) for minutes in range(6)]
    first = page()
    for gone in mails[3:]:
        db.session.delete(gone)
    db.session.flush()

    assert subjects(page(first.next)) == ["mail 2", "mail 1", "mail 0"]


def test_a_page_costs_one_statement_wherever_it_is(db_session, count_sql):
    for minutes in range(9):
        make_mail(minutes)
    cursors = [""]
    for _page in range(2):
        cursors.append(page(cursors[-1]).next)
    counts = []
    for cursor in [*cursors, page(cursors[-1]).previous]:
        with count_sql() as statements:
            page(cursor)
        counts.append(len(statements))

    assert (counts, page(cursors[-1]).next) == ([1, 1, 1, 1], "")


def test_rows_can_be_shown_as_something_else(db_session):
    make_mail(4)

    assert page().showing(lambda row: row.OutgoingMail.subject).rows == ("mail 4",)


def packed(*values) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


AT = NOW.isoformat()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "AAAA",
        "A" * (LONGEST_CURSOR + 1),
        packed(),
        packed("a"),
        packed("c", AT, 1),
        packed("a", AT),
        packed("a", AT, 1, 2),
        packed("a", 1, 1),
        packed("a", "yesterday", 1),
        packed("a", "2026-03-02T09:30:00", 1),
        packed("a", AT, "1"),
        packed("a", AT, None),
        packed("a", AT, True),
        packed("a", AT, 1.5),
        packed("a", AT, 2**63),
        packed("a", AT, float("inf")),
        packed("a", AT, [1]),
        packed({"a": 1}),
        packed(["a"], AT, 1),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        base64.urlsafe_b64encode(b"7").decode(),
    ],
)
def test_a_cursor_that_is_none_gives_the_first_page(db_session, cursor):
    for minutes in range(4):
        make_mail(minutes)

    assert page(cursor) == page()


@pytest.mark.parametrize("text", ["\0", "\ud800", 7, None])
def test_a_text_that_no_database_takes_gives_the_first_page(db_session, text):
    make_mail(1)
    by = (OutgoingMail.subject, OutgoingMail.id)

    assert page(packed("a", text, 1), by=by, descending=False) == page(by=by, descending=False)


@given(minutes=st.lists(st.integers(0, 4), max_size=12), size=st.integers(1, 5), descending=st.booleans())
@settings(max_examples=40, deadline=None)
def test_whatever_the_rows_each_is_seen_once(paged_app, minutes, size, descending):
    with paged_app.app_context():
        try:
            db.session.query(OutgoingMail).delete()
            mails = [make_mail(minute, tries=minute % 2) for minute in minutes]
            by = (OutgoingMail.tries, OutgoingMail.subject, OutgoingMail.id)
            expected = sorted(mails, key=lambda m: (m.tries, m.subject, m.id), reverse=descending)

            assert everything(descending, size, by) == [mail.id for mail in expected]
        finally:
            db.session.rollback()


@pytest.fixture(scope="module")
def paged_app(demo_shop):
    """Nothing is ever committed here, nor gone for good: the list is that of one transaction."""
    return demo_shop.app
