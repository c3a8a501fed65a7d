"""Setting up a second factor, and turning it off."""

from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from .. import forms, proving, sessions
from .. import second_factor as factor
from ..current import enter, person_here, sign_in_here, signed_in
from ..errors import TooManyTries
from .blueprint import bp
from .signing_in import wait

# The salt alone is no secret: what the phone keeps is made of it with the shop's own key.
_SALT = "account_salt"


@bp.get("/account/second-factor")
@signed_in
def second_factor() -> Response:
    return _page({}, 200)


@bp.post("/account/second-factor/on")
@signed_in
def turn_on() -> Response:
    person, now, salt = person_here(), utcnow(), session.get(_SALT)
    if not isinstance(salt, str):
        return make_response(redirect(url_for("accounts.second_factor"), 303))
    try:
        form = forms.read_second_factor(request.form)
        proving.again(person, form.current, now=now)
        with transaction():
            keep = sign_in_here().id
            recovery = factor.turn_on(person_id=person.id, salt=salt, code=form.code, keep=keep, now=now)
            token = sessions.renew(sign_in_id=keep)
    except FormInvalid as error:
        return _page(error.errors, 422)
    except TooManyTries as error:
        return wait(_page({"current": str(error)}, 429), error)
    enter(token, now=now)
    # Shown in this answer and nowhere else: kept for a next page, they would stand in a cookie.
    return make_response(render_template("accounts/recovery_codes.html", codes=recovery))


@bp.post("/account/second-factor/off")
@signed_in
def turn_off() -> Response:
    person, now = person_here(), utcnow()
    try:
        proving.again(person, forms.read_current(request.form), now=now)
    except FormInvalid as error:
        return _page(error.errors, 422)
    except TooManyTries as error:
        return wait(_page({"current": str(error)}, 429), error)
    with transaction():
        factor.turn_off(person_id=person.id, now=now)
    flash(_("Signing in asks for your password only, from now on."))
    return make_response(redirect(url_for("accounts.show"), 303))


def _page(errors: Mapping[str, str], status: int) -> Response:
    person = person_here()
    if person.has_second_factor:
        page = render_template("accounts/second_factor_on.html", left=factor.left(person.id), errors=errors)
        return make_response(page, status)
    salt = session.setdefault(_SALT, factor.new_salt())
    secret = factor.secret_of(person.id, salt)
    address = factor.address_for_apps(secret, person.email)
    page = render_template(
        "accounts/second_factor_off.html",
        address=address,
        picture=factor.picture(address),
        secret=secret,
        errors=errors,
    )
    return make_response(page, status)
