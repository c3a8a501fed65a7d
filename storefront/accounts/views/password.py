"""Choosing another password, knowing the one of today."""

from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from .. import actions, forms, passwords, proving, sessions
from ..current import enter, person_here, sign_in_here, signed_in
from ..errors import TooManyTries
from .blueprint import bp
from .signing_in import wait


@bp.get("/account/password")
@signed_in
def password() -> Response:
    return _page({}, 200)


@bp.post("/account/password")
@signed_in
def change_password() -> Response:
    person, now = person_here(), utcnow()
    try:
        form = forms.read_change_of_password(request.form, person.email)
        proving.again(person, form.current, now=now)
    except FormInvalid as error:
        return _page(error.errors, 422)
    except TooManyTries as error:
        return wait(_page({"current": str(error)}, 429), error)
    password_hash = passwords.hash_password(form.password)
    with transaction():
        keep = sign_in_here().id
        actions.set_password(person_id=person.id, password_hash=password_hash, keep=keep, now=now)
        token = sessions.renew(sign_in_id=keep)
    enter(token, now=now)
    flash(_("Your password is changed. All other browsers are signed out."))
    return make_response(redirect(url_for("accounts.show"), 303))


def _page(errors: Mapping[str, str], status: int) -> Response:
    page = render_template("accounts/password.html", person=person_here(), errors=errors)
    return make_response(page, status)
