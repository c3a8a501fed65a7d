"""Opening an account: who one is, a code by mail, and in."""

from collections.abc import Mapping

from flask import Response, make_response, redirect, render_template, request, url_for

from ...core import i18n
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from .. import forms, mailboxes, passwords, proving
from ..current import current_person
from ..errors import CodeGone
from ..rules import SIGN_UP, own_page
from . import errand
from .blueprint import bp
from .signing_in import let_in


@bp.get("/sign-up")
def sign_up() -> Response:
    if current_person() is not None:
        return make_response(redirect(url_for("accounts.show"), 303))
    return _page(request.args, {}, 200)


@bp.post("/sign-up")
def ask_to_sign_up() -> Response:
    try:
        form = forms.read_sign_up(request.form)
    except FormInvalid as error:
        return _page(request.form, error.errors, 422)
    errand.count_mail(form.email)
    password_hash = passwords.hash_password(form.password)
    with transaction():
        key = mailboxes.ask_to_sign_up(
            email=form.email,
            name=form.name,
            password_hash=password_hash,
            language=i18n.language(),
            now=utcnow(),
        )
    after = own_page(request.form.get("next", "")) or ""
    errand.begin(errand.Errand(SIGN_UP, key, form.email, after))
    return make_response(redirect(url_for("accounts.sign_up_code"), 303))


@bp.get("/sign-up/code")
def sign_up_code() -> Response:
    begun = errand.current(SIGN_UP)
    if begun is None:
        return make_response(redirect(url_for("accounts.sign_up"), 303))
    return errand.code_page(begun, "sign_up_code")


@bp.post("/sign-up/code")
def open_account() -> Response:
    begun, now = errand.current(SIGN_UP), utcnow()
    if begun is None:
        return make_response(redirect(url_for("accounts.sign_up"), 303))
    try:
        code = forms.read_code(request.form)
        proving.by_mailbox(key=begun.key, now=now)
        with transaction():
            person = mailboxes.sign_up(key=begun.key, code=code, language=i18n.language(), now=now)
    except (FormInvalid, CodeGone) as error:
        return errand.code_page(begun, "sign_up_code", error)
    errand.done()
    return let_in(proving.of(person), email=begun.email, after=begun.after, now=now)


def _page(values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    after = own_page(values.get("next", "")) or ""
    page = render_template("accounts/sign_up.html", values=values, after=after, errors=errors)
    return make_response(page, status)
