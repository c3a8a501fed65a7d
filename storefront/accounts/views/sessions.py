"""Where somebody is signed in, and ending it from here."""

from flask import Response, make_response, redirect, render_template, url_for

from ...core.clock import utcnow
from ...core.database import transaction
from .. import queries
from ..current import person_here, sign_in_here, signed_in
from ..sessions import end, end_all
from .blueprint import bp


@bp.get("/account/sessions")
@signed_in
def sessions() -> str:
    found = queries.live_sign_ins(person_here(), now=utcnow())
    return render_template("accounts/sessions.html", sessions=found, here=sign_in_here().id)


@bp.post("/account/sessions/<int:sign_in_id>/end")
@signed_in
def end_session(sign_in_id: int) -> Response:
    with transaction():
        end(person_id=person_here().id, sign_in_id=sign_in_id, now=utcnow())
    return make_response(redirect(url_for("accounts.sessions"), 303))


@bp.post("/account/sessions/end-others")
@signed_in
def end_others() -> Response:
    with transaction():
        end_all(person_id=person_here().id, but=sign_in_here().id, now=utcnow())
    return make_response(redirect(url_for("accounts.sessions"), 303))
