"""What all formats have in common: how a load is asked for, what a format is, and a foreign row being put together."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from ...core.tables import Problem, Row, WrongCell, WrongTable
from ..labels import grade_label
from ..offer_file import Withdrawn
from . import grades
from .amounts import Unclear, plain_amount


@dataclass(frozen=True, slots=True)
class Options:
    """How to load: `create` unknown sellers and categories; `strict` loads all rows or none; `dry_run` only looks.

    What a file does not say itself: `seller` (slug or name) of rows that name none, `category` of those whose own is
    not known and whose title names no model either, and in `grades` what a word for the condition means here, in small
    letters; the empty word stands for rows that say nothing.
    `only` is the slug of the one seller whose offers the file may touch: rows that name another are refused.
    """

    create: bool = False
    strict: bool = False
    dry_run: bool = False
    seller: str = ""
    category: str = ""
    grades: tuple[tuple[str, str], ...] = ()
    only: str = ""


@dataclass(frozen=True, slots=True)
class Passed:
    """A row that is not meant to be an offer: a picture of one, a parent of variants."""

    line: int


Read = Row | Problem | Withdrawn | Passed


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one file: what the format needs to know, and where it notes what it had to interpret."""

    options: Options
    currency: str
    today: date
    notes: Counter[str]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file: how to tell it, and how to make native rows of its rows.

    Columns that it `needs` must be there, `columns` are read when they are; of a `foreign` one, models are found by
    title.
    """

    name: str
    recognises: Callable[[frozenset[str]], bool]
    rows: Callable[[Iterable[Row | Problem], Reading], Iterator[Read]]
    needs: tuple[str, ...] = ()
    columns: frozenset[str] = frozenset()
    foreign: bool = True
    longest_cell: int = 120_000

    def required(self, options: Options) -> tuple[str, ...]:
        """The columns without which the file can't be read; what the options say need not stand in it."""
        return tuple(
            name
            for name in self.needs
            if not (name == "seller" and options.seller) and not (name == "category" and options.category)
        )

    def known(self, header: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in dict.fromkeys(header) if name in self.columns)

    def check(self, file: str, options: Options) -> None:
        """Raises `WrongTable` when the options leave open what the file does not say."""
        if self.foreign and not options.seller:
            raise WrongTable(
                _(
                    "%(file)s: is a file of %(format)s, which names no seller. Say whose offers they are.",
                    file=file,
                    format=self.name,
                )
            )


@dataclass(slots=True)
class Foreign:
    """A native row in the making, from a row of another format."""

    source: Row
    reading: Reading
    cells: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    faults: list[WrongCell] = field(default_factory=list)

    def put(self, column: str, text: str, name: str) -> None:
        """Fill the native `column` with `text`, which the file has in its column `name`."""
        self.cells[column] = text
        self.names[column] = name

    def copy(self, column: str, name: str) -> str:
        """Fill it with that cell as it stands, if the file has such a column."""
        text = self.source.cells.get(name, "")
        if name in self.source.cells:
            self.put(column, text, name)
        return text

    def fault(self, column: str, name: str, reason: str) -> None:
        self.names[column] = name
        self.cells.setdefault(column, "")
        self.faults.append(WrongCell(column, reason))

    def amount(self, column: str, name: str) -> None:
        """Fill it with that cell as a plain amount, whatever signs and spaces it is written with."""
        text = self.source.cells.get(name, "")
        try:
            amount, currency = plain_amount(text)
        except Unclear as error:
            self.fault(column, name, str(error))
            return
        self.put(column, amount, name)
        if currency and self.reading.currency not in currency:
            stated = currency[0]
            self.fault(
                column,
                name,
                _(
                    "is %(stated)s; this shop sells in %(own)s",
                    stated=repr(stated),
                    own=self.reading.currency,
                ),
            )

    def stock(self, name: str) -> None:
        """Fill in the stock; below 0 (sold more than there was) there is nothing left."""
        text = self.source.cells.get(name, "").replace("\N{MINUS SIGN}", "-").lstrip("'")
        if text.startswith("-") and text[1:].removesuffix(".0").isdecimal():
            self.note(_("Stock below 0 was taken as 0."))
            text = "0"
        self.put("stock", text.removesuffix(".00"), name)

    def grade(self, words: Sequence[tuple[str, str]], texts: Sequence[tuple[str, str]] = ()) -> None:
        """Fill in the grade from the first of `words` (text, column) that is one, else from within the `texts`.

        Never a better one than is said: a word between two grades means the lower one, and an unknown word none.
        """
        own = dict(self.reading.options.grades)
        for word, name in words:
            found = grades.grade_of(word, own)
            if isinstance(found, grades.Unsold):
                self.fault("grade", name, found.reason)
                return
            if found:
                said = {"grade": grade_label(found), "word": word[:60], "column": name}
                self._graded(found, name, _("Grade “%(grade)s” from “%(word)s” (%(column)s).", **said))
                return
            if not grades.says_nothing(word):
                self._unknown_grade(word, name, own)
                return
        for text, name in texts:
            within = grades.grade_within(text, own)
            if within:
                said = {"grade": grade_label(within), "column": name}
                self._graded(within, name, _("Grade “%(grade)s” from words in %(column)s.", **said))
                return
        self._unknown_grade("", "grade", own)

    def _graded(self, grade: str, name: str, sentence: str) -> None:
        self.put("grade", grade, name)
        self.note(sentence)

    def _unknown_grade(self, word: str, name: str, own: Mapping[str, str]) -> None:
        if word:
            reason = _(
                "%(word)s is no grade known here; say what it means, such as %(example)s",
                word=repr(word[:60]),
                example=f"{word[:60]} = good",
            )
            self.fault("grade", name, reason)
        elif "" in own:
            usual = grade_label(own[""])
            self._graded(
                own[""], name, _("Grade “%(grade)s”, as you said, where the file says none.", grade=usual)
            )
        else:
            self.fault("grade", name, _("is not said; say one for such rows"))

    def note(self, sentence: str) -> None:
        self.reading.notes[sentence] += 1

    def row(self) -> Row:
        """The native row, with the seller of the options where the file names none."""
        cells = {"seller": self.reading.options.seller, "category": "", **self.cells}
        return Row(self.source.line, cells, self.names, tuple(self.faults))
