"""The desk's first page, and the mails that did not get through."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ...core.clock import utcnow
from ...core.database import transaction
from ...core.undelivered import try_again
from ..access import OPERATORS, SELLERS, Actor, Chapter
from . import queries
from .shown import today_page

chapter = Chapter("today", __name__, label=lazy_gettext("Today"), home="show", for_=SELLERS)

STATES = ("failed", "waiting")


@chapter.page("", for_=SELLERS)
def show(actor: Actor) -> str:
    return render_template("desk/today/today.html", page=today_page(actor, now=utcnow()))


@chapter.page("/mails", for_=OPERATORS)
def mails(_actor: Actor) -> str:
    state = request.args.get("state", STATES[0])
    if state not in STATES:
        raise NotFound
    page = queries.mails(state, cursor=request.args.get("at", ""))
    return render_template("desk/today/mails.html", page=page, state=state)


@chapter.page("/mails/<int:mail_id>/retry", for_=OPERATORS, methods=("POST",))
def retry(_actor: Actor, mail_id: int) -> Response:
    with transaction():
        queries.mail_there(mail_id)
        try_again(mail_id=mail_id, now=utcnow())
    return redirect(url_for("desk.today.mails", state="waiting"), 303)
