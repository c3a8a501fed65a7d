"""What a line of a request says besides which device: how many, how good, how large, at most how dear, and when.

Lines come as people write mails: "12x portables 14 pouces i5 16Go azerty", "25 iPhone 13 128 Go bon état max 350€".
Each reader takes what it understands out of the line; what is left names the device.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ...core.folding import folded
from . import phrases
from .rules import ANY, LONGEST_LINE, SAME_GRADE, SAME_MODEL

RAM, STORAGE, UNSAID = "ram", "storage", ""
# What a person should know of how a line was read; `shown` has a sentence for each.
NEW, BEFORE_VAT, OF_ALL = "new", "before-vat", "of-all"
_THOUSAND_UNITS = {"t": 1024}
_FIRST_YEAR = 1900


@dataclass(frozen=True, slots=True)
class Size:
    """So many GB of memory, of storage, or of whatever the device has so much of."""

    gb: int
    of: str = UNSAID


@dataclass(frozen=True, slots=True)
class Said:
    """`budget` is for one unit in the shop's currency, `inches` a screen's size; `rest` is what names the device."""

    rest: str
    quantity: int | None = None
    spare: int = 0
    grade: str = ""
    battery: int | None = None
    budget: Decimal | None = None
    sizes: tuple[Size, ...] = ()
    inches: float | None = None
    uniformity: str = ""
    wanted_on: date | None = None
    notes: tuple[str, ...] = ()


class _Line:
    """A line that readers take their parts out of."""

    def __init__(self, text: str) -> None:
        self.text = text

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.search(self.text)
        if found:
            self.text = f"{self.text[: found.start()]} {self.text[found.end() :]}"
        return found


def plain(text: str) -> str:
    """A line as it is read: small letters, no accents, one kind of apostrophe, no bullet before it."""
    return phrases.BULLET.sub("", folded(text[:LONGEST_LINE].replace("’", "'")))


def read(text: str, *, today: date, is_name: Callable[[str], bool]) -> Said:
    """`is_name` tells words of devices' names: the `X280` of a ThinkPad is no 280 units."""
    line, notes = _Line(plain(text)), list[str]()
    wanted_on = _day(line, today)
    sizes = _sizes(line)
    inches = _inches(line)
    battery = _battery(line)
    budget = _budget(line, notes)
    uniformity = _uniformity(line)
    grade = _grade(line, notes)
    spare, within = _spare(line)
    quantity = _quantity(line, is_name)
    if within and quantity:
        quantity = max(1, quantity - spare)
    if OF_ALL in notes and budget is not None:
        budget = (budget / ((quantity or 1) + spare)).quantize(Decimal("0.01"), "ROUND_DOWN")
    return Said(
        rest=" ".join(line.text.split()),
        quantity=quantity,
        spare=spare,
        grade=grade,
        battery=battery,
        budget=budget,
        sizes=sizes,
        inches=inches,
        uniformity=uniformity,
        wanted_on=wanted_on,
        notes=tuple(notes),
    )


def with_bare_sizes(said: Said, is_name: Callable[[str], bool]) -> Said:
    """With the numbers that can only be a storage ("iphone 13 128") taken for one, where none was given."""
    if any(size.of != RAM for size in said.sizes):
        return said
    line = _Line(said.rest)
    for found in phrases.BARE_STORAGE.finditer(said.rest):
        if not is_name(found[0]):
            line.text = f"{said.rest[: found.start()]} {said.rest[found.end() :]}"
            size = Size(int(found[0]), STORAGE)
            return replace(said, rest=" ".join(line.text.split()), sizes=(*said.sizes, size))
    return said


def _day(line: _Line, today: date) -> date | None:
    for pattern in phrases.DAYS:
        found = line.take(pattern)
        if found:
            return day_of(found["day"], found["month"], found["year"], today)
    return None


def day_of(day: str, month: str, year: str | None, today: date) -> date | None:
    """A day as it is written; without a year the next one to come. None where there is no such day."""
    number = phrases.MONTHS.get(month[:4]) or phrases.MONTHS.get(month[:3]) or _number(month)
    years = [int(year) + (2000 if len(year) == 2 else 0)] if year else [today.year, today.year + 1]
    for one in years:
        try:
            found = date(one, number, int(day))
        except ValueError:
            continue
        if year or found >= today:
            return found
    return None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _sizes(line: _Line) -> tuple[Size, ...]:
    found = line.take(phrases.MEMORY_AND_STORAGE)
    sizes = []
    if found:
        sizes = [Size(int(found["ram"]), RAM), Size(_gb(found["storage"], found["unit"]), STORAGE)]
    after, before, *others = phrases.SIZES
    # "ram 16 go ssd 512 go": who names before the first size what has it, does so for all.
    in_order = sorted((after, before), key=lambda pattern: _place(pattern, line.text))
    for pattern in (*in_order, *others):
        while found := line.take(pattern):
            sizes.append(Size(_gb(found["number"], found["unit"]), phrases.what_has_it(found["what"])))
    return tuple(size for size in sizes if size.gb)


def _place(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return found.start() if found else len(text)


def _gb(number: str, unit: str | None) -> int:
    # "16/1" can only be 1 TB.
    letter = (unit or ("t" if len(number) == 1 else "g"))[0]
    return int(number) * _THOUSAND_UNITS.get(letter, 1)


def _inches(line: _Line) -> float | None:
    found = line.take(phrases.INCHES)
    return float(found["number"].replace(",", ".")) if found else None


def _battery(line: _Line) -> int | None:
    for pattern in phrases.BATTERY:
        found = line.take(pattern)
        if found and 1 <= int(found["percent"]) <= 100:
            return int(found["percent"])
    return None


def _budget(line: _Line, notes: list[str]) -> Decimal | None:
    for pattern in phrases.BUDGET:
        found = line.take(pattern)
        if found is None:
            continue
        said = found["after"] or ""
        if phrases.WITHOUT_VAT.search(said):
            notes.append(BEFORE_VAT)
        if phrases.ALL_TOGETHER.search(said):
            notes.append(OF_ALL)
        return amount(found["amount"], found["thousands"])
    return None


def amount(text: str, thousands: str | None = None) -> Decimal:
    """An amount as people write it: `1 200`, `1.200,50`, `1,200.50`, `1,2` with a `k`."""
    digits = re.sub(r"[ ']", "", text)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        digits = re.sub(r"[.,]", "", digits)
    whole, sign, rest = digits.rpartition("," if digits.rfind(",") > digits.rfind(".") else ".")
    number = Decimal(f"{re.sub(r'[.,]', '', whole)}.{rest}" if sign else rest)
    return number * 1000 if thousands else number


def _uniformity(line: _Line) -> str:
    found = [
        kind
        for kind, pattern in (
            (SAME_GRADE, phrases.SAME_GRADE),
            (ANY, phrases.ANY_MODEL),
            (SAME_MODEL, phrases.SAME_MODEL),
        )
        if line.take(pattern)
    ]
    return found[0] if found else ""


def _grade(line: _Line, notes: list[str]) -> str:
    if line.take(phrases.NEW):
        notes.append(NEW)
    return next((grade for grade, pattern in phrases.GRADES if line.take(pattern)), "")


def _spare(line: _Line) -> tuple[int, bool]:
    """How many spares, and whether the quantity has them already ("12, dont 2 de rechange")."""
    found = line.take(phrases.SPARE)
    return (int(found["number"]), bool(found["within"])) if found else (0, False)


def _quantity(line: _Line, is_name: Callable[[str], bool]) -> int | None:
    for pattern in phrases.QUANTITY:
        found = pattern.search(line.text)
        if found is None or _is_a_name(found, is_name):
            continue
        line.take(pattern)
        return int(found["number"])
    found = line.take(phrases.NUMBER_WORD)
    return phrases.NUMBERS[found["word"]] if found else None


def _is_a_name(found: re.Match[str], is_name: Callable[[str], bool]) -> bool:
    glued = found[0].strip(" ,;:|()-")
    # "(2020)" at the end of a name is a year.
    year = _FIRST_YEAR < int(found["number"]) < _FIRST_YEAR + 200 and "x" not in glued
    return (not glued.isdecimal() and is_name(glued)) or (year and found.end() == len(found.string))
