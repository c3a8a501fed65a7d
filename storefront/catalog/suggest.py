"""Suggestions under the search box, as one types; without JavaScript the box is a plain search all the same."""

from collections.abc import Iterable, Iterator

from flask import make_response, redirect, render_template, request, url_for
from markupsafe import escape
from werkzeug.wrappers import Response as BaseResponse

from ..core import htmx
from ..core.templating import address
from .finder import current_finder
from .forms import clean
from .views import bp

# What fits under the box on a small phone, and in an answer of under 1 KB.
MOST_SUGGESTIONS = 6
LONGEST_TYPED = 60
# Bytes of all suggestions as HTML, where a quotation mark takes five, and of what is written around each of them.
_ROOM = 700
_AROUND = len('<option value="">\n')
# Names hardly ever change: what was asked a moment ago, when one takes a letter back, is not asked again.
_KEPT = "public, max-age=300"


@bp.get("/suggest")
def suggest() -> BaseResponse:
    """Options for the box's list; to a visitor who follows the address itself, the search that it stands for."""
    typed = clean(request.args.get("q", ""))
    if not htmx.wants_piece("suggestions"):
        return redirect(address(url_for("catalog.search"), [("q", typed)] if typed else []), 303)
    response = make_response(
        render_template("catalog/_suggestions.html", suggestions=suggestions(typed[:LONGEST_TYPED]))
    )
    response.headers["Cache-Control"] = _KEPT
    return response


def suggestions(typed: str) -> tuple[str, ...]:
    """Texts that `typed` may be the beginning of; none that it already is."""
    finder = current_finder()
    finder.catch_up()
    found = finder.engine.suggest(typed, MOST_SUGGESTIONS)
    return tuple(_that_fit(text for text in found if text.casefold() != typed.casefold()))


def _that_fit(texts: Iterable[str]) -> Iterator[str]:
    room = _ROOM
    for text in texts:
        room -= len(escape(text).encode()) + _AROUND
        if room >= 0:
            yield text
