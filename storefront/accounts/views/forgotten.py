"""A forgotten password: a code by mail, and a new one."""

from flask import Response, make_response, redirect, render_template, request, url_for

from ...core import i18n
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from .. import forms, mailboxes, passwords, proving
from ..errors import CodeGone
from ..rules import NEW_PASSWORD
from . import errand
from .blueprint import bp
from .signing_in import let_in


@bp.get("/forgotten")
def forgotten() -> str:
    return render_template("accounts/forgotten.html", values=request.args, errors={})


@bp.post("/forgotten")
def ask_for_new_password() -> Response:
    errors: dict[str, str] = {}
    email = forms.checked_address(request.form, errors)
    if errors:
        return make_response(
            render_template("accounts/forgotten.html", values=request.form, errors=errors), 422
        )
    errand.count_mail(email)
    with transaction():
        key = mailboxes.ask_for_new_password(email=email, language=i18n.language(), now=utcnow())
    errand.begin(errand.Errand(NEW_PASSWORD, key, email))
    return make_response(redirect(url_for("accounts.forgotten_code"), 303))


@bp.get("/forgotten/code")
def forgotten_code() -> Response:
    begun = errand.current(NEW_PASSWORD)
    if begun is None:
        return make_response(redirect(url_for("accounts.forgotten"), 303))
    return errand.code_page(begun, "forgotten_code")


@bp.post("/forgotten/code")
def choose_password() -> Response:
    begun, now = errand.current(NEW_PASSWORD), utcnow()
    if begun is None:
        return make_response(redirect(url_for("accounts.forgotten"), 303))
    try:
        code, password = forms.read_new_password(request.form, begun.email)
        proving.by_mailbox(key=begun.key, now=now)
        password_hash = passwords.hash_password(password)
        with transaction():
            person = mailboxes.choose_password(key=begun.key, code=code, password_hash=password_hash, now=now)
    except (FormInvalid, CodeGone) as error:
        return errand.code_page(begun, "forgotten_code", error)
    errand.done()
    return let_in(proving.of(person), email=begun.email, after="", now=now)
