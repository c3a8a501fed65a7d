"""The list of referrals, one with its log, an operator's way to end it, figures, and all of it as a file."""

from datetime import timedelta

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...repair.referrals import actions
from ...repair.referrals.errors import ReferralRefused
from ...repair.referrals.forms import read_call_off, read_seen
from ...repair.referrals.rules import STATES
from ..access import OPERATORS, SELLERS, Actor, Chapter
from . import forms, queries, shown

chapter = Chapter("referrals", __name__, label=lazy_gettext("Repairs"), home="listed", for_=SELLERS)

# The figures are those of what was asked in a year.
YEAR = timedelta(days=365)


@chapter.page("/referrals", for_=SELLERS)
def listed(actor: Actor) -> str:
    filters = forms.read_filters(request.args)
    page = queries.referrals_page(actor.scope, filters, cursor=request.args.get("at", ""), now=utcnow())
    return render_template("desk/referrals/index.html", page=page, filters=filters, states=STATES)


@chapter.page("/referrals/<int:referral_id>", for_=SELLERS)
def show(actor: Actor, referral_id: int) -> str:
    found = queries.referral_for_desk(actor.scope, referral_id)
    return render_template("desk/referrals/referral.html", page=shown.referral_page(found, actor))


@chapter.page("/referrals/<int:referral_id>/call-off", for_=OPERATORS)
def ask_call_off(actor: Actor, referral_id: int) -> Response:
    return _call_off_page(actor, referral_id, {}, "", 200)


@chapter.page("/referrals/<int:referral_id>/call-off", for_=OPERATORS, methods=("POST",))
def call_off(actor: Actor, referral_id: int) -> Response:
    try:
        values = read_call_off(request.form)
        with transaction():
            actions.call_off(
                referral_id=referral_id,
                person_id=actor.person_id,
                now=utcnow(),
                seen=read_seen(request.form),
                **values,
            )
    except FormInvalid as invalid:
        return _call_off_page(actor, referral_id, invalid.errors, "", 422)
    except ReferralRefused as refused:
        return _call_off_page(actor, referral_id, {}, str(refused), 409)
    flash(_("Called off. Both sides get a mail."))
    return redirect(url_for("desk.referrals.show", referral_id=referral_id), 303)


def _call_off_page(
    actor: Actor, referral_id: int, errors: dict[str, str], refused: str, status: int
) -> Response:
    page = shown.referral_page(queries.referral_for_desk(actor.scope, referral_id), actor)
    return make_response(
        render_template(
            "desk/referrals/call_off.html", page=page, errors=errors, refused=refused, typed=request.form
        ),
        status,
    )


@chapter.page("/referrals/figures", for_=OPERATORS)
def figures(_actor: Actor) -> str:
    since = utcnow() - YEAR
    page = shown.figures_page(queries.figures(since=since))
    return render_template("desk/referrals/figures.html", page=page, since=since, states=STATES)


@chapter.page("/referrals/all.csv", for_=OPERATORS)
def download(_actor: Actor) -> Response:
    response = FlaskResponse(stream_with_context(queries.export()), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="repairs.csv"'
    return response
