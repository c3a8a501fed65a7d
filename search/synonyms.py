"""The synonyms of synonyms.toml, as terms."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from search.analysis import Word, content_words, query_words, stem, surfaces
from search.prices import price_wish

SYNONYMS_FILE = Path(__file__).with_name("synonyms.toml")

Phrase = tuple[str, ...]

_LONGEST_IGNORED = 3  # words, of a phrase in `ignored`


class Synonyms:
    """From a phrase (stems of the typed words) to the phrases that mean the same (terms that must all be there)."""

    def __init__(
        self,
        groups: Iterable[Iterable[str]] = (),
        one_way: Mapping[str, Iterable[str]] | None = None,
        ignored: Iterable[str] = (),
    ) -> None:
        ignored = tuple(ignored)
        self._ignored = {key_of(query_words(phrase)) for phrase in ignored}
        self._meanings: dict[Phrase, list[Phrase]] = {}
        # As they are written, for the speller.
        self.words: set[str] = {word for phrase in ignored for word in surfaces(phrase)}
        for group in groups:
            phrases = list(group)
            for phrase in phrases:
                self._add(phrase, [other for other in phrases if other != phrase])
        for phrase, others in (one_way or {}).items():
            self._add(phrase, others)
        self.longest = max(map(len, self._meanings), default=0)

    @staticmethod
    def read(path: Path = SYNONYMS_FILE) -> Synonyms:
        table = tomllib.loads(path.read_text("utf-8"))
        groups, ignored = table.pop("same", []), table.pop("ignored", [])
        one_way: dict[str, list[str]] = {}
        for language in table.values():
            for word, others in language.items():
                one_way.setdefault(word, []).extend(others)
        return Synonyms(groups, one_way, ignored)

    def content(self, text: str) -> list[Word]:
        """The words of a query for what is wanted: no articles, "cheap" or prices, unless there is nothing else."""
        words = query_words(price_wish(text).text) or query_words(text)
        return content_words(self._wishes_left_out(words) or words)

    def _wishes_left_out(self, words: list[Word]) -> list[Word]:
        kept, place = [], 0
        while place < len(words):
            lengths = range(_LONGEST_IGNORED, 0, -1)
            gone = next((n for n in lengths if key_of(words[place : place + n]) in self._ignored), 0)
            kept += words[place : place + 1] if not gone else []
            place += gone or 1
        return kept

    def of(self, phrase: Phrase) -> list[Phrase]:
        return self._meanings.get(phrase, [])

    def _add(self, phrase: str, others: Iterable[str]) -> None:
        words = content_words(query_words(phrase))
        self.words.update(surfaces(phrase))
        terms = [form for other in others for form in _forms(other)]
        for key in {key_of(words), *_forms(phrase)}:
            known = self._meanings.setdefault(key, [])
            known.extend(term for term in terms if term not in known and term != key)


def key_of(words: Iterable[Word]) -> Phrase:
    """By what a phrase is looked up: whatever the case, accents and plurals."""
    return tuple(stem(word.surface) for word in words)


def _forms(phrase: str) -> list[Phrase]:
    """ "lave-linge" -> (lavelinge,) and (lave, linge)."""
    words = content_words(query_words(phrase))
    if len(words) == 1:
        return list(words[0].alternatives)
    return [tuple(term for word in words for term in word.alternatives[0])]
