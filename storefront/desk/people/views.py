"""The people: their list, one of them, roles given and taken after a second look, sessions ended."""

from collections.abc import Collection, Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from ...accounts import proving, sessions
from ...accounts.current import person_here
from ...accounts.errors import TooManyTries
from ...accounts.models import Person
from ...accounts.queries import live_sign_ins
from ...accounts.roles import change_roles
from ...accounts.rules import ROLES
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...core.i18n import NAMES
from ...sellers.members import sellers_of
from ..access import OPERATORS, Actor, Chapter
from . import forms, queries

chapter = Chapter("people", __name__, label=lazy_gettext("People"), home="people", for_=OPERATORS)

ROLE_LABELS = {
    "business": lazy_gettext("business buyer"),
    "repairer": lazy_gettext("repairer"),
    "operator": lazy_gettext("operator"),
}
# What a role lets its owner do, said before it is given.
ROLE_NOTES = {
    "business": lazy_gettext("Buys for a firm."),
    "repairer": lazy_gettext("Repairs devices that customers bring."),
    "operator": lazy_gettext("Runs the whole shop: everybody's orders, sellers and settings, and this page."),
}


@chapter.page("/people", for_=OPERATORS)
def people(_actor: Actor) -> str:
    filters = forms.read_filters(request.args)
    page = queries.people_page(filters, cursor=request.args.get("at", ""))
    return render_template("desk/people/list.html", page=page, filters=filters, labels=ROLE_LABELS)


@chapter.page("/people/<int:person_id>", for_=OPERATORS)
def person(_actor: Actor, person_id: int) -> str:
    found = queries.person(person_id)
    return render_template(
        "desk/people/person.html",
        person=found,
        roles=[(role, ROLE_LABELS[role], ROLE_NOTES[role]) for role in ROLES],
        sellers=sellers_of(person_id),
        sign_ins=live_sign_ins(found, now=utcnow()),
        person_language=NAMES[found.language],
    )


@chapter.page("/people/<int:person_id>/roles", for_=OPERATORS)
def ask_for_roles(_actor: Actor, person_id: int) -> Response:
    """What would be given and taken, to be confirmed."""
    return _roles(queries.person(person_id), forms.read_roles(request.args), {}, 200)


@chapter.page("/people/<int:person_id>/roles", for_=OPERATORS, methods=("POST",))
def give_roles(actor: Actor, person_id: int) -> Response:
    roles, now = forms.read_roles(request.form), utcnow()
    found = queries.person(person_id)
    try:
        if "operator" in roles and not found.is_operator:
            proof = forms.read_proof(request.form, has_second_factor=person_here().has_second_factor)
            proving.in_full(person_here(), current=proof.current, code=proof.code, now=now)
    except FormInvalid as error:
        return _roles(queries.person(person_id), roles, error.errors, 422)
    except TooManyTries as error:
        return _roles(queries.person(person_id), roles, {"current": str(error)}, 429)
    with transaction():
        change_roles(
            person_id=person_id,
            roles=roles,
            seen=forms.read_roles(request.form, "seen"),
            by_id=actor.person_id,
            now=now,
        )
    flash(_("The roles are as you see them below."))
    return redirect(url_for("desk.people.person", person_id=person_id), 303)


def _roles(found: Person, wanted: Collection[str], errors: Mapping[str, str], status: int) -> Response:
    given = [role for role in wanted if role not in found.roles]
    taken = [role for role in ROLES if role in found.roles and role not in wanted]
    page = render_template(
        "desk/people/roles.html",
        person=found,
        own=person_here(),
        wanted=wanted,
        given=[(ROLE_LABELS[role], ROLE_NOTES[role]) for role in given],
        taken=[(ROLE_LABELS[role], ROLE_NOTES[role]) for role in taken],
        is_asked_again="operator" in given,
        errors=errors,
    )
    return make_response(page, status)


@chapter.page("/people/<int:person_id>/sign-out", for_=OPERATORS, methods=("POST",))
def sign_out(_actor: Actor, person_id: int) -> Response:
    queries.person(person_id)
    with transaction():
        sessions.end_all(person_id=person_id, but=None, now=utcnow())
    flash(_("Signed out everywhere."))
    return redirect(url_for("desk.people.person", person_id=person_id), 303)
