"""The shop's texts as tests see them: what the sources hold, what the catalogues say, and what a page shows."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "storefront" / "translations"
LANGUAGES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())

# A message as it is told apart from others: its text, or its two (one thing, several).
MessageId = str | tuple[str, ...]


@cache
def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The one form of a message, or both."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


@cache
def in_the_sources() -> frozenset[MessageId]:
    """What `make translations` would gather today."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, "lazy_gettext": None}
    found = extract_from_dir(ROOT, methods, options, keywords=keywords)
    return frozenset(text for _file, _line, text, _comments, _context in found)


class _Reader(HTMLParser):
    """Collects what people read, see in a hint or have read out; not what is marked as another language."""

    SAID = ("aria-label", "placeholder", "alt", "title", "data-text", "data-retry")
    VOID = frozenset({"input", "img", "meta", "link", "br", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        silent = tag in ("script", "style") or (tag != "html" and "lang" in given)
        if tag not in self.VOID:
            self.open.append((tag, silent))
        if silent or self._silent():
            return
        self.said += [given[name] for name in self.SAID if given.get(name)]
        if tag == "meta" and given.get("name") == "description":
            self.said.append(given["content"])

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._silent():
            self.said.append(data)

    def _silent(self) -> bool:
        return any(silent for _tag, silent in self.open)


def read(html: str) -> str:
    """A page's words, in their order; ordinary white space as a browser shows it."""
    reader = _Reader()
    reader.feed(html)
    return re.sub(r"[ \t\r\n]+", " ", " | ".join(reader.said))


def placeholders(text: str) -> Iterator[str]:
    yield from sorted(re.findall(r"%\([a-z_]+\)[a-z]|%%", text))
