"""The synonyms of synonyms.toml, as terms."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from search.analysis import content_words, query_words, stem

# A synonym counts a little less than the word that was typed.
SYNONYM_WEIGHT = 0.8
SYNONYMS_FILE = Path(__file__).with_name("synonyms.toml")

Phrase = tuple[str, ...]


class Synonyms:
    """From a phrase (stems of the typed words) to the phrases that mean the same (terms that must all be there)."""

    def __init__(
        self, groups: Iterable[Iterable[str]] = (), one_way: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        self._meanings: dict[Phrase, list[Phrase]] = {}
        self.words: set[str] = set()
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
        groups = table.pop("same", [])
        one_way: dict[str, list[str]] = {}
        for language in table.values():
            for word, others in language.items():
                one_way.setdefault(word, []).extend(others)
        return Synonyms(groups, one_way)

    def of(self, phrase: Phrase) -> list[Phrase]:
        return self._meanings.get(phrase, [])

    def _add(self, phrase: str, others: Iterable[str]) -> None:
        words = content_words(query_words(phrase))
        self.words.update(word.surface for word in words)
        terms = [form for other in others for form in _forms(other)]
        for key in {tuple(stem(word.surface) for word in words), *_forms(phrase)}:
            known = self._meanings.setdefault(key, [])
            known.extend(term for term in terms if term not in known and term != key)


def _forms(phrase: str) -> list[Phrase]:
    """ "lave-linge" -> (lavelinge,) and (lave, linge)."""
    words = content_words(query_words(phrase))
    if len(words) == 1:
        return list(words[0].alternatives)
    return [tuple(term for word in words for term in word.alternatives[0])]
