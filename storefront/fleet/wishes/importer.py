"""Lines pasted or handed in: texts as people write them, and tables with a header in French or English, or none.

A row of a table becomes a line as a person would write it ("12 x Lenovo T480, 16 Go ram, max 350 €"), and is read as
one: so what was understood of it can be looked at, and mended, in one way.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from ...core.folding import folded
from ...core.sheets import Limits, read_upload
from ...core.tables import SPREADSHEET_ERRORS, Table
from .rules import LONGEST_LINE
from .understanding import Vocabulary, means_something, separate

_MEGABYTE = 1024 * 1024
# A request has 50 lines: a table with far more rows is none, and nobody waits for it to be read.
LIMITS = Limits(
    size=5 * _MEGABYTE, unpacked=30 * _MEGABYTE, rows=500, columns=60, seconds=10, memory=300 * _MEGABYTE
)
# What is pasted: 50 lines of their full length.
LONGEST_PASTE = 20_000
_DELIMITERS = ("\t", ";", "|", ",")

# What columns are called, by what they hold.
_COLUMNS = {
    "quantity": "quantite|qte|qty|quantity|nombre|nb|count|number|unites|units|pieces|how many|combien|"
    "quantite souhaitee",
    "what": "designation|produit|article|description|modele|model|product|item|device|appareil|libelle|what|"
    "besoin|need|materiel|equipement|equipment|reference|nom|name|quoi|intitule",
    "brand": "marque|brand|fabricant|constructeur|manufacturer|maker",
    "kind": "categorie|category|type|famille|kind|type de materiel",
    "grade": "etat|grade|condition|etat minimum|lowest grade|minimum grade|qualite",
    "battery": "batterie|battery|batterie min|batterie minimum|battery min",
    "budget": "budget|prix max|prix maximum|prix|price|max price|prix unitaire|budget unitaire|unit price|"
    "budget per unit|prix unitaire max|budget max|max|prix unitaire ttc|budget ttc",
    "budget_ht": "prix ht|budget ht|prix unitaire ht|budget unitaire ht|price excl vat",
    "storage": "stockage|storage|capacite|capacity|disque|ssd|disque dur|memoire interne",
    "ram": "ram|memoire|memory|memoire vive",
    "screen": "ecran|taille|screen|taille ecran|screen size|diagonale|pouces|inches",
    "keyboard": "clavier|keyboard",
    "processor": "processeur|processor|cpu",
    "spare": "rechange|spare|spares|reserve|secours|spare units",
    "uniformity": "uniformite|uniformity",
    "wanted_on": "date|livraison|delivery|date de livraison|delivery date|pour le|wanted on",
    "notes": "remarque|remarques|commentaire|commentaires|notes|note|comment|comments|details|precisions",
}
_NAMES = {name: column for column, names in _COLUMNS.items() for name in names.split("|")}
# How a cell of a column is said in a line, where it is a bare number.
_SAID = {
    "storage": "{} Go stockage",
    "ram": "{} Go ram",
    "screen": "{} pouces",
    "battery": "batterie {} %",
    "budget": "max {} €",
    "budget_ht": "max {} € HT",
    "spare": "+ {} spare",
    "grade": "grade {}",
    "wanted_on": "avant le {}",
}
_UNITS = {
    "storage": r"[gt][bo]",
    "ram": r"[gt][bo]",
    "screen": r"po|in|\"",
    "battery": "%",
    "budget": r"€|eur",
}
_ORDER = (
    "kind",
    "brand",
    "what",
    "processor",
    "ram",
    "storage",
    "screen",
    "keyboard",
    "notes",
    "grade",
    "battery",
)
_NUMBER = re.compile(r"\d{1,7}(?:[.,]\d{1,2})?")
_UNITS_ASKED = re.compile(r"[1-9]\d{0,3}")
_WHOLE = re.compile(r"-?\d{1,7}(?:[.,]0+)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A line to be read; `quantity` is a cell of its own that isn't a number of units, as it was typed."""

    text: str
    quantity: str = ""


@dataclass(slots=True)
class Taken:
    """The lines that were found, and what was left out: texts that ask for nothing, columns of an unknown name."""

    lines: list[Asked] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


def from_paste(text: str, vocabulary: Vocabulary) -> Taken:
    """The lines of a pasted text: of a table, if it is one."""
    text = text[:LONGEST_PASTE].replace("\0", " ")
    rows = _as_table(text)
    if rows:
        return _from_rows(rows, vocabulary)
    return _sifted(separate(text, vocabulary), vocabulary)


def from_file(stream: BinaryIO, name: str, vocabulary: Vocabulary) -> Taken:
    """The lines of a CSV file, a workbook or a plain text. Raises `WrongTable` with a sentence for the sender."""
    with read_upload(stream, name=name, limits=LIMITS) as sheet:
        rows = list(Table(sheet.path, name=sheet.name, most_rows=sheet.most_rows).bare())
    if max(map(len, rows), default=0) == 1 and not _header(rows[0]):
        return _sifted(separate("\n".join(row[0] for row in rows), vocabulary), vocabulary)
    return _from_rows(rows, vocabulary)


def _sifted(lines: Iterable[str | Asked], vocabulary: Vocabulary) -> Taken:
    taken = Taken()
    for line in lines:
        asked = line if isinstance(line, Asked) else Asked(line)
        if means_something(asked.text, vocabulary):
            taken.lines.append(asked)
        elif asked.text:
            taken.left_out.append(asked.text[:LONGEST_LINE])
    return taken


def _as_table(text: str) -> list[list[str]]:
    """The rows of a text whose lines all have the same cells; nothing of one that is no table."""
    lines = [line for line in text.splitlines() if line.strip()]
    for delimiter in _DELIMITERS if lines else ():
        try:
            rows = [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            continue
        width = len(rows[0])
        headed = bool(_header(rows[0]))
        # Commas and semicolons stand in sentences, too.
        alike = len(rows) > 1 and all(len(row) == width for row in rows) and delimiter in "\t;|"
        if width > 1 and (headed or delimiter == "\t" or alike):
            return rows
    return []


def _header(cells: Sequence[str]) -> dict[int, str]:
    """What the columns hold, by their places, if these cells name them; else nothing."""
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        name = folded(re.sub(r"\(.*?\)|[*:_./€-]+", " ", cell))
        column = _NAMES.get(name) or _NAMES.get(name.removesuffix("s"))
        if column and column not in found.values():
            found[place] = column
    numbers = any(_WHOLE.fullmatch(cell) for cell in cells)
    useful = {"what", "kind", "brand"} & set(found.values())
    return found if useful and not numbers and 2 * len(found) >= len([c for c in cells if c]) else {}


def _from_rows(rows: list[list[str]], vocabulary: Vocabulary) -> Taken:
    header = _header(rows[0])
    if not header:
        place = _quantity_column(rows)
        return _sifted((_bare_line(row, place) for row in rows), vocabulary)
    taken = _sifted((_line(row, header) for row in rows[1:]), vocabulary)
    taken.columns = [cell for place, cell in enumerate(rows[0]) if cell and place not in header]
    return taken


def _line(row: Sequence[str], header: dict[int, str]) -> Asked:
    cells = {
        column: _plain(row[place], column)
        for place, column in header.items()
        if place < len(row) and row[place] and row[place] not in SPREADSHEET_ERRORS
    }
    words = " ".join(cells[column] for column in _ORDER if column in cells)
    after = ", ".join(
        cells[column]
        for column in ("budget", "budget_ht", "spare", "uniformity", "wanted_on")
        if column in cells
    )
    return _asked(cells.get("quantity", ""), ", ".join(part for part in (words, after) if part and words))


def _asked(quantity: str, words: str) -> Asked:
    """A quantity that isn't one ("-5", "many") stays beside the line, for whoever typed it to mend."""
    if not words or not quantity:
        return Asked(words)
    return Asked(f"{quantity} x {words}") if _UNITS_ASKED.fullmatch(quantity) else Asked(words, quantity)


def _plain(cell: str, column: str) -> str:
    """A cell as a line says it: a bare number with its unit."""
    if column == "quantity":
        return re.sub(r"[.,]0+$", "", cell)
    if column == "wanted_on":
        return _SAID[column].format(cell[:10])
    if column == "grade":
        return cell if " " in cell else _SAID[column].format(cell)
    number = _NUMBER.fullmatch(re.sub(r"[.,]0+$", "", cell))
    unit = _UNITS.get(column)
    if column in _SAID and number:
        return _SAID[column].format(number[0])
    if column in ("budget", "budget_ht", "battery", "ram") and unit and re.search(unit, folded(cell)):
        return f"{cell} ram" if column == "ram" else cell
    return cell


def _quantity_column(rows: list[list[str]]) -> int | None:
    """The first column that has nothing but small whole numbers."""
    width = max(map(len, rows))
    for place in range(width):
        cells = [row[place] for row in rows if place < len(row) and row[place]]
        if cells and all(_WHOLE.fullmatch(cell) and len(cell) <= 4 for cell in cells):
            return place
    return None


def _bare_line(row: Sequence[str], quantity: int | None) -> Asked:
    words = " ".join(
        cell
        for place, cell in enumerate(row)
        if cell and place != quantity and cell not in SPREADSHEET_ERRORS
    )
    of = row[quantity] if quantity is not None and quantity < len(row) else ""
    return _asked(re.sub(r"[.,]0+$", "", of), words)


def by_hand(rows: Iterable[tuple[str, str]]) -> list[Asked]:
    """The rows that were filled in by hand: quantity as typed, and what."""
    filled = ((quantity.strip(), what.strip()) for quantity, what in rows)
    return [_asked(quantity, what) for quantity, what in filled if what]
