"""The account's page, and how to call whose it is."""

from collections.abc import Mapping

from flask import Response, make_response, redirect, render_template, request, url_for

from ...core.database import transaction
from ...core.errors import FormInvalid
from ...core.i18n import NAMES
from .. import actions, forms
from ..current import person_here, signed_in
from ..entries import entries_for
from .blueprint import bp


@bp.get("/account")
@signed_in
def show() -> str:
    person = person_here()
    return render_template(
        "accounts/account.html",
        person=person,
        person_language=NAMES[person.language],
        entries=entries_for(person),
    )


@bp.get("/account/details")
@signed_in
def details() -> Response:
    person = person_here()
    return _details({"name": person.name, "language": person.language}, {}, 200)


@bp.post("/account/details")
@signed_in
def change_details() -> Response:
    try:
        form = forms.read_details(request.form)
    except FormInvalid as error:
        return _details(request.form, error.errors, 422)
    with transaction():
        actions.rename(person_id=person_here().id, name=form.name, language=form.language)
    return make_response(redirect(url_for("accounts.show"), 303))


def _details(values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    page = render_template(
        "accounts/details.html", values=values, errors=errors, language_names=list(NAMES.items())
    )
    return make_response(page, status)
