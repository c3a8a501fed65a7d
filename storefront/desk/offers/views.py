"""The list of offers, and one of them: seen, edited in place, taken off sale."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ...catalog import offering
from ...catalog.errors import OfferChanged
from ...catalog.models import Offer
from ...catalog.offer_terms_form import read_changes
from ...config import current_settings
from ...core import htmx
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ..access import SELLERS, TRADERS, Actor
from . import forms, queries
from .chapter import chapter
from .shown import choices, conflicts, grades, list_url, offer_page, offer_row, refilled


@chapter.page("/offers", for_=SELLERS)
def show(actor: Actor) -> str:
    filters = forms.read_filters(request.args)
    page = queries.offers_page(actor.scope, filters, now=utcnow(), cursor=request.args.get("at", ""))
    kept = forms.parameters(filters)
    return render_template(
        "desk/offers/list.html",
        page=page.showing(lambda found: offer_row(found.Offer, actor)),
        filters=filters,
        kept=kept,
        narrowed=bool(kept.keys() - {"q"}),
        choices=choices(actor),
        listed=request.query_string.decode("ascii", "ignore"),
        trades=actor.belongs_to(TRADERS),
    )


@chapter.page("/offers/<int:offer_id>", for_=SELLERS)
def offer(actor: Actor, offer_id: int) -> str:
    page = offer_page(queries.offer_in(actor.scope, offer_id), actor)
    return render_template("desk/offers/offer.html", page=page, grades=grades())


@chapter.page("/offers/<int:offer_id>", for_=TRADERS, methods=("POST",))
def edit(actor: Actor, offer_id: int) -> AnyResponse:
    errors: dict[str, str]
    try:
        changes = read_changes(request.form, currency=current_settings().shop.currency)
        with transaction():
            queries.offer_in(actor.trading, offer_id)
            offering.edit_offer(offer_id, changes, by=actor.person_id, now=utcnow())
    except FormInvalid as error:
        return _again(queries.offer_in(actor.trading, offer_id), actor, error.errors, 422)
    except OfferChanged as error:
        errors = conflicts(error.theirs, request.form)
        return _again(queries.offer_in(actor.trading, offer_id), actor, errors, 409)
    if htmx.wants_piece(f"o-{offer_id}"):
        row = offer_row(queries.offer_in(actor.trading, offer_id), actor)
        return _row(row, saved=True)
    return redirect(_back(offer_id), 303)


@chapter.page("/offers/<int:offer_id>/off-sale", for_=TRADERS, methods=("POST",))
def off_sale(actor: Actor, offer_id: int) -> AnyResponse:
    with transaction():
        queries.offer_in(actor.trading, offer_id)
        offering.take_off_sale(offer_id, now=utcnow())
    return redirect(url_for("desk.offers.offer", offer_id=offer_id), 303)


def _again(offer: Offer, actor: Actor, errors: dict[str, str], status: int) -> Response:
    """What was typed, with what is wrong with it or what somebody else made of it meanwhile."""
    form = refilled(offer, request.form, errors)
    if htmx.wants_piece(f"o-{offer.id}"):
        # htmx 1.9 throws away the body of a 4xx answer: a swapped piece carries its sentence as a success.
        return _row(offer_row(offer, actor, form), saved=False)
    page = offer_page(offer, actor, form)
    shown = render_template("desk/offers/offer.html", page=page, grades=grades(), taken=status == 409)
    return make_response(shown, status)


def _row(row: object, *, saved: bool) -> Response:
    return make_response(
        render_template("desk/offers/_row.html", row=row, listed=request.form.get("listed", ""), saved=saved)
    )


def _back(offer_id: int) -> str:
    """To the list that the form stood on, or to the offer's own page."""
    if "listed" not in request.form:
        return url_for("desk.offers.offer", offer_id=offer_id)
    fields = forms.listed(request.form["listed"])
    return f"{list_url(forms.read_filters(fields), fields.get('at', ''))}#o-{offer_id}"
