"""Reading people's CSV files: rows come out whole with their line numbers, and a bad one harms no other."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.core.cells import whole
from storefront.core.tables import LONGEST_CELL, Problem, Row, Table, WrongCell, WrongTable

COLUMNS = ("sku", "title", "price")


def read(path: Path, content: str | bytes, required: tuple[str, ...] = ("sku",)) -> list[Row | Problem]:
    path = path / "table.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(Table(path, required=required, known=COLUMNS))


def cells(rows: list[Row | Problem]) -> list[dict[str, str] | str]:
    return [dict(row.cells) if isinstance(row, Row) else str(row) for row in rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_any_usual_file_is_read(tmp_path, delimiter, line_end, bom):
    lines = ["Title,SKU, price ,extra", '"Pixel, ""8""; a\tb",A1,399.00,x', "", "Écran,A2, 5 ,"]
    if delimiter != ",":
        lines[0] = lines[0].replace(",", delimiter)
        lines[1] = f'"Pixel, ""8""; a\tb"{delimiter}A1{delimiter}399.00{delimiter}x'
        lines[3] = lines[3].replace(",", delimiter)
    assert cells(read(tmp_path, bom + line_end.join(lines) + line_end)) == [
        {"title": 'Pixel, "8"; a\tb', "sku": "A1", "price": "399.00", "extra": "x"},
        {"title": "Écran", "sku": "A2", "price": "5", "extra": ""},
    ]


@pytest.mark.parametrize(
    "header",
    [
        'sku;title;price;"a,b,c,d,e,f"',
        '"a,b,c,d,e";"sku";"title";"price"',
        'sku,title,price,"a;b;c;d;e"',
        '"a\tb\tc\td\te",sku,title,price',
    ],
)
def test_a_delimiter_within_quotes_is_none(tmp_path, header):
    delimiter = ";" if '";' in header or ';"' in header else ","
    names = next(csv.reader([header], delimiter=delimiter))
    row = delimiter.join(f"{name[:1]}1" for name in names)
    (only,) = read(tmp_path, f"{header}\n{row}\n", COLUMNS)
    assert isinstance(only, Row)
    assert (only.cells["sku"], only.cells["price"]) == ("s1", "p1")


def test_line_numbers_are_those_of_an_editor(tmp_path):
    content = 'sku,title\nA1,"one\ntwo\r\nthree"\n\nA2,x\nA3,"a\nb",too many\nA4,y\n'
    assert [row.line for row in read(tmp_path, content)] == [2, 6, 7, 9]


def test_a_quoted_newline_is_kept(tmp_path):
    (row,) = read(tmp_path, 'sku,title\r\nA1,"one\r\ntwo"\r\n')
    assert isinstance(row, Row)
    assert row.cells["title"] == "one\r\ntwo"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("A1,x", "line 2, column -: 2 cells where the header has 3 (a missing quote?)"),
        ("A1,x,1,2", "line 2, column -: 4 cells where the header has 3 (a missing quote?)"),
        ('A1,"x"y,1', "line 2, column -: not readable as CSV: ',' expected after '\"'"),
        (b"A1,Mac\x81,1", "line 2, column title: not UTF-8; save the file as UTF-8 and try again"),
        ("A1,#REF!,1", "line 2, column title: is #REF!, an error of the spreadsheet; mend its formula"),
        ("A1,Mac\0Book,1", "line 2, column title: holds a NUL character"),
        (
            "A1," + "x" * 50_000 + ",1",
            "line 2, column title: longer than 20000 characters (a missing quote?)",
        ),
        (
            "A1," + "x" * 200_000 + ",1",
            "line 2, column -: not readable as CSV: field larger than field limit (131072)",
        ),
    ],
)
def test_a_bad_row_is_named_and_the_next_is_read(tmp_path, row, problem):
    raw = row if isinstance(row, bytes) else row.encode()
    assert cells(read(tmp_path, b"sku,title,price\n" + raw + b"\nA2,good,5\n")) == [
        problem,
        {"sku": "A2", "title": "good", "price": "5"},
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_files_of_older_programs_are_read(tmp_path, encoding, line_end):
    content = line_end.join(("sku;title;price", "A1;Écran 24 €;12,50", "A2;Clé;3", ""))
    assert cells(read(tmp_path, content.encode(encoding))) == [
        {"sku": "A1", "title": "Écran 24 €", "price": "12,50"},
        {"sku": "A2", "title": "Clé", "price": "3"},
    ]


def test_a_file_of_two_encodings_is_read_letter_by_letter_and_counted(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("sku,title\nA1,Écran\nA2,Clé ".encode() + "Écran\nA3,Clé\n".encode("cp1252"))
    table = Table(path, required=("sku",), known=COLUMNS)
    assert [row.cells["title"] for row in table if isinstance(row, Row)] == ["Écran", "Clé Écran", "Clé"]
    assert table.mended == 2


def test_no_more_rows_are_read_than_allowed(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("sku\n" + "A\n" * 11)
    with pytest.raises(WrongTable, match=r"^table\.csv: has more than 10 rows; load it in parts\.$"):
        list(Table(path, most_rows=10))
    assert len(list(Table(path, most_rows=11))) == 11


def test_the_header_can_be_looked_at_first(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("sep=;\nSKU; Title\nA1;x\n")
    table = Table(path)
    assert table.header() == ["sku", "title"]
    assert [row.line for row in table] == [3]


def test_a_bad_cell_of_an_unknown_column_harms_nothing(tmp_path):
    (row,) = read(tmp_path, b"sku,notes\nA1,caf\xe9\n")
    assert isinstance(row, Row)


def test_a_missing_closing_quote_says_how_much_it_swallowed(tmp_path):
    content = 'sku,title,price\nA1,x,1\nA2,"open,2\n' + "".join(f"A{n},x,1\n" for n in range(3, 50))
    assert cells(read(tmp_path, content)) == [
        {"sku": "A1", "title": "x", "price": "1"},
        "line 3, column -: not readable as CSV: unexpected end of data "
        "(a missing quote? nothing up to line 50 was read)",
    ]


def test_after_a_missing_quote_reading_goes_on_where_quotes_close(tmp_path):
    content = 'sku,title,price\nA1,"open,2\nA2,"closed",3\nA3,x,1\n'
    first, *others = read(tmp_path, content)
    assert isinstance(first, Problem)
    assert first.line == 2
    assert "up to line 3" in first.reason
    assert cells(others) == [{"sku": "A3", "title": "x", "price": "1"}]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("\n\n\n", "is empty"),
        ("\ufeff", "is empty"),
        ("title,price\nx,1\n", "the column sku is missing"),
        ("sku,title,SKU\nA1,x,A2\n", "the column sku stands there twice"),
        ("sku", None),
        ("\nsku,title\nA1,x\n", None),
        ("sku,title\n", None),
        ("sku\u00a0,title\nA1,x\n", None),
        ("sku,title\nA1,x\n".encode("utf-16"), None),
        ("sku,title\nA1,x\n".encode("utf-32"), "isn't UTF-8 text"),
        ('"sku,title\nA1,x\n', "isn't a CSV header"),
        ("PK\x03\x04\0\0", "isn't UTF-8 text"),
    ],
)
def test_a_file_is_read_or_refused_as_a_whole(tmp_path, content, sentence):
    if sentence is None:
        read(tmp_path, content)
        return
    with pytest.raises(WrongTable, match=r"^table\.csv: ") as caught:
        read(tmp_path, content)
    assert sentence in str(caught.value)


def test_excels_own_first_line_is_understood(tmp_path):
    rows = read(tmp_path, "sep=;\r\nsku;title\r\nA1;x, y\r\n")
    assert [(row.line, row.cells) for row in rows if isinstance(row, Row)] == [
        (3, {"sku": "A1", "title": "x, y"})
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [("", None), ("0", 0), ("5", 5), ("100", 100), ("5.0", 5), ("0005", 5)],
)
def test_a_whole_number_is_read(text, number):
    assert whole(Row(2, {"stock": text}), "stock", 0, 100) == number


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        "101",
        "1.5",
        "1e2",
        "1,0",
        "x",
        "٣",
        "²",
        "+1",
        "1 0",
        "0" * 12 + "5000",
        "9" * 5000,
        "0" * 12 + "9" * 30,
    ],
)
def test_any_other_number_is_refused(text):
    with pytest.raises(WrongCell, match="must be a whole number from 0 to 100"):
        whole(Row(2, {"stock": text}), "stock", 0, 100)


CELL = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffd\ufeff"), max_size=20
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL.map(lambda text: f"a\n{text}")), max_size=8),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_spreadsheet_writes_is_what_is_read(tmp_path, rows, delimiter, line_end):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    found = read(tmp_path, text.getvalue())
    assert [tuple(row.cells.values()) for row in found if isinstance(row, Row)] == [
        tuple(cell.strip() for cell in row) for row in rows
    ]


def test_the_longest_cell_is_allowed(tmp_path):
    (row,) = read(tmp_path, "sku,title\nA1," + "x" * LONGEST_CELL + "\n")
    assert isinstance(row, Row)
