"""Spreadsheets that people hand in: read as they show themselves, hostile ones refused in time, with a sentence."""

import io
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from openpyxl import Workbook

from storefront.core.sheets import COMMAND, UPLOAD, Limits, opened, read_upload
from storefront.core.tables import Problem, Row, Table, WrongTable

# Its seconds are for what would never end: a slow machine takes some to begin.
SMALL = Limits(size=10**7, unpacked=10**7, rows=100, columns=20, seconds=60, memory=400 * 1024 * 1024)


def workbook(path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def read(path: Path, limits: Limits = COMMAND) -> list[Row | Problem]:
    with opened(path, limits=limits) as sheet:
        return list(Table(sheet.path, name=sheet.name, known=("sku", "title", "price")))


def refusal(path: Path, limits: Limits = SMALL) -> str:
    """The sentence that a file is refused with; never after more than its time."""
    start = time.monotonic()
    with pytest.raises(WrongTable) as caught, opened(path, limits=limits):
        pass
    # The kernel ends it by its own time; by the clock it may take twice as long, and what ends it some more.
    assert time.monotonic() - start < 3 * limits.seconds + 30
    return str(caught.value)


def packed(path: Path, **parts: str | bytes) -> Path:
    """An archive with these parts; two underscores stand for a slash, one for a dot."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def with_part(source: Path, target: Path, part: str, content: bytes) -> Path:
    """A copy of a workbook with one part replaced."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
        if part not in old.namelist():
            new.writestr(part, content)
    return target


def test_cells_are_read_as_the_spreadsheet_shows_them(tmp_path):
    path = workbook(
        tmp_path / "offers.xlsx",
        ["SKU", "Title", "Price"],
        [1042, "Two\nlines", 319.9],
        [],
        ["007", True, 0.1 + 0.2],
        [4006381333931, date(2026, 3, 5), 319],
        ["A; \"b\"", None, 287.991],
    )  # fmt: skip
    assert [(row.line, *row.cells.values()) for row in read(path) if isinstance(row, Row)] == [
        (2, "1042", "Two\nlines", "319.9"),
        (4, "007", "TRUE", "0.3"),
        (5, "4006381333931", "2026-03-05", "319"),
        (6, 'A; "b"', "", "287.991"),
    ]


def test_a_formula_is_its_result_and_one_without_is_named(tmp_path):
    plain = workbook(tmp_path / "plain.xlsx", ["sku", "title", "price"], ["A", "x", 1])
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>sku</t></is></c><c r="B1" t="inlineStr"><is><t>title</t></is></c>'
        b'<c r="C1" t="inlineStr"><is><t>price</t></is></c></row>'
        b'<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>x</t></is></c>'
        b'<c r="C2"><f>300+19</f><v>319</v></c></row>'
        b'<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="inlineStr"><is><t>x</t></is></c>'
        b'<c r="C3"><f>300+19</f></c></row>'
        b"</sheetData></worksheet>"
    )
    path = with_part(plain, tmp_path / "formulas.xlsx", "xl/worksheets/sheet1.xml", sheet)
    first, second = read(path)
    assert isinstance(first, Row)
    assert first.cells["price"] == "319"
    assert str(second) == (
        "line 3, column price: is #FORMULA!, an error of the spreadsheet; mend its formula"
    )


def test_text_files_are_read_in_their_place(tmp_path):
    path = tmp_path / "offers.csv"
    path.write_text("sku\nA\n")
    with opened(path) as sheet:
        assert sheet.path == path


def test_further_sheets_are_counted(tmp_path):
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["sku"])
    book.create_sheet("More").append(["sku"])
    book.save(tmp_path / "two.xlsx")
    with opened(tmp_path / "two.xlsx") as sheet:
        assert sheet.others == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "offers.xlsx: is no table but a file of kind PNG."),
        (b"%PDF-1.7 ...", "offers.xlsx: is no table but a file of kind PDF."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "offers.xlsx: is protected by a password, or is of an old Excel (.xls). "
            "Save it as .xlsx without a password and try again.",
        ),
        (
            b"PK\x03\x04 and nothing more",
            "offers.xlsx: is a broken spreadsheet. Open it, save it as .xlsx or CSV, and try again.",
        ),
    ],
)
def test_what_is_no_table_is_refused_by_what_is_in_it(tmp_path, content, sentence):
    path = tmp_path / "offers.xlsx"
    path.write_bytes(content)
    assert refusal(path) == sentence


def test_macros_other_documents_and_plain_archives_are_refused(tmp_path):
    plain = workbook(tmp_path / "plain.xlsx", ["sku"])
    macros = with_part(plain, tmp_path / "offers.xlsm", "xl/vbaProject.bin", b"Sub Auto_Open()")
    assert refusal(macros) == "offers.xlsm: holds macros. Save it as .xlsx, without them, and try again."
    document = packed(tmp_path / "offers.ods", content_xml="<x/>", mimetype="x")
    assert refusal(document) == "offers.ods: is an OpenDocument file. Save it as .xlsx or CSV and try again."
    assert refusal(packed(tmp_path / "a.zip", a_txt="x")) == "a.zip: is an archive, and no spreadsheet in it."


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&d;</t></si></sst>"""
STRANGER = b"""<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&x;</t></si></sst>"""


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize(
    "bomb", [BOMB, STRANGER, BOMB.decode().replace("1.0", '1.0" encoding="utf-16').encode("utf-16")]
)
def test_entities_of_xml_are_never_followed(tmp_path, part, bomb):
    plain = workbook(tmp_path / "plain.xlsx", ["sku", "text"])
    path = with_part(plain, tmp_path / "bomb.xlsx", part, bomb)
    assert refusal(path) == "bomb.xlsx: holds XML that no spreadsheet program writes; it is not read."


def test_two_megabytes_that_unpack_to_sixty_are_refused_at_once(tmp_path):
    plain = workbook(tmp_path / "plain.xlsx", ["sku"])
    noise = "".join(
        f'<row><c t="inlineStr"><is><t>{n:x}{"wide" * 150}</t></is></c></row>' for n in range(95_000)
    )
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{noise}</sheetData></worksheet>'
    path = with_part(plain, tmp_path / "wide.xlsx", "xl/worksheets/sheet1.xml", sheet.encode())
    assert len(sheet) > 60_000_000
    assert path.stat().st_size < 2_000_000
    assert refusal(path, UPLOAD) == (
        "wide.xlsx: unpacks to more than 50 MB; load it in parts, or save it as CSV."
    )


def test_a_header_that_lies_about_its_size_is_believed_and_not_exceeded(tmp_path):
    """So that a part that says 1 KB and is 40 MB never unpacks further than it said."""
    plain = workbook(tmp_path / "plain.xlsx", ["sku"])
    path = with_part(plain, tmp_path / "liar.xlsx", "xl/worksheets/sheet1.xml", b" " * 40_000_000)
    content = path.read_bytes()
    path.write_bytes(content.replace((40_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")))
    assert "broken spreadsheet" in refusal(path)


def test_a_million_rows_are_too_many(tmp_path):
    plain = workbook(tmp_path / "plain.xlsx", ["sku"])
    rows = b"<row><c><v>1</v></c></row>" * 1_000_000
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet = start + rows + b"</sheetData></worksheet>"
    path = with_part(plain, tmp_path / "long.xlsx", "xl/worksheets/sheet1.xml", sheet)
    assert path.stat().st_size < 2_000_000
    assert refusal(path, UPLOAD) == "long.xlsx: has more than 50000 rows; load it in parts."


def test_time_and_memory_are_bounded_by_the_kernel(tmp_path):
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    # Far more than any machine reads within a second.
    rows = b"<row><c><v>1</v></c></row>" * 3_000_000
    plain = workbook(tmp_path / "plain.xlsx", ["sku"])
    with_part(
        plain, tmp_path / "large.xlsx", "xl/worksheets/sheet1.xml", start + rows + b"</sheetData></worksheet>"
    )
    hurried = Limits(size=10**8, unpacked=10**8, rows=10**7, columns=20, seconds=1, memory=10**9)
    assert refusal(tmp_path / "large.xlsx", hurried) == (
        "large.xlsx: takes more than 1 seconds to read; load it in parts, or save it as CSV."
    )
    cell = b'<c t="inlineStr"><is><t>' + b"wide " * 12_000_000 + b"</t></is></c>"
    content = start + b"<row>" + cell + b"</row></sheetData></worksheet>"
    with_part(plain, tmp_path / "wide.xlsx", "xl/worksheets/sheet1.xml", content)
    narrow = Limits(size=10**8, unpacked=10**8, rows=10**6, columns=20, seconds=60, memory=40 * 1024 * 1024)
    assert refusal(tmp_path / "wide.xlsx", narrow) == (
        "wide.xlsx: takes more than 40 MB of memory to read; load it in parts, or save it as CSV."
    )


def test_too_wide_and_too_large_are_refused(tmp_path):
    path = workbook(tmp_path / "wide.xlsx", [f"c{n}" for n in range(30)])
    assert refusal(path) == "wide.xlsx: has more than 20 columns."
    small = Limits(size=1_000, unpacked=10**7, rows=100, columns=20, seconds=5, memory=10**9)
    assert "is larger than 0 MB" in refusal(path, small)


@pytest.mark.parametrize("name", ["offers.xlsx", "offers.csv", "offers"])
def test_an_uploaded_spreadsheet_is_read_whatever_it_is_called(tmp_path, name):
    content = workbook(tmp_path / "plain.xlsx", ["sku", "title"], ["A", "x"]).read_bytes()
    with read_upload(io.BytesIO(content), name=name) as sheet:
        (row,) = Table(sheet.path, name=sheet.name)
        assert isinstance(row, Row)
        assert row.cells == {"sku": "A", "title": "x"}


def test_an_upload_is_bounded_while_it_comes_in(tmp_path):
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"x" * size

    endless = Endless()
    with (
        pytest.raises(WrongTable, match="is larger than 20 MB"),
        read_upload(cast(BinaryIO, endless), name="x.csv"),
    ):
        pass
    assert endless.given < 21 * 1024 * 1024


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\shop\\offers.csv", "", "x" * 5000, "/"])
def test_an_uploads_name_is_only_a_name(name):
    with read_upload(io.BytesIO(b"sku\nA\n"), name=name) as sheet:
        assert "/" not in sheet.name
        assert 0 < len(sheet.name) <= 100
        assert len(list(Table(sheet.path))) == 1
    assert not sheet.path.exists()


def test_an_upload_of_text_has_few_enough_rows():
    content = b"sku\n" + b"A\n" * (UPLOAD.rows + 1)
    with read_upload(io.BytesIO(content), name="long.csv") as sheet:
        table = Table(sheet.path, name=sheet.name, most_rows=sheet.most_rows)
        with pytest.raises(WrongTable, match=r"^long\.csv: has more than 50000 rows"):
            list(table)
