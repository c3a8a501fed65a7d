"""Signing in and out."""

from collections.abc import Mapping

from flask import Response, make_response, redirect, render_template, request, session, url_for

from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...core.ratelimit import limit
from .. import actions, forms, known, proving
from ..current import current_person, current_sign_in, enter, leave
from ..errors import TooManyTries
from ..rules import own_page
from ..sessions import end
from .blueprint import bp


@bp.get("/sign-in")
def sign_in() -> Response:
    after = own_page(request.args.get("next", "")) or ""
    if current_person() is not None:
        return make_response(redirect(after or url_for("accounts.show"), 303))
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
        return too_many(_page(request.form, {"password": str(error)}, 429), error)
    return let_in(proof, email=form.email, after=form.next)


def let_in(proof: proving.Proof, *, email: str, after: str) -> Response:
    """Begin the session, and go where the person was heading."""
    now = utcnow()
    with transaction():
        token = actions.begin_session(
            person_id=proof.person_id,
            password_hash=proof.password_hash,
            better_hash=proof.better_hash,
            browser=request.user_agent.string,
            now=now,
        )
    enter(token, now=now)
    return known.remember(make_response(redirect(after or url_for("accounts.show"), 303)), email)


@bp.post("/sign-out")
def sign_out() -> Response:
    here = current_sign_in()
    if here is not None:
        with transaction():
            end(person_id=here.person_id, sign_in_id=here.id, now=utcnow())
    return leave(make_response(redirect(url_for("catalog.home"), 303)), keeping=known.COOKIE)


def too_many(response: Response, error: TooManyTries) -> Response:
    response.headers["Retry-After"] = str(max(1, round(error.wait.total_seconds())))
    return response


def _page(values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    after = own_page(values.get("next", "")) or ""
    page = render_template(
        "accounts/sign_in.html",
        values=values,
        after=after,
        errors=errors,
        notice=session.pop("account_notice", ""),
    )
    return make_response(page, status)
