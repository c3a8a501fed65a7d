"""Every POST must come from our own pages.

Pages with a session carry a token (Flask-WTF). Pages that are the same for everybody carry none, so that they stay
cacheable; their forms go to views marked `@public_form`, which look where the request comes from instead: browsers say
so in `Sec-Fetch-Site`, `Origin` or `Referer`, and a page can't forge those. A browser that says nothing is asked once
more, by a page with a token and the same fields.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from flask import Flask, Response, abort, make_response, render_template, request
from flask_wtf.csrf import CSRFError, CSRFProtect, validate_csrf
from wtforms.validators import ValidationError

csrf = CSRFProtect()
P = ParamSpec("P")

HERE, ELSEWHERE, UNKNOWN = "here", "elsewhere", "unknown"
# The fields of a refused form are shown again for one more press; the largest of ours, a request of 50 lines, has
# fewer and shorter ones.
_MOST_FIELDS, _LONGEST_FIELD = 700, 20_000
# Never written into a page, where a browser keeps it: the form says that it is missing, and asks for it again.
_UNSHOWN = frozenset({"csrf_token", "password", "current"})


def init_app(app: Flask) -> None:
    # A token lives as long as its session: a form left open overnight still goes through.
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    # First: a form that another site filled in is refused, and never offered for one more press.
    app.before_request(_refuse_elsewhere)
    csrf.init_app(app)
    app.register_error_handler(CSRFError, _ask_again)


def origin() -> str:
    """Where this request comes from: `here`, `elsewhere` or `unknown`."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return HERE if site in ("same-origin", "none") else ELSEWHERE
    named = request.headers.get("Origin") or request.headers.get("Referer")
    if not named:
        return UNKNOWN
    try:
        return HERE if urlsplit(named).netloc == request.host else ELSEWHERE
    except ValueError:
        return ELSEWHERE


def public_form(view: Callable[P, Any]) -> Callable[P, Any]:
    """For the forms of cacheable pages: no token is needed when the request comes from here."""

    @csrf.exempt
    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> Any:
        if origin() != HERE and not _token_holds():
            return ask_again()
        return view(*args, **kwargs)

    return checked


def _token_holds() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def ask_again() -> Response:
    """The same fields with a fresh token and one button: nothing typed is lost to an expired session."""
    fields = [
        (name, value[:_LONGEST_FIELD])
        for name, value in request.form.items(multi=True)
        if name not in _UNSHOWN
    ]
    response = make_response(
        render_template(
            "core/confirm_post.html", fields=fields[:_MOST_FIELDS], action=request.script_root + request.path
        ),
        400,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask_again(_error: CSRFError) -> Response:
    return ask_again()


def _refuse_elsewhere() -> None:
    # Machines (a payment provider's webhook) name no origin and prove themselves by a signature.
    if request.method == "POST" and origin() == ELSEWHERE:
        abort(400)
