"""One device put on sale by hand: what it is, then what is asked for it."""

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from ...catalog.listing import put_on_sale
from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ..access import TRADERS, Actor
from . import new_form, queries
from .chapter import chapter
from .shown import described_grades
from .things import found_by


@chapter.page("/offers/new", for_=TRADERS)
def new(actor: Actor) -> Response:
    """What is it? Without an answer, what may be meant by the words of the address."""
    if any(name in request.args for name in ("model", "product", "own")):
        return _form(actor, {}, 200)
    words = new_form.sought_words(request.args)
    found = found_by(words) if words else []
    return make_response(render_template("desk/offers/what.html", words=words, found=found))


@chapter.page("/offers/new", for_=TRADERS, methods=("POST",))
def add(actor: Actor) -> AnyResponse:
    thing, now = new_form.thing_in(request.form), utcnow()
    if thing is None:
        return redirect(url_for("desk.offers.new"), 303)
    try:
        cells = new_form.read_new(request.form, thing, queries.traders(actor.trading), now=now)
        with transaction():
            offer_id = put_on_sale(cells, settings=current_settings(), now=now, by=actor.person_id)
    except FormInvalid as error:
        return _form(actor, error.errors, 422)
    flash(_("It is on sale."))
    return redirect(url_for("desk.offers.offer", offer_id=offer_id), 303)


def _form(actor: Actor, errors: dict[str, str], status: int) -> Response:
    thing = new_form.thing_in(request.values)
    if thing is None:
        raise NotFound
    page = render_template(
        "desk/offers/new.html",
        thing=thing,
        typed=request.values,
        errors=errors,
        sellers=[(str(key), name) for key, _slug, name in queries.traders(actor.trading)],
        categories=queries.category_names(),
        grades=described_grades(),
        vat_scheme=current_settings().vat.scheme,
    )
    return make_response(page, status)
