"""The shop's texts with both languages beside each other: as they stand, as they would look, and published together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale, lazy_gettext
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from ...catalog.labels import GRADE_BODIES, GRADE_SCREENS, GRADE_SUMMARIES, grade_label
from ...core.errors import FormInvalid
from ...core.i18n import NAMES
from ...house.labels import setting_label
from ...house.rules import (
    FACTS,
    GRADE_PARTS,
    LANGUAGES,
    LONGEST_GRADE_TEXT,
    LONGEST_TEXT,
    PAGES,
    PLACEHOLDERS,
)
from ...house.texts import check_text, own_text, write_text
from ...info.pages import built_in, preview
from .forms import by_field

Sent = Mapping[tuple[str, str], str | None]

_PAGES: Mapping[str, LazyString] = {
    "terms": lazy_gettext("Terms of sale"),
    "privacy": lazy_gettext("Privacy"),
    "imprint": lazy_gettext("Imprint"),
    "about": lazy_gettext("About the shop"),
}
_GRADES = tuple(GRADE_SUMMARIES)
_PARTS: Mapping[str, tuple[LazyString, Mapping[str, LazyString]]] = {
    "summary": (lazy_gettext("In a word"), GRADE_SUMMARIES),
    "screen": (lazy_gettext("The screen"), GRADE_SCREENS),
    "body": (lazy_gettext("The body"), GRADE_BODIES),
}
_WAYS: Mapping[str, LazyString] = {
    "withdraw": lazy_gettext("the way to withdraw"),
    "guarantee": lazy_gettext("the page on guarantees"),
    "ranking": lazy_gettext("the page on how we rank"),
}
# The texts of each page of this chapter: a grade has three.
TEXT_PAGES: Mapping[str, tuple[str, ...]] = {page: (page,) for page in PAGES} | {
    f"grade-{grade}": tuple(f"grade-{grade}-{part}" for part in GRADE_PARTS) for grade in _GRADES
}


@dataclass(frozen=True, slots=True)
class TextBox:
    """One text in one language. `now` is what holds where that isn't what was typed; `own`: the shop's own words."""

    name: str
    language: str
    label: str
    value: str
    now: str
    own: bool
    longest: int

    @property
    def field(self) -> str:
        return f"body-{self.name}-{self.language}"

    @property
    def language_name(self) -> str:
        return NAMES[self.language]


@dataclass(frozen=True, slots=True)
class Look:
    """How a text would be shown. `missing`: what the law wants said and it doesn't ask for; `empty`: what it asks for
    and the settings don't have.
    """

    language: str
    label: str
    html: Markup | str
    missing: tuple[str, ...]
    empty: tuple[str, ...]

    @property
    def lacks(self) -> bool:
        return bool(self.missing or self.empty)


def page_label(page: str) -> str:
    """`Terms of sale`, `Grade: Good`."""
    if page in _PAGES:
        return str(_PAGES[page])
    return _("Grade: %(grade)s", grade=grade_label(page.removeprefix("grade-")))


def is_own(page: str, language: str) -> bool:
    """Whether any of the page's texts is the shop's own."""
    return any(own_text(name, language) is not None for name in TEXT_PAGES[page])


def boxes(page: str, sent: Sent) -> list[list[TextBox]]:
    """The texts of a page, each in all languages, with what was typed where something was."""
    return [[_box(name, language, sent) for language in LANGUAGES] for name in TEXT_PAGES[page]]


def looks(page: str, sent: Sent) -> list[list[Look]]:
    """How they would be shown."""
    return [[_look(name, language, sent) for language in LANGUAGES] for name in TEXT_PAGES[page]]


def check(sent: Sent) -> None:
    """Raises `FormInvalid`, by field."""
    errors: dict[str, str] = {}
    for (name, language), body in sent.items():
        if body is not None and body != source_of(name, language):
            try:
                check_text(name, body)
            except FormInvalid as error:
                errors |= by_field(name, language, error)
    if errors:
        raise FormInvalid(errors)


def publish(sent: Sent, *, seen: int, person_id: int, now: datetime) -> int:
    """Write those texts that are other than before; returns how many. Raises `HouseRefused` and `FormInvalid`."""
    check(sent)
    written = 0
    for (name, language), body in sent.items():
        if body != (own_text(name, language) if body is None else source_of(name, language)):
            write_text(name, language, body, seen=seen, person_id=person_id, now=now)
            written += 1
    return written


def source_of(name: str, language: str) -> str:
    """The text that holds in a language."""
    own = own_text(name, language)
    return built_in_of(name, language) if own is None else own


def built_in_of(name: str, language: str) -> str:
    """What the program says where the shop has no words of its own."""
    with force_locale(language):
        if name in PAGES:
            return built_in(name)
        _grade, grade, part = name.split("-")
        return str(_PARTS[part][1][grade])


def placeholders() -> list[tuple[str, str]]:
    """What may stand in braces, with what it is."""
    return [(name, fact_label(name)) for name in PLACEHOLDERS]


def fact_label(name: str) -> str:
    """`Company`, `the way to withdraw`."""
    if name not in FACTS:
        return str(_WAYS[name])
    return setting_label(("shop", "name") if name == "shop" else ("contact", name))


def _part_label(name: str) -> str:
    return str(_PAGES[name]) if name in PAGES else str(_PARTS[name.rpartition("-")[2]][0])


def _box(name: str, language: str, sent: Sent) -> TextBox:
    holds = source_of(name, language)
    value = _wanted(name, language, sent)
    return TextBox(
        name=name,
        language=language,
        label=_part_label(name),
        value=value,
        now=holds if value != holds else "",
        own=own_text(name, language) is not None,
        longest=LONGEST_TEXT if name in PAGES else LONGEST_GRADE_TEXT,
    )


def _wanted(name: str, language: str, sent: Sent) -> str:
    if (name, language) not in sent:
        return source_of(name, language)
    body = sent[name, language]
    return built_in_of(name, language) if body is None else body


def _look(name: str, language: str, sent: Sent) -> Look:
    text, label = _wanted(name, language, sent), _part_label(name)
    if name not in PAGES:
        return Look(language, label, text, (), ())
    with force_locale(language):
        found = preview(name, text)
    missing, empty = (tuple(map(fact_label, names)) for names in (found.missing, found.empty))
    return Look(language, label, found.html, missing, empty)
