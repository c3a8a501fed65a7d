"""Languages: `/fr/...` and `/en/...` say which, any other address asks the browser (`Accept-Language`)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from ..config import LANGUAGES, current_settings
from .catalogues import compile_catalogues

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

P = ParamSpec("P")
# Distinct sayings kept by `per_language`: colours and the like that sellers invent are many, but not endless.
_MOST_KEPT = 5_000
NAMES = {"en": "English", "fr": "Français"}
CHOSEN = "rebelote.language"


class LanguagePrefix:
    """Moves a leading `/fr` or `/en` of the path into the script name, so that every address made from it keeps it."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        code = path[1:3]
        if code in LANGUAGES and path[3:4] in ("", "/"):
            environ[CHOSEN] = code
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{code}"
            environ["PATH_INFO"] = path[3:] or "/"
        return self.application(environ, start_response)


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """This page in one language; `chosen` is the one being read."""

    code: str
    label: str
    url: str
    chosen: bool


def language() -> str:
    """The language of this request: `en` or `fr`."""
    if "language" not in g:
        accepted = request.headers.get("Accept-Language", "")
        g.language = _chosen() or preferred(accepted, current_settings().shop.language)
    return str(g.language)


@lru_cache(maxsize=2_000)
def preferred(accepted: str, default: str) -> str:
    """Which of our languages an `Accept-Language` header likes best; `default` when it names none of them.

    Werkzeug's own `best_match` reads `fr-CA, en;q=0.5` as English.
    """
    for name, quality in parse_accept_header(accepted, LanguageAccept):
        code = name.partition("-")[0].lower()
        if quality > 0 and code in LANGUAGES:
            return code
    return default


def speak(code: str) -> None:
    """Use the language `code` from here on: for mails, written outside the reader's own request."""
    g.language = code


def _chosen() -> str | None:
    chosen: str | None = request.environ.get(CHOSEN)
    return chosen


def language_links() -> list[LanguageLink]:
    """This page in each language, for the switch and for search engines' `alternate` links."""
    here = request.path
    if request.query_string and request.method == "GET":
        here += "?" + request.query_string.decode("ascii", "replace")
    return [LanguageLink(code, NAMES[code], f"/{code}{here}", code == language()) for code in LANGUAGES]


def own_path(url: str) -> str:
    """The path and query of one of our own addresses, without scheme and host."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    catalogues = Path(app.root_path) / "translations"
    compile_catalogues(catalogues)
    locales: dict[str, Callable[[], str]] = {"locale_selector": _selected}
    Babel(
        app,
        default_locale=settings.shop.language,
        default_timezone=settings.shop.time_zone,
        default_translation_directories=str(catalogues),
        **locales,
    )
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.after_request(_vary)


def _selected() -> str:
    # Outside a request (a command, the periodic work) the shop speaks its own language unless told otherwise.
    if not request:
        return str(g.get("language") or current_settings().shop.language)
    return language()


def _vary(response: Response) -> Response:
    if "language" in g and not _chosen() and response.mimetype == "text/html":
        response.vary.add("Accept-Language")
    return response


def locale_code() -> str:
    """The language that formats and texts are in at this moment; `flask_babel.force_locale` changes it for a while."""
    locale = get_locale()
    return locale.language if locale else current_settings().shop.language


def per_language(function: Callable[P, str]) -> Callable[P, str]:
    """Keep what a function of few different arguments says, once for each language and state of the settings."""
    kept: dict[tuple[object, ...], str] = {}

    @wraps(function)
    def said(*args: P.args, **kwargs: P.kwargs) -> str:
        key = (locale_code(), current_settings().version, *args)
        if key not in kept:
            if len(kept) > _MOST_KEPT:
                kept.clear()
            kept[key] = function(*args, **kwargs)
        return kept[key]

    return said
