"""The account's page, and what can be changed there."""

from flask import render_template

from ..current import person_here, signed_in
from ..entries import entries_for
from .blueprint import bp


@bp.get("/account")
@signed_in
def show() -> str:
    person = person_here()
    return render_template("accounts/account.html", person=person, entries=entries_for(person))
