"""Files at the desk of a shop that really runs: hostile ones are refused while others are answered, and a shop that is
killed in the middle of a good one keeps whole batches and loses nothing.
"""

import io
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from storefront.catalog.importer import BATCH
from storefront.catalog.models import Offer
from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.sellers.members import join
from tests.factories import make_brand, make_category, make_model, make_person, make_seller
from tests.live import Answer, LiveShop, Visitor

pytestmark = pytest.mark.fault

PASSWORD = "nine lives and a tail"
HEADER = "sku,title,category,grade,price,stock"
ROWS = 4_000
# How long anything may take on a busy machine (seconds).
PATIENCE = 120
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def staff(app: Flask, count: int) -> list[str]:
    """The mail addresses of so many people, each with a seller of their own, and categories to sell in."""
    emails = [f"seller-{number}@example.com" for number in range(count)]
    with app.app_context():
        make_model(name="iPhone 13", brand=make_brand("Apple"), category=make_category("smartphones"))
        for email in emails:
            person = make_person(email, password=PASSWORD)
            join(person_id=person.id, seller_id=make_seller().id, now=utcnow())
        db.session.commit()
    return emails


def signed_in(shop: LiveShop, email: str) -> Visitor:
    visitor = Visitor(shop, PATIENCE)
    visitor.get("/sign-in")
    answer = visitor.submit("/sign-in", {"email": email, "password": PASSWORD})
    assert answer.url.endswith("/desk"), answer.body
    return visitor


def hand_in(visitor: Visitor, name: str, content: bytes, **fields: str) -> Answer:
    """Hand a file in and look at it, coming back as often as the shop asks to."""
    deadline = time.monotonic() + PATIENCE
    answer = None
    while answer is None or (answer.status == 503 and time.monotonic() < deadline):
        if answer is None or answer.url.endswith("/offers/import"):
            # Not handed in yet, or no place was left for so large a form.
            visitor.get("/desk/offers/import")
            answer = visitor.hand_in("/offers/import", name, content, fields)
        else:
            time.sleep(0.2)
            answer = visitor.get(answer.url)
    return answer


def workbook(*rows: list[object], part: str = "", content: bytes = b"") -> bytes:
    """A spreadsheet with these rows; with another content of one part, if asked for."""
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    plain, spoilt = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(spoilt, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), part} - {""}:
            new.writestr(name, content if name == part else old.read(name))
    return spoilt.getvalue()


def sheet(rows: bytes) -> bytes:
    return workbook([1], part="xl/worksheets/sheet1.xml", content=SHEET % rows)


def wide_rows() -> bytes:
    return b"".join(
        b'<row><c t="inlineStr"><is><t>%x%s</t></is></c></row>' % (number, b"wide" * 150)
        for number in range(95_000)
    )


def hostile_files() -> list[tuple[str, bytes, str]]:
    """Name, content, and the sentence that each is answered with."""
    columns: list[object] = [*HEADER.split(",")]
    wide = wide_rows()
    wrong_types: list[object] = ["A", 13, True, "good", "=1/0", "many"]
    files = [
        ("wide.xlsx", sheet(wide), "unpacks to more than 50 MB"),
        ("long.xlsx", sheet(b"<row><c><v>1</v></c></row>" * 1_000_000), "has more than 50000 rows"),
        (
            "long.csv",
            (HEADER + "\nA,i,s,good,3,1" * 1_000_000).encode(),
            "has more than 50000 rows",
        ),
        ("macros.xlsx", workbook(columns, part="xl/vbaProject.bin", content=b"Sub"), "holds macros"),
        ("types.xlsx", workbook(columns, wrong_types), "<b>price</b> is #FORMULA!"),
    ]
    assert 60_000_000 < len(wide) < 70_000_000
    assert len(files[0][1]) < 2_000_000
    return files


@contextmanager
def bystander(shop: LiveShop) -> Iterator[Counter[int]]:
    """Somebody who looks at pages of the shop for the length of the block; counts the statuses of what they got."""
    statuses: Counter[int] = Counter()
    over = threading.Event()

    def browse() -> None:
        with closing(Visitor(shop, PATIENCE)) as visitor:
            while not over.is_set():
                for path in ("/search?q=iphone", "/cart", "/sign-in"):
                    statuses[visitor.get(path).status] += 1

    with ThreadPoolExecutor(1) as people:
        browsing = people.submit(browse)
        try:
            yield statuses
        finally:
            over.set()
            browsing.result()


def test_hostile_files_are_refused_with_a_sentence_while_others_are_answered(app, start_shop):
    """As many at once as the one process has threads: not even then is everybody else left waiting."""
    files = hostile_files()
    emails = staff(app, len(files))
    shop = start_shop(REBELOTE_SERVER_WORKERS="1", REBELOTE_SERVER_THREADS=str(len(files)))

    def answer(visitor: Visitor, file: tuple[str, bytes, str]) -> tuple[str, bool]:
        name, content, sentence = file
        return sentence, sentence in hand_in(visitor, name, content).body

    with ExitStack() as stack:
        visitors = [stack.enter_context(closing(signed_in(shop, email))) for email in emails]
        people = stack.enter_context(ThreadPoolExecutor(len(files)))
        statuses = stack.enter_context(bystander(shop))
        said = list(people.map(answer, visitors, files))

    assert said == [(sentence, True) for _name, _content, sentence in files]
    assert set(statuses) == {200}
    assert statuses[200] >= len(files)
    assert shop.complaints() == []


def good_file() -> bytes:
    rows = [f"S{number},iPhone 13,smartphones,good,{300 + number % 90},1" for number in range(ROWS)]
    return "\n".join((HEADER, *rows)).encode()


def offers(app: Flask) -> int:
    with app.app_context():
        count = db.session.scalar(select(func.count()).select_from(Offer)) or 0
        db.session.remove()
        return count


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def say_yes(visitor: Visitor) -> None:
    answer = visitor.submit("/offers/import/")
    assert "offers.csv is being loaded" in answer.body


def share_done(instance: Path) -> int:
    """How much of the file is done, in percent, as the shop notes it."""
    return max((int(path.read_text() or 0) for path in instance.glob("uploads/*.percent")), default=0)


def look_until(visitor: Visitor, sentence: str) -> None:
    assert visitor.page is not None
    here = visitor.page.url
    wait_until(lambda: sentence in visitor.get(here).body)


@pytest.mark.parametrize("fields", [{}, {"strict": "yes"}], ids=["batches", "all or nothing"])
def test_a_shop_killed_in_the_middle_of_a_file_keeps_whole_batches_and_says_what_is_left(
    app, instance, start_shop, fields
):
    (email,) = staff(app, 1)
    shop = start_shop()
    visitor = signed_in(shop, email)
    hand_in(visitor, "offers.csv", good_file(), **fields)
    say_yes(visitor)
    # The first half of it reads, the second writes.
    wait_until(lambda: share_done(instance) > 60)
    shop.kill()
    visitor.close()
    left = offers(app)
    shop.start()
    look_until(visitor, "Not all of this file was loaded")

    assert offers(app) == left
    assert left == 0 if fields else 0 < left < ROWS
    assert left % BATCH == 0
    with bystander(shop) as statuses:
        say_yes(visitor)
        look_until(visitor, "The file is loaded")
    assert offers(app) == ROWS
    assert set(statuses) == {200}
    visitor.close()
    shop.stop()
    assert shop.complaints() == []
