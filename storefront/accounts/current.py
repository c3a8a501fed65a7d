"""Who is asking. Nothing here runs unless a view asks for it: pages for everybody never look at the session."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, cast

from flask import Flask, Response, current_app, g, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from ..core import htmx
from ..core.clock import utcnow
from ..core.database import transaction
from . import sessions
from .models import Person, SignIn
from .queries import live_sign_in
from .rules import SEEN_EVERY

P = ParamSpec("P")


class Visit(UserMixin):
    """What Flask-Login calls a user: one session of a person. Its id is the session's token: it dies with the row."""

    def __init__(self, sign_in: SignIn, token: str) -> None:
        self.sign_in = sign_in
        self.seen_at = sign_in.seen_at
        self.token = token

    def get_id(self) -> str:
        return self.token


class Visits(LoginManager):
    """Flask-Login, without its cookie for remembering and its template variable: both look at the session on every
    page, and pages that are the same for everybody must not depend on it.
    """

    def init_app(self, app: Flask, add_context_processor: bool = False) -> None:
        app.login_manager = self  # type: ignore[attr-defined]


def init_app(app: Flask) -> None:
    # A session is bound to its row, not to the address or the browser's name, which change on the way to work.
    visits = Visits()
    visits.session_protection = None
    visits.user_loader(_load)
    visits.init_app(app)
    app.after_request(_note_seen)


def _load(token: str) -> Visit | None:
    sign_in = live_sign_in(token, now=utcnow())
    return Visit(sign_in, token) if sign_in else None


def _visit() -> Visit | None:
    visit = current_user._get_current_object()
    return visit if isinstance(visit, Visit) else None


def current_person() -> Person | None:
    """Who is signed in, in this request; nobody outside one."""
    visit = _visit()
    return visit.sign_in.person if visit else None


def current_sign_in() -> SignIn | None:
    """The session of this request, for what ends all others."""
    visit = _visit()
    return visit.sign_in if visit else None


def signed_in(view: Callable[P, Any]) -> Callable[P, Any]:
    """For views that need to know who asks: anybody else is sent to sign in, and then back."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> Any:
        return to_sign_in() if current_person() is None else view(*args, **kwargs)

    return checked


def to_sign_in() -> Response:
    """On the way to sign in, and back to this page afterwards; what a form wanted to change is not done by itself."""
    here: dict[str, Any] = {}
    if request.method in ("GET", "HEAD"):
        query = request.query_string.decode("ascii", "replace")
        here["next"] = request.script_root + request.path + (f"?{query}" if query else "")
    response = htmx.go(url_for("accounts.sign_in", **here))
    response.headers["Cache-Control"] = "no-store"
    return response


def person_here() -> Person:
    """Who is signed in, in a view that is marked `@signed_in`."""
    return cast(Person, current_person())


def sign_in_here() -> SignIn:
    """The session of this request, in a view that is marked `@signed_in`."""
    return cast(SignIn, current_sign_in())


def enter(token: str, *, now: datetime) -> None:
    """Put a session that has just begun, or got a new token, into the cookie.

    What the cookie said of accounts before is gone.
    """
    for name in [name for name in session if name == "csrf_token" or name.startswith("account_")]:
        session.pop(name)
    sign_in = live_sign_in(token, now=now)
    if sign_in is None:
        raise RuntimeError("the session ended before it began")
    session.permanent = True
    login_user(Visit(sign_in, token))


def leave(response: Response, *, keeping: str) -> Response:
    """Take the visit out of this browser, `keeping` one cookie: the next one at this machine is somebody else."""
    logout_user()
    session.clear()
    for name in request.cookies:
        if name not in (keeping, current_app.config["SESSION_COOKIE_NAME"]):
            response.delete_cookie(name, path="/")
    return response


def _note_seen(response: Response) -> Response:
    """After the answer is made, since a view may have been in the middle of its own transaction."""
    visit = g.get("_login_user")
    now = utcnow()
    if isinstance(visit, Visit) and now - visit.seen_at >= SEEN_EVERY:
        with transaction():
            sessions.seen(token=visit.token, now=now)
    return response
