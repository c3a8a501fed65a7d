"""Moving the account to another mail address: the password, a code at the new one, a word to the old one."""

from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from .. import forms, known, mailboxes, proving
from ..current import person_here, signed_in
from ..errors import CodeGone, TooManyTries
from ..rules import NEW_MAIL
from . import errand
from .blueprint import bp
from .signing_in import wait


@bp.get("/account/mail")
@signed_in
def mail() -> Response:
    return _page({}, {}, 200)


@bp.post("/account/mail")
@signed_in
def ask_to_move() -> Response:
    person, now = person_here(), utcnow()
    try:
        form = forms.read_move(request.form)
        proving.again(person, form.current, now=now)
    except FormInvalid as error:
        return _page(request.form, error.errors, 422)
    except TooManyTries as error:
        return wait(_page(request.form, {"current": str(error)}, 429), error)
    errand.count_mail(form.email)
    with transaction():
        key = mailboxes.ask_to_move(person_id=person.id, email=form.email, now=now)
    errand.begin(errand.Errand(NEW_MAIL, key, form.email))
    return make_response(redirect(url_for("accounts.mail_code"), 303))


@bp.get("/account/mail/code")
@signed_in
def mail_code() -> Response:
    begun = errand.current(NEW_MAIL)
    if begun is None:
        return make_response(redirect(url_for("accounts.mail"), 303))
    return errand.code_page(begun, "moving_code")


@bp.post("/account/mail/code")
@signed_in
def move() -> Response:
    begun, now = errand.current(NEW_MAIL), utcnow()
    if begun is None:
        return make_response(redirect(url_for("accounts.mail"), 303))
    try:
        code = forms.read_code(request.form)
        proving.by_mailbox(key=begun.key, now=now)
        with transaction():
            mailboxes.move(key=begun.key, code=code, person_id=person_here().id, now=now)
    except (FormInvalid, CodeGone) as error:
        return errand.code_page(begun, "moving_code", error)
    errand.done()
    flash(_("Your account belongs to %(email)s from now on.", email=begun.email))
    return known.remember(make_response(redirect(url_for("accounts.show"), 303)), begun.email)


def _page(values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    page = render_template("accounts/moving.html", person=person_here(), values=values, errors=errors)
    return make_response(page, status)
