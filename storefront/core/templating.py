"""What every template has at hand: the shop, money and dates as the reader's language writes them."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from flask import Flask, render_template, request
from flask_babel import format_datetime, get_translations, to_user_timezone
from jinja2.ext import _make_new_gettext, _make_new_ngettext
from markupsafe import Markup

from ..config import current_settings
from . import i18n
from .money import Money

# Pieces kept by one process; at a few hundred bytes each, some 5 MB.
_MOST_PIECES = 20_000


def init_app(app: Flask) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        money=money, day=day, month=month, moment=moment, number=number, weekday_moment=weekday_moment
    )
    app.jinja_env.globals["kept"] = KeptPieces()
    app.context_processor(_always)


def _always() -> dict[str, Any]:
    settings = current_settings()
    links = i18n.language_links() if request else []
    return {
        **_texts(),
        "shop": settings.shop,
        "settings": settings,
        "language": i18n.language() if request else settings.shop.language,
        "language_links": links,
        "alternate_links": links,
    }


def _texts() -> dict[str, Any]:
    """`_` and its sisters bound to one language for a whole page: Flask-Babel asks for it anew at each text."""
    catalogue = get_translations()
    gettext = _make_new_gettext(catalogue.ugettext)
    return {"_": gettext, "gettext": gettext, "ngettext": _make_new_ngettext(catalogue.ungettext)}


class KeptPieces:
    """Small pieces of pages, rendered once for each language, place, set of values and state of the settings:
    `{{ kept("x.html", a=1) }}`.

    For pieces that are asked for often and say the same each time, given the same (hashable) values.
    """

    def __init__(self) -> None:
        self.pieces: dict[tuple[object, ...], Markup] = {}

    def __call__(self, template: str, **values: Any) -> Markup:
        version = current_settings().version
        key = (template, version, i18n.locale_code(), request.script_root, *values.values())
        piece = self.pieces.get(key)
        if piece is None:
            piece = Markup(render_template(template, **values))  # noqa: S704 - a template's own output
            if len(self.pieces) >= _MOST_PIECES:
                self.pieces.clear()
            self.pieces[key] = piece
        return piece


def money(amount: Money) -> str:
    """`€319`, `€4.90`, `319 €`: whole amounts without their zeros, as price tags have them."""
    return _money(amount, i18n.locale_code())


@lru_cache(maxsize=20_000)
def _money(amount: Money, locale: str) -> str:
    whole = amount.amount == amount.amount.to_integral_value()
    if whole:
        return format_currency(
            amount.amount.to_integral_value(),
            amount.currency,
            locale=locale,
            format=_pattern(locale),
            currency_digits=False,
        )
    return format_currency(amount.amount, amount.currency, locale=locale)


def _pattern(locale: str) -> str:
    return "#,##0\N{NO-BREAK SPACE}¤" if locale.startswith("fr") else "¤#,##0"


def day(value: date | datetime) -> str:
    """`22 November 2026`, `22 novembre 2026`, `1er décembre 2026`; of a time, its day in the shop's time zone."""
    return _day(to_user_timezone(value).date() if isinstance(value, datetime) else value, i18n.locale_code())


@lru_cache(maxsize=5_000)
def _day(value: date, locale: str) -> str:
    return format_date(value, _day_pattern(value, locale), locale=locale)


def _day_pattern(value: date, locale: str) -> str:
    # Babel's French has no ordinals, and French has one: the first.
    return "d'er' MMMM y" if locale == "fr" and value.day == 1 else "d MMMM y"


def month(value: date) -> str:
    """`September 2028`, `septembre 2028`."""
    return _month(value, i18n.locale_code())


@lru_cache(maxsize=5_000)
def _month(value: date, locale: str) -> str:
    return format_date(value, "LLLL y", locale=locale)


def moment(value: datetime) -> str:
    """A day and a time in the shop's time zone: `22 November 2026, 16:05`, `22 novembre 2026 à 16:05`."""
    locale = i18n.locale_code()
    at = " 'à' HH:mm" if locale == "fr" else ", HH:mm"
    return str(format_datetime(value, _day_pattern(to_user_timezone(value), locale) + at))


def weekday_moment(value: datetime) -> str:
    """A time soon to come, in the shop's time zone: `Wednesday 25 November, 10:30`, `mercredi 25 novembre à 10:30`."""
    locale = i18n.locale_code()
    day, at = _day_pattern(to_user_timezone(value), locale).removesuffix(" y"), ", HH:mm"
    return str(format_datetime(value, f"EEEE {day}" + (" 'à' HH:mm" if locale == "fr" else at)))


def number(value: float, decimals: int = 2) -> str:
    """`1,240`, `1 240`; as many decimals as the value has, at most `decimals`."""
    return _number(value, decimals, i18n.locale_code())


@lru_cache(maxsize=5_000)
def _number(value: float, decimals: int, locale: str) -> str:
    return format_decimal(value, locale=locale, format="#,##0." + "#" * decimals)


def address(path: str, parameters: list[tuple[str, str]]) -> str:
    """`path` with a query made of `parameters`, or bare without any."""
    return f"{path}?{urlencode(parameters)}" if parameters else path
