"""Words for what the catalogue stores as codes: grades, stars, colours, facets; `FILTERS` gives them to templates."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol

from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import get_locale, ngettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from ..core.i18n import locale_code, per_language
from ..house.texts import own_text
from .rules import BATTERY_FLOOR, slugify, storage_words
from .shown import Updates
from .tested import tests_of

GRADES: Mapping[str, LazyString] = {
    "premium": _("Premium"),
    "excellent": _("Excellent"),
    "good": _("Good"),
    "fair": _("Fair"),
}

# What a grade looks like; everything works whatever the grade. Distances follow the trade's habit (20 and 50 cm).
GRADE_SUMMARIES: Mapping[str, LazyString] = {
    "premium": _("Flawless: no mark, even close up"),
    "excellent": _("Marks so fine that you don't see them from 20 cm"),
    "good": _("Light marks that you see close up, not from 50 cm"),
    "fair": _("Marks that you see: it has lived, and it shows"),
}
GRADE_SCREENS: Mapping[str, LazyString] = {
    "premium": _("No scratch at all, not even with the light on it."),
    "excellent": _("Perhaps a hairline scratch. You won't find it while the screen is lit."),
    "good": _("A few light scratches; none that you feel, none that you see while the screen is lit."),
    "fair": _("Scratches that you see and may feel; no crack, no dead pixel, no burnt-in picture."),
}
GRADE_BODIES: Mapping[str, LazyString] = {
    "premium": _("No scratch, no dent, no worn paint."),
    "excellent": _("Micro-scratches at most; no dent."),
    "good": _("Light scratches and small worn spots; no deep dent."),
    "fair": _("Scratches, worn edges, perhaps a dent or two; nothing that lets dust or water in."),
}

# Stars of quality, from `sellers.rules.stars`.
STARS: Mapping[int, LazyString] = {
    5: _("outstanding"),
    4: _("very good"),
    3: _("good"),
    2: _("mixed"),
    1: _("poor"),
}

FACETS: Mapping[str, LazyString] = {
    "grade": _("Grade"),
    "category": _("Category"),
    "brand": _("Brand"),
    "storage": _("Storage"),
    "colour": _("Colour"),
    "battery_min": _("Battery"),
    "price": _("Price"),
}

SORTS: Mapping[str, LazyString] = {
    "best": _("Best value first"),
    "price": _("Lowest price first"),
    "-price": _("Highest price first"),
    "newest": _("Newest models first"),
    "guarantee": _("Longest guarantee first"),
}

COLOURS: Mapping[str, LazyString] = {
    "alpine green": _("alpine green"),
    "beige": _("beige"),
    "black": _("black"),
    "black titanium": _("black titanium"),
    "blue": _("blue"),
    "blue titanium": _("blue titanium"),
    "bronze": _("bronze"),
    "brown": _("brown"),
    "burgundy": _("burgundy"),
    "coral": _("coral"),
    "cream": _("cream"),
    "dark blue": _("dark blue"),
    "deep purple": _("deep purple"),
    "desert titanium": _("desert titanium"),
    "gold": _("gold"),
    "graphite": _("graphite"),
    "green": _("green"),
    "grey": _("grey"),
    "grey titanium": _("grey titanium"),
    "hazel": _("hazel"),
    "jet black": _("jet black"),
    "lavender": _("lavender"),
    "light blue": _("light blue"),
    "light green": _("light green"),
    "lilac": _("lilac"),
    "lime": _("lime"),
    "magenta": _("magenta"),
    "midnight": _("midnight"),
    "midnight green": _("midnight green"),
    "mint": _("mint"),
    "natural titanium": _("natural titanium"),
    "navy": _("navy"),
    "orange": _("orange"),
    "pacific blue": _("pacific blue"),
    "pink": _("pink"),
    "pink gold": _("pink gold"),
    "purple": _("purple"),
    "purple titanium": _("purple titanium"),
    "red": _("red"),
    "red and blue": _("red and blue"),
    "rose gold": _("rose gold"),
    "sage": _("sage"),
    "sierra blue": _("sierra blue"),
    "silver": _("silver"),
    "sky blue": _("sky blue"),
    "space black": _("space black"),
    "space grey": _("space grey"),
    "starlight": _("starlight"),
    "teal": _("teal"),
    "titanium": _("titanium"),
    "turquoise": _("turquoise"),
    "ultramarine": _("ultramarine"),
    "violet": _("violet"),
    "white": _("white"),
    "white titanium": _("white titanium"),
    "yellow": _("yellow"),
    "yellow titanium": _("yellow titanium"),
}


# How the source of a price new begins, in files of models.
PRICE_SOURCES: Mapping[str, LazyString] = {
    "launch price": _("launch price"),
    "approximate launch price": _("approximate launch price"),
}


class _Judged(Protocol):
    """A seller with its quality, such as `shown.SellerView`."""

    @property
    def stars(self) -> int: ...
    @property
    def finished_lines(self) -> int: ...
    @property
    def probation(self) -> bool: ...


def _locale() -> Any:
    return get_locale() or "en"


@per_language
def grade_label(grade: str) -> str:
    return str(GRADES.get(grade, grade))


def grade_summary(grade: str) -> str:
    return _grade_text(grade, "summary", GRADE_SUMMARIES)


def grade_screen(grade: str) -> str:
    return _grade_text(grade, "screen", GRADE_SCREENS)


def grade_body(grade: str) -> str:
    return _grade_text(grade, "body", GRADE_BODIES)


def _grade_text(grade: str, part: str, built_in: Mapping[str, LazyString]) -> str:
    """In the shop's own words where it has some."""
    return own_text(f"grade-{grade}-{part}", locale_code()) or str(built_in[grade])


@per_language
def stars_label(stars: int) -> str:
    """`4 of 5, very good`."""
    return str(_("%(stars)d of 5, %(words)s", stars=stars, words=STARS[stars]))


def quality_label(seller: _Judged) -> str:
    """`4 of 5, very good · 1,240 orders`; a newcomer's few orders are called what they are."""
    words = _("newcomer on trial") if seller.probation else stars_label(seller.stars)
    return f"{words} · {_orders(seller)}"


def quality_short(seller: _Judged) -> str:
    """`4 of 5 · 1,240 orders`, for a card on a phone."""
    words = _("newcomer on trial") if seller.probation else _("%(stars)d of 5", stars=seller.stars)
    return f"{words} · {_orders(seller)}"


def _orders(seller: _Judged) -> str:
    many = format_decimal(seller.finished_lines, locale=_locale())
    return str(ngettext("%(many)s order", "%(many)s orders", seller.finished_lines, many=many))


@per_language
def facet_label(name: str) -> str:
    return str(FACETS[name])


@per_language
def sort_label(sort: str) -> str:
    return str(SORTS[sort])


@per_language
def colour_label(colour: str) -> str:
    """A colour in the reader's language; one that nobody translated stays as its seller wrote it."""
    return str(COLOURS.get(colour, colour))


@per_language
def storage_label(gigabytes: int) -> str:
    """`128 GB`, `1 TB`."""
    return storage_words(gigabytes, str(_("GB")), str(_("TB")))


@per_language
def days_label(days: tuple[int, int]) -> str:
    """`2–4 working days`, from the earliest and the latest."""
    first, last = days
    if first == last:
        return str(ngettext("%(num)d working day", "%(num)d working days", last))
    return str(_("%(first)d–%(last)d working days", first=first, last=last))


@per_language
def guarantee_label(months: int) -> str:
    """The seller's own guarantee: `24 months' guarantee`; without one, the law's two years stand all the same."""
    if months == 0:
        return str(_("legal guarantee, 2 years"))
    return str(ngettext("%(num)d month's guarantee", "%(num)d months' guarantee", months))


@per_language
def battery_label(percent: int) -> str:
    return str(_("battery %(percent)d %%", percent=percent)).replace(" %", "\N{NO-BREAK SPACE}%")


def battery_floor(grade: str) -> int:
    """What a grade promises of a battery, in percent of its capacity when new."""
    return BATTERY_FLOOR[grade]


@per_language
def price_source_label(source: str) -> str:
    """Where a price new comes from: a known beginning in the reader's language, names and the rest as they stand."""
    for beginning, words in PRICE_SOURCES.items():
        rest = source.removeprefix(beginning)
        if rest != source and rest[:1] in ("", ","):
            return f"{words}{rest}"
    return source


def updates_label(updates: Updates) -> str:
    """`security updates until September 2028`, or what to mind; empty where nobody knows."""
    if updates.until is None:
        return ""
    until = _month(updates.until)
    if updates.state == "ended":
        return str(_("security updates ended in %(month)s", month=until))
    return str(_("security updates until %(month)s", month=until))


def _month(value: date) -> str:
    return str(format_date(value, "LLLL y", locale=_locale()))


# Filters for templates; the catalogue registers them when the app is made.
FILTERS: Mapping[str, Callable[..., Any]] = {
    "grade_label": grade_label,
    "grade_summary": grade_summary,
    "grade_screen": grade_screen,
    "grade_body": grade_body,
    "stars_label": stars_label,
    "quality_label": quality_label,
    "quality_short": quality_short,
    "colour_label": colour_label,
    "storage_label": storage_label,
    "days_label": days_label,
    "guarantee_label": guarantee_label,
    "battery_label": battery_label,
    "battery_floor": battery_floor,
    "price_source_label": price_source_label,
    "updates_label": updates_label,
    "tests_of": tests_of,
    "slug": slugify,
}
