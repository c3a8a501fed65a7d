"""The people: their list, one of them, roles given and taken after a second look, sessions ended."""

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from ...accounts import sessions
from ...accounts.queries import live_sign_ins
from ...accounts.roles import change_roles
from ...accounts.rules import ROLES
from ...core.clock import utcnow
from ...core.database import transaction
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
def ask_for_roles(_actor: Actor, person_id: int) -> str:
    """What would be given and taken, to be confirmed."""
    found = queries.person(person_id)
    wanted = forms.read_roles(request.args)
    given = [role for role in wanted if role not in found.roles]
    taken = [role for role in ROLES if role in found.roles and role not in wanted]
    return render_template(
        "desk/people/roles.html",
        person=found,
        wanted=wanted,
        given=[(ROLE_LABELS[role], ROLE_NOTES[role]) for role in given],
        taken=[(ROLE_LABELS[role], ROLE_NOTES[role]) for role in taken],
    )


@chapter.page("/people/<int:person_id>/roles", for_=OPERATORS, methods=("POST",))
def give_roles(actor: Actor, person_id: int) -> Response:
    queries.person(person_id)
    with transaction():
        change_roles(
            person_id=person_id,
            roles=forms.read_roles(request.form),
            seen=forms.read_roles(request.form, "seen"),
            by_id=actor.person_id,
            now=utcnow(),
        )
    return redirect(url_for("desk.people.person", person_id=person_id), 303)


@chapter.page("/people/<int:person_id>/sign-out", for_=OPERATORS, methods=("POST",))
def sign_out(_actor: Actor, person_id: int) -> Response:
    queries.person(person_id)
    with transaction():
        sessions.end_all(person_id=person_id, but=None, now=utcnow())
    return redirect(url_for("desk.people.person", person_id=person_id), 303)
