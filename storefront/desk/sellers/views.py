"""The sellers: their list, one of them with its quality, what is said of it, its standing, its people."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as AnyResponse

from ...catalog.rules import TURN_SHARE
from ...config import current_settings
from ...core import i18n
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...core.ratelimit import limit
from ...orders.labels import country_name
from ...sellers import actions, invitations, members
from ...sellers import forms as seller_forms
from ...sellers import queries as seller_queries
from ...sellers.errors import SellerRefused
from ...sellers.models import Seller
from ...sellers.rules import ENOUGH_LINES, moves_from, stars
from ...sellers.standings import change_standing
from ..access import OPERATORS, SELLERS, TRADERS, Actor, Chapter
from . import forms, queries, shown

# Invitations to one address in an hour, whoever sends them: nobody's mailbox is filled through us.
_TO_ONE_MAILBOX = 3

chapter = Chapter("sellers", __name__, label=lazy_gettext("Sellers"), home="sellers", for_=SELLERS)


@chapter.page("/sellers", for_=SELLERS)
def sellers(actor: Actor) -> str | AnyResponse:
    filters = forms.read_filters(request.args)
    if not actor.is_operator and len(actor.seller_ids) == 1:
        return redirect(url_for("desk.sellers.seller", seller_id=min(actor.seller_ids)), 303)
    page = queries.sellers_page(actor.scope, filters, cursor=request.args.get("at", ""), now=utcnow())
    return render_template("desk/sellers/list.html", page=page, filters=filters, **_words())


@chapter.page("/sellers/<int:seller_id>", for_=SELLERS)
def seller(actor: Actor, seller_id: int) -> str:
    found = queries.seller(actor.scope, seller_id)
    return render_template(
        "desk/sellers/seller.html",
        seller=found,
        quality=shown.quality(found, today=utcnow().date()),
        country=country_name(found.country),
        log=seller_queries.standing_log(seller_id),
        **_words(),
    )


@chapter.page("/sellers/<int:seller_id>/record", for_=SELLERS)
def record(actor: Actor, seller_id: int) -> str:
    found = queries.seller(actor.scope, seller_id)
    page = seller_queries.bad_entries(seller_id, today=utcnow().date(), cursor=request.args.get("at", ""))
    numbers = queries.order_numbers(actor.scope, [row.reference for row in page.rows])
    return render_template("desk/sellers/record.html", seller=found, page=page, numbers=numbers, **_words())


@chapter.page("/sellers/new", for_=OPERATORS)
def new(_actor: Actor) -> Response:
    values = {"handling_days": 2, "guarantee_months": 12, "country": current_settings().shop.country}
    return _new(values, {}, 200)


@chapter.page("/sellers/new", for_=OPERATORS, methods=("POST",))
def create(_actor: Actor) -> AnyResponse:
    try:
        form = seller_forms.read_new(request.form)
        with transaction():
            made = actions.create_seller(form.seller, slug=form.slug, now=utcnow()).id
    except FormInvalid as error:
        return _new(request.form, error.errors, 422)
    flash(_("Here it is. Next: invite its people."))
    return redirect(url_for("desk.sellers.seller", seller_id=made), 303)


def _new(values: Mapping[str, object], errors: Mapping[str, str], status: int) -> Response:
    page = render_template("desk/sellers/edit.html", seller=None, values=values, errors=errors)
    return make_response(page, status)


@chapter.page("/sellers/<int:seller_id>/edit", for_=SELLERS)
def edit(actor: Actor, seller_id: int) -> Response:
    found = queries.seller(actor.scope, seller_id)
    return _edit(found, {**vars(found), "seen": found.version}, {}, 200)


@chapter.page("/sellers/<int:seller_id>/identity", for_=OPERATORS, methods=("POST",))
def change_identity(actor: Actor, seller_id: int) -> AnyResponse:
    return _change(actor, seller_id, seller_forms.read_seller)


@chapter.page("/sellers/<int:seller_id>/details", for_=SELLERS, methods=("POST",))
def change_details(actor: Actor, seller_id: int) -> AnyResponse:
    return _change(actor, seller_id, seller_forms.read_details)


def _change(actor: Actor, seller_id: int, read: seller_forms.Reader) -> AnyResponse:
    found = queries.seller(actor.scope, seller_id)
    try:
        form = read(request.form)
    except FormInvalid as error:
        return _edit(found, request.form, error.errors, 422)
    try:
        with transaction():
            actions.edit_seller(form, seller_id=seller_id, seen=forms.read_version(request.form))
    except SellerRefused as error:
        # What was typed stays, beside the version of today: the other's changes are seen before it is sent again.
        found = queries.seller(actor.scope, seller_id)
        return _edit(found, {**asdict(form), "seen": found.version}, {"overtaken": str(error)}, 409)
    flash(_("Saved."))
    return redirect(url_for("desk.sellers.seller", seller_id=seller_id), 303)


def _edit(found: Seller, values: Mapping[str, object], errors: Mapping[str, str], status: int) -> Response:
    page = render_template("desk/sellers/edit.html", seller=found, values=values, errors=errors)
    return make_response(page, status)


@chapter.page("/sellers/<int:seller_id>/standing", for_=OPERATORS)
def standing(actor: Actor, seller_id: int) -> Response:
    found = queries.seller(actor.scope, seller_id)
    return _standing(found, {"seen": found.version}, {}, 200)


@chapter.page("/sellers/<int:seller_id>/standing", for_=OPERATORS, methods=("POST",))
def change(actor: Actor, seller_id: int) -> AnyResponse:
    found = queries.seller(actor.scope, seller_id)
    try:
        form = seller_forms.read_standing(request.form)
    except FormInvalid as error:
        return _standing(found, request.form, error.errors, 422)
    with transaction():
        change_standing(
            seller_id=seller_id,
            move=form.move,
            reason=form.reason,
            seen=forms.read_version(request.form),
            person_id=actor.person_id,
            now=utcnow(),
        )
    flash(_("Done. The seller is told by mail."))
    return redirect(url_for("desk.sellers.seller", seller_id=seller_id), 303)


def _standing(
    found: Seller, values: Mapping[str, object], errors: Mapping[str, str], status: int
) -> Response:
    page = render_template(
        "desk/sellers/standing.html",
        seller=found,
        quality=shown.quality(found, today=utcnow().date()),
        moves=[(move, *shown.MOVES[move]) for move in moves_from(found.standing)],
        log=seller_queries.standing_log(found.id),
        values=values,
        errors=errors,
        **_words(),
    )
    return make_response(page, status)


@chapter.page("/sellers/<int:seller_id>/people", for_=SELLERS)
def people(actor: Actor, seller_id: int) -> Response:
    return _people(queries.seller(actor.scope, seller_id), {}, {}, 200)


@chapter.page("/sellers/<int:seller_id>/people", for_=TRADERS, methods=("POST",))
def invite(actor: Actor, seller_id: int) -> AnyResponse:
    found = queries.seller(actor.trading, seller_id)
    try:
        email = seller_forms.read_email(request.form)
    except FormInvalid as error:
        return _people(found, request.form, error.errors, 422)
    limit("invite", per_hour=current_settings().limits.codes, whom=str(seller_id))
    limit("invitation to a mailbox", per_hour=_TO_ONE_MAILBOX, whom=email)
    with transaction():
        invitations.invite(
            seller_id=seller_id,
            email=email,
            language=i18n.language(),
            person_id=actor.person_id,
            now=utcnow(),
        )
    flash(_("The invitation is on its way to %(email)s.", email=email))
    return redirect(url_for("desk.sellers.people", seller_id=seller_id), 303)


@chapter.page("/sellers/<int:seller_id>/people/<int:person_id>/remove", for_=TRADERS, methods=("POST",))
def remove(actor: Actor, seller_id: int, person_id: int) -> AnyResponse:
    queries.seller(actor.trading, seller_id)
    queries.member_there(seller_id, person_id)
    with transaction():
        members.remove(person_id=person_id, seller_id=seller_id, by_id=actor.person_id, now=utcnow())
    flash(_("Taken away: it opens nothing of this seller's any more."))
    return redirect(url_for("desk.sellers.people", seller_id=seller_id), 303)


@chapter.page(
    "/sellers/<int:seller_id>/invitations/<int:invitation_id>/withdraw", for_=SELLERS, methods=("POST",)
)
def withdraw(actor: Actor, seller_id: int, invitation_id: int) -> AnyResponse:
    queries.seller(actor.scope, seller_id)
    queries.invitation_there(seller_id, invitation_id)
    with transaction():
        invitations.withdraw(seller_id=seller_id, invitation_id=invitation_id)
    flash(_("The invitation is taken back: its link opens nothing any more."))
    return redirect(url_for("desk.sellers.people", seller_id=seller_id), 303)


def _people(found: Seller, values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    page = render_template(
        "desk/sellers/people.html",
        seller=found,
        members=seller_queries.members_of(found.id),
        invited=invitations.open_invitations(found.id, now=utcnow()),
        values=values,
        errors=errors,
    )
    return make_response(page, status)


def _words() -> dict[str, object]:
    """What the chapter's templates say for what is stored as a code."""
    return {
        "standings": shown.STANDINGS,
        "outcomes": shown.OUTCOMES,
        "percent": shown.percent,
        "stars": stars,
        "newcomers_places": TURN_SHARE,
        "enough_lines": ENOUGH_LINES,
        "cap": current_settings().sellers.probation_units,
    }
