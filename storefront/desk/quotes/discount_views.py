"""What each seller takes off its prices when a firm buys many, and how many of its units are held for quotes."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...core.database import transaction
from ...core.errors import FormInvalid
from ...fleet.allocation.tiers import MOST_TIERS, replace_tiers, tiers_of
from ..access import SELLERS, TRADERS, Actor
from . import discounts
from .chapter import chapter
from .discount_forms import fields_of, read_tiers


@chapter.page("/quotes/discounts", for_=SELLERS)
def discounts_of(actor: Actor) -> Response:
    """Who has one seller is led to it."""
    sellers = discounts.sellers_in(actor.scope)
    if len(sellers) == 1:
        return redirect(url_for("desk.quotes.discount", seller_id=sellers[0].id), 303)
    return make_response(render_template("desk/quotes/discounts.html", sellers=sellers))


@chapter.page("/quotes/discounts/<int:seller_id>", for_=SELLERS)
def discount(actor: Actor, seller_id: int) -> Response:
    name = discounts.seller_named(actor.scope, seller_id)
    return _page(actor, seller_id, name, fields_of(tiers_of([seller_id]).get(seller_id, ())), {}, 200)


@chapter.page("/quotes/discounts/<int:seller_id>", for_=TRADERS, methods=("POST",))
def change_discount(actor: Actor, seller_id: int) -> Response:
    name = discounts.seller_named(actor.trading, seller_id)
    try:
        tiers = read_tiers(request.form)
    except FormInvalid as invalid:
        return _page(actor, seller_id, name, request.form, invalid.errors, 422)
    with transaction():
        replace_tiers(seller_id, tiers)
    flash(_("Saved. It counts from the next proposal on; what was quoted keeps its prices."))
    return redirect(url_for("desk.quotes.discount", seller_id=seller_id), 303)


def _page(
    actor: Actor,
    seller_id: int,
    name: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int,
) -> Response:
    page = render_template(
        "desk/quotes/discount.html",
        seller_id=seller_id,
        name=name,
        typed=typed,
        rows=range(MOST_TIERS),
        held=discounts.held_of(seller_id),
        may_change=seller_id in actor.trading,
        errors=errors,
    )
    return make_response(page, status)
