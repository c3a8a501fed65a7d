"""Many offers changed at once: looked at first, then all of them or none."""

from collections.abc import Sequence

from flask import Response, flash, make_response, redirect, render_template, request
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from ...catalog import offering
from ...catalog.bulk import BulkPlan, planned
from ...catalog.errors import OfferChanged
from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ..access import TRADERS, Actor
from . import forms, queries
from .chapter import chapter
from .shown import bulk_page, list_url


@chapter.page("/offers/bulk", for_=TRADERS, methods=("POST",))
def preview(actor: Actor) -> Response:
    try:
        plan = _plan(actor, _form())
        offering.check(plan)
    except FormInvalid as error:
        return _page(None, error.errors, "", 422)
    except OfferChanged as error:
        return _page(None, {}, str(error), 409)
    return _page(plan, {}, "", 200)


@chapter.page("/offers/bulk/apply", for_=TRADERS, methods=("POST",))
def apply(actor: Actor) -> AnyResponse:
    try:
        form = _form()
        with transaction():
            ids = [row.id for row in _rows(actor, form)]
            offering.lock_offers(ids)
            # Read again, now that nobody else changes them.
            plan = planned(form.change, queries.chosen_offers(actor.trading, ids))
            seen = request.form.get("seen", "")
            count = offering.change_many(plan, seen=seen, by=actor.person_id, now=utcnow())
    except FormInvalid as error:
        return _page(None, error.errors, "", 422)
    except OfferChanged as error:
        return _page(None, {}, str(error), 409)
    flash(ngettext("One offer was changed.", "%(num)s offers were changed.", count))
    return redirect(list_url(form.filters), 303)


def _form() -> forms.BulkForm:
    return forms.read_bulk(request.form, currency=current_settings().shop.currency)


def _rows(actor: Actor, form: forms.BulkForm) -> Sequence[queries.Chosen]:
    if form.ids is None:
        return queries.filtered_offers(actor.trading, form.filters, now=utcnow())
    return queries.chosen_offers(actor.trading, form.ids)


def _plan(actor: Actor, form: forms.BulkForm) -> BulkPlan:
    return planned(form.change, _rows(actor, form))


def _page(plan: BulkPlan | None, errors: dict[str, str], refused: str, status: int) -> Response:
    page = bulk_page(plan, request.form)
    return make_response(
        render_template("desk/offers/bulk.html", page=page, errors=errors, refused=refused), status
    )
