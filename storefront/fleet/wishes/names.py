"""Which of the shop's models a line names, if any: "thinkpad t480", "iphone13 pro", "macbook air m1", "galaxy s21".

Every word of a name weighs the more the fewer names have it. A model is named when what the line has of its name, less
what the line lacks of it and less what the line says that it isn't called, is more than of any other model. Words that
people leave out (years, "5G", the series of a code) hardly count as lacking. Where several models are named equally
("macbook air"), the words they share name a series.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ...core.folding import folded

_WORD = re.compile(r"\d+[.,]\d+|[^\W_]+\+?")
_BRACKETS = re.compile(r"\(([^)]*)\)")
_PIECES = re.compile(r"[^\W\d_]+|\d+")
_YEAR = re.compile(r"20[0-3]\d")
# What people call things that their makers call otherwise.
_CALLED = {
    "ps5": ("playstation", "5"), "ps4": ("playstation", "4"), "mbp": ("macbook", "pro"), "mba": ("macbook", "air"),
    "mac": ("mac",), "plus": ("plus",),
}  # fmt: skip
# Words in names that people leave out.
_SOFT = {"5g", "4g", "gen", "generation", "series", "mm", "tiny", "micro"}
# How little the lack of a soft word, or of a series before its code, weighs.
_LITTLE = 0.3
_SHORTEST_MENDED = 5
_TIED = 0.01
# How far a screen may be from the size that was asked for: makers say 13.3 and 13.6 where people say 13.
_OTHER_SIZE = 1.0


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model of the shop: its name and its brand's, the slug of its category, its screen in inches."""

    id: int
    name: str
    brand: str
    category: str
    screen_in: float | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The models that a line may name, the likeliest first, one where it is clear; the words that say so, and those
    that say nothing of it.
    """

    models: tuple[KnownModel, ...] = ()
    said: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Name:
    model: KnownModel
    brand: frozenset[str]
    words: tuple[str, ...]
    soft: frozenset[str]

    @property
    def heard(self) -> frozenset[str]:
        return self.brand | frozenset(self.words)


def words_of(text: str) -> list[str]:
    """The words of a text or a name, folded."""
    return [word.replace(",", ".") for word in _WORD.findall(folded(text))]


def _name(model: KnownModel) -> _Name:
    brand = frozenset(words_of(model.brand))
    words = tuple(dict.fromkeys(word for word in words_of(model.name) if word not in brand))
    bracketed = {word for part in _BRACKETS.findall(model.name) for word in words_of(part)}
    sizes = {f"{model.screen_in:g}", str(int(model.screen_in))} if model.screen_in else set()
    years = {word for word in words if _YEAR.fullmatch(word)}
    after_gen = {word for before, word in pairwise(words) if before == "gen"}
    return _Name(model, brand, words, frozenset(words) & (_SOFT | bracketed | sizes | years | after_gen))


class Names:
    """The names of all models, made once for all lines of a request. `things` are words for kinds of devices."""

    def __init__(self, models: Iterable[KnownModel], things: Iterable[str]) -> None:
        self.names = [_name(model) for model in models]
        self.things = frozenset(things)
        self.counts = Counter(word for name in self.names for word in set(name.words))
        self.brands = Counter(word for name in self.names for word in name.brand)

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(self.counts) | frozenset(self.brands) | self.things

    @cached_property
    def _one_letter_less(self) -> Mapping[str, str]:
        """Each longer word of letters by itself with any one letter left out, and whole: who shares a form with a word
        that somebody typed differs from it by a letter.
        """
        forms: dict[str, str] = {}
        for word in sorted(self.known):
            if len(word) >= _SHORTEST_MENDED and word.isalpha():
                for form in _forms(word):
                    forms.setdefault(form, word)
        return forms

    def is_name(self, word: str) -> bool:
        """Whether a word stands in the name of a model."""
        return word in self.counts

    def words(self, text: str) -> list[str]:
        """The words of a line, those of names in their spelling: `iphone13` in two, `mackbooks` mended."""
        found: list[str] = []
        for word in words_of(text):
            parts = self._spelt(word)
            apart = bool(found) and (len(found[-1]) <= 2 or parts[0].isdecimal())
            if apart and found[-1] + parts[0] in self.counts:
                # "s 21", "t 480", "flip 5"
                parts = [found.pop() + parts[0], *parts[1:]]
            found += parts
        return found

    def _spelt(self, word: str) -> list[str]:
        if word in self.known:
            return [word]
        if word in _CALLED:
            return list(_CALLED[word])
        if word.endswith("s") and word[:-1] in self.known:
            return [word[:-1]]
        parts = self._parted(word)
        if parts:
            return parts
        if word.isalpha() and len(word) >= _SHORTEST_MENDED:
            mended = next(
                (self._one_letter_less[form] for form in _forms(word) if form in self._one_letter_less), ""
            )
            return [mended or word]
        return [word]

    def _parted(self, word: str) -> list[str]:
        """`s21fe` in `s21`, `fe`: the longest known beginnings; nothing where a part is unknown."""
        if word.isalpha() and len(word) < 2 * _SHORTEST_MENDED:
            return []
        for end in range(len(word) - 1, 0, -1):
            first, rest = word[:end], word[end:]
            if first in self.counts and not first.isdecimal():
                others = [rest] if rest in self.counts else self._parted(rest)
                if others:
                    return [first, *others]
        return []

    def named(self, words: list[str], inches: float | None = None) -> Named:
        """What these words (of `words`) name; `inches` is the size of the screen, where the line says one."""
        said = frozenset(words)
        asked = {word for word in said if word in self.counts or word in self.brands}
        if inches:
            asked |= {size for size in (f"{inches:g}", str(int(inches))) if size in self.counts}
        scored = [(self._score(name, asked, inches), name) for name in self.names if self._begins(name, said)]
        best = max((score for score, _name in scored), default=0.0)
        if best <= 0:
            return Named(left=tuple(words))
        ties = [name for score, name in scored if score > best - _TIED]
        heard = frozenset.union(*(name.heard for name in ties)) & said
        return Named(
            models=tuple(name.model for name in ties),
            said=tuple(dict.fromkeys(word for word in words if word in heard)),
            left=tuple(word for word in words if word not in heard),
        )

    def screen(self, category: str | None, inches: float) -> float:
        """The size that makers give most of the screens that people call so: 15.6 where they say 15, 23.8 for 24."""
        sizes = Counter(
            name.model.screen_in
            for name in self.names
            if name.model.screen_in and category in (None, name.model.category)
        )
        like = {size: count for size, count in sizes.items() if inches in (int(size), round(size))}
        if inches in sizes or not like:
            return inches
        usual = max(like, key=lambda size: (like[size], -size))
        return usual if 2 * like[usual] >= sum(like.values()) else inches

    def _begins(self, name: _Name, said: frozenset[str]) -> bool:
        """Whether the line has a word of the name that isn't a mere number nor a kind of device."""
        own = said.intersection(name.words) - self.things
        return any(not word.isdecimal() or len(word) > 2 for word in own if not _YEAR.fullmatch(word)) or (
            bool(own) and bool(said & name.brand)
        )

    def _weight(self, word: str) -> float:
        return math.log(1 + len(self.names) / self.counts[word]) if word in self.counts else 0.0

    def _score(self, name: _Name, asked: set[str], inches: float | None) -> float:
        screen = name.model.screen_in
        if inches and screen and abs(screen - inches) >= _OTHER_SIZE:
            return 0.0
        own = set(name.words)
        brand = asked & set(self.brands)
        if brand and not brand & name.brand and not brand <= own:
            return 0.0
        score = sum(self._weight(word) for word in own & asked)
        score += 1.0 if brand & name.brand else 0.0
        score -= sum(self._lack(name, word) for word in own - asked)
        sizes = {f"{inches:g}", str(int(inches))} if inches else set()
        return score - sum(self._weight(word) for word in asked - name.heard - self.things - sizes)

    def _lack(self, name: _Name, word: str) -> float:
        if word in name.soft:
            return 0.0
        little = word == name.words[0] or word in self.things
        return (_LITTLE if little else 0.9) * self._weight(word)


def _forms(word: str) -> list[str]:
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]
