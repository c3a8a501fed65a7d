"""Texts that are pasted and tables that are handed in become lines as people write them."""

import io
from typing import Any

import pytest
from openpyxl import Workbook

from storefront.core.tables import WrongTable
from storefront.fleet.wishes.importer import Asked, by_hand, from_file, from_paste
from storefront.fleet.wishes.kinds import Kinds
from storefront.fleet.wishes.names import KnownModel, Names
from storefront.fleet.wishes.understanding import Vocabulary

KINDS = Kinds(
    {"laptops": ("Laptops", "Ordinateurs portables"), "smartphones": ("Smartphones", "Smartphones")}
)
MODELS = [
    KnownModel(1, "ThinkPad T480", "Lenovo", "laptops", 14.0),
    KnownModel(2, "iPhone 13", "Apple", "smartphones", 6.1),
]
WORDS = Vocabulary(Names(MODELS, KINDS.words), KINDS)


@pytest.fixture(autouse=True)
def _sentences(db_session: Any) -> None:
    """Sentences for people need the shop."""


def lines(text: str) -> list[str]:
    return [asked.text for asked in from_paste(text, WORDS).lines]


def workbook(*rows: list[Any]) -> io.BytesIO:
    book, file = Workbook(), io.BytesIO()
    sheet: Any = book.active
    for row in rows:
        sheet.append(row)
    book.save(file)
    file.seek(0)
    return file


def test_a_mail_gives_its_lines_and_says_what_it_left_out():
    taken = from_paste("Bonjour,\nil nous faut\n- 12 laptops\n25 iPhone 13\n\nMerci", WORDS)
    assert [asked.text for asked in taken.lines] == ["- 12 laptops", "25 iPhone 13"]
    assert taken.left_out == ["Bonjour,", "il nous faut", "Merci"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Quantité\tModèle\tBudget\n12\tThinkPad T480\t350\n3\tiPhone 13\t",
            ["12 x ThinkPad T480, max 350 €", "3 x iPhone 13"],
        ),
        ("Model;Qty;Grade\nThinkPad T480;12;good", ["12 x ThinkPad T480 grade good"]),
        (
            "Désignation;Marque;RAM;Stockage;Écran;État;Batterie;Qté\nT480;Lenovo;16;512;14;bon état;85;4",
            ["4 x Lenovo T480 16 Go ram 512 Go stockage 14 pouces bon état batterie 85 %"],
        ),
        ("qty,model\n5,iPhone 13", ["5 x iPhone 13"]),
        # No header, any order of columns.
        ("ThinkPad T480\t16 Go\t12\niPhone 13\t128 Go\t25", ["12 x ThinkPad T480 16 Go", "25 x iPhone 13 128 Go"]),
        ("12;ThinkPad T480\n25;iPhone 13", ["12 x ThinkPad T480", "25 x iPhone 13"]),
        # Sentences with commas are none.
        ("12 laptops, 16 GB\n25 iPhone 13, 128 GB", ["12 laptops, 16 GB", "25 iPhone 13, 128 GB"]),
    ],
)  # fmt: skip
def test_a_pasted_table_is_read_by_its_columns(text, found):
    assert lines(text) == found


def test_columns_of_an_unknown_name_are_said():
    taken = from_paste("Qty\tModel\tCost centre\n5\tiPhone 13\tParis", WORDS)
    assert (taken.lines, taken.columns) == ([Asked("5 x iPhone 13")], ["Cost centre"])


def test_a_quantity_that_is_none_stays_as_it_was_typed():
    assert by_hand([("-5", "laptops"), ("12", "iPhone 13"), ("", "iPhone 13"), ("3", " ")]) == [
        Asked("laptops", "-5"),
        Asked("12 x iPhone 13"),
        Asked("iPhone 13"),
    ]
    assert from_paste("Qty;Model\n-5;iPhone 13", WORDS).lines == [Asked("iPhone 13", "-5")]


def test_a_workbook_with_and_without_a_header():
    headed = workbook(
        ["Produit", "Quantité", "Prix max"], ["ThinkPad T480", 12, 350.0], ["iPhone 13", 25, None]
    )
    assert from_file(headed, "fleet.xlsx", WORDS).lines == [
        Asked("12 x ThinkPad T480, max 350 €"), Asked("25 x iPhone 13")
    ]  # fmt: skip
    bare = workbook([12, "ThinkPad T480"], [25, "iPhone 13"])
    assert from_file(bare, "fleet.xlsx", WORDS).lines == [
        Asked("12 x ThinkPad T480"),
        Asked("25 x iPhone 13"),
    ]


def test_a_plain_text_file_is_read_as_what_is_pasted():
    file = io.BytesIO("12 laptops\r\n25 téléphones\r\n".encode("cp1252"))
    assert [asked.text for asked in from_file(file, "list.txt", WORDS).lines] == [
        "12 laptops",
        "25 téléphones",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n", "is no table but a file of kind PNG"),
        (b"%PDF-1.7", "is no table but a file of kind PDF"),
        (b"PK\x03\x04 broken", "is a broken spreadsheet"),
        (b"qty;model\n" + b"1;iPhone 13\n" * 1_000_000, "is larger than 5 MB"),
        (b"1;iPhone 13\n" * 10_000, "has more than 500 rows"),
        (b'1;"iPhone 13', "not readable as CSV"),
        (b"1;\0iPhone", "isn't UTF-8 text"),
    ],
)
def test_a_file_that_is_no_table_of_wishes_is_answered_by_a_sentence(content, sentence):
    with pytest.raises(WrongTable, match=sentence):
        from_file(io.BytesIO(content), "fleet.csv", WORDS)


def test_formulas_are_text_and_their_errors_are_left_out():
    file = workbook(["Qty", "Model", "Budget"], [5, "iPhone 13", "=1/0"], [3, "=cmd|' /C calc'!A0", None])
    assert from_file(file, "fleet.xlsx", WORDS).lines == [Asked("5 x iPhone 13")]
