"""Where an invitation leads to: into the account of its mailbox, made on the spot if there is none."""

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..accounts import forms, passwords, sessions
from ..accounts.actions import open_account
from ..accounts.current import current_person, enter
from ..config import current_settings
from ..core import i18n
from ..core.clock import utcnow
from ..core.database import transaction
from ..core.errors import FormInvalid
from ..core.ratelimit import limit
from .invitations import accept, invitation_of

bp = Blueprint("sellers", __name__)


@bp.get("/invitation/<token>")
def invitation(token: str) -> Response:
    return _page(token, {}, {}, 200)


@bp.post("/invitation/<token>")
def join(token: str) -> Response:
    """Somebody who is signed in takes the invitation."""
    person = current_person()
    if person is None:
        return redirect(url_for("sellers.invitation", token=token), 303)
    person_id = person.id
    with transaction():
        accept(token=token, person_id=person_id, now=utcnow())
    return redirect(url_for("desk.today.show"), 303)


@bp.post("/invitation/<token>/account")
def open_and_join(token: str) -> Response:
    """Somebody without an account makes one: whoever holds the link has read the mailbox."""
    limit("invitation", per_hour=current_settings().limits.codes)
    now = utcnow()
    email = invitation_of(token, now=now).email
    try:
        form = forms.read_sign_up({**request.form.to_dict(), "email": email})
    except FormInvalid as error:
        return _page(token, request.form, error.errors, 422)
    password_hash = passwords.hash_password(form.password)
    with transaction():
        person = open_account(
            email=email, name=form.name, language=i18n.language(), password_hash=password_hash, now=now
        )
        accept(token=token, person_id=person.id, now=now)
        session = sessions.begin(person_id=person.id, browser=request.user_agent.string, now=now)
    enter(session, now=now)
    return redirect(url_for("desk.today.show"), 303)


def _page(token: str, values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    page = render_template(
        "sellers/invitation.html",
        invitation=invitation_of(token, now=utcnow()),
        token=token,
        person=current_person(),
        values=values,
        errors=errors,
    )
    return make_response(page, status)
