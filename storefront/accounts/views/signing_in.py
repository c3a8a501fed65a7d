"""Signing in and out."""

from collections.abc import Mapping
from datetime import datetime

from flask import Response, make_response, redirect, render_template, request, url_for

from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...core.ratelimit import limit
from .. import actions, forms, halfway, known, proving
from ..current import current_person, current_sign_in, enter, leave, person_here
from ..entries import start_of
from ..errors import TooManyTries
from ..rules import own_page
from ..sessions import end
from .blueprint import bp


@bp.get("/sign-in")
def sign_in() -> Response:
    after = own_page(request.args.get("next", "")) or ""
    person = current_person()
    if person is not None:
        return make_response(redirect(after or start_of(person), 303))
    return _page({"next": after}, {}, 200)


@bp.post("/sign-in")
def check() -> Response:
    limit("sign-in", per_hour=current_settings().limits.sign_ins)
    now = utcnow()
    try:
        form = forms.read_sign_in(request.form)
        proof = proving.by_password(email=form.email, password=form.password, now=now)
    except FormInvalid as error:
        return _page(request.form, error.errors, 422)
    except TooManyTries as error:
        return wait(_page(request.form, {"password": str(error)}, 429), error)
    return let_in(proof, email=form.email, after=form.next, now=now)


def let_in(proof: proving.Proof, *, email: str, after: str, now: datetime) -> Response:
    """Begin the session, or ask for the second factor first; then on to where the person was heading."""
    if proof.has_second_factor:
        halfway.begin(proof, email=email, after=after, now=now)
        return make_response(redirect(url_for("accounts.second"), 303))
    return _enter(proof, email, after, now)


def _enter(proof: proving.Proof, email: str, after: str, now: datetime) -> Response:
    with transaction():
        token = actions.begin_session(
            person_id=proof.person_id,
            password_hash=proof.password_hash,
            browser=request.user_agent.string,
            instead_of=current_sign_in(),
            now=now,
        )
    enter(token, now=now)
    return known.remember(make_response(redirect(after or start_of(person_here()), 303)), email)


@bp.get("/sign-in/code")
def second() -> Response:
    if halfway.current(now=utcnow()) is None:
        return make_response(redirect(url_for("accounts.sign_in"), 303))
    return make_response(render_template("accounts/second.html", errors={}))


@bp.post("/sign-in/code")
def check_second() -> Response:
    limit("sign-in", per_hour=current_settings().limits.sign_ins)
    now = utcnow()
    half = halfway.current(now=now)
    if half is None:
        return make_response(redirect(url_for("accounts.sign_in"), 303))
    try:
        code = forms.read_code(request.form)
        proving.by_second_factor(person_id=half.proof.person_id, email=half.email, code=code, now=now)
    except FormInvalid as error:
        return make_response(render_template("accounts/second.html", errors=error.errors), 422)
    except TooManyTries as error:
        page = render_template("accounts/second.html", errors={"code": str(error)})
        return wait(make_response(page, 429), error)
    halfway.done()
    return _enter(half.proof, half.email, half.after, now)


@bp.post("/sign-out")
def sign_out() -> Response:
    here = current_sign_in()
    if here is not None:
        with transaction():
            end(person_id=here.person_id, sign_in_id=here.id, now=utcnow())
    return leave(make_response(redirect(url_for("catalog.home"), 303)), keeping=known.COOKIE)


def wait(response: Response, error: TooManyTries) -> Response:
    """Say in a header what the page says in words."""
    response.headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
    return response


def _page(values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    after = own_page(values.get("next", "")) or ""
    page = render_template("accounts/sign_in.html", values=values, after=after, errors=errors)
    return make_response(page, status)
