"""The list of orders, one order, what is done to many at once, papers, and records as files."""

from flask import Response as FlaskResponse
from flask import flash, make_response, redirect, render_template, request, stream_with_context, url_for
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ...core import htmx
from ...core.clock import shop_day, utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...orders import actions
from ...orders.desk_order import invoice_for_desk, order_for_desk, parcel_for_desk
from ...orders.desk_queries import needs, orders_page
from ...orders.errors import OrderRefused
from ...orders.exports import export
from ...orders.papers import invoice_pdf, slip_pdf, slips_pdf
from ..access import SELLERS, Actor
from . import forms, queries, shown
from .chapter import chapter


@chapter.page("/orders", for_=SELLERS)
def index(actor: Actor) -> Response:
    filters, sellers, now = forms.read_filters(request.args), actor.scope.seller_ids, utcnow()
    page = orders_page(sellers, filters, request.args.get("at", ""), now=now)
    return htmx.page(
        "desk/orders/index.html",
        piece="desk/orders/_list.html",
        target="results",
        page=page,
        filters=filters,
        counts=needs(sellers, now=now),
        sellers=queries.sellers() if actor.is_operator else [],
        acceptable=shown.acceptable(page.rows, actor.who),
    )


@chapter.page("/orders/accept", for_=SELLERS, methods=("POST",))
def accept_many(actor: Actor) -> Response:
    """Each in a transaction of its own: one that somebody has cancelled meanwhile keeps none of the others waiting."""
    try:
        chosen = forms.read_selected(request.form)
    except FormInvalid as invalid:
        page = render_template("desk/orders/nothing_ticked.html", sentence=invalid.errors["parcel"])
        return make_response(page, 422)
    for parcel_id, _seen in chosen:
        parcel_for_desk(actor.scope.seller_ids, parcel_id)
    accepted = sum(_accepted(actor, parcel_id, seen) for parcel_id, seen in chosen)
    said = ngettext("One parcel accepted.", "%(num)s parcels accepted.", accepted)
    if overtaken := len(chosen) - accepted:
        left = ngettext(
            "One had changed meanwhile and was left as it is.",
            "%(num)s had changed meanwhile and were left as they are.",
            overtaken,
        )
        said = f"{said} {left}"
    flash(said)
    return redirect(url_for("desk.orders.index", needs="ship"), 303)


def _accepted(actor: Actor, parcel_id: int, seen: int) -> bool:
    try:
        with transaction():
            actions.accept(parcel_id=parcel_id, by=actor.who, now=utcnow(), seen=seen)
    except OrderRefused:
        return False
    return True


@chapter.page("/orders/<number>", for_=SELLERS)
def show(actor: Actor, number: str) -> str:
    found = order_for_desk(actor.scope.seller_ids, number, now=utcnow())
    return render_template("desk/orders/order.html", page=shown.order_page(found, actor))


@chapter.page("/orders/invoices/<number>.pdf", for_=SELLERS)
def invoice(actor: Actor, number: str) -> Response:
    return _pdf(invoice_pdf(invoice_for_desk(actor.scope.seller_ids, number)), number)


@chapter.page("/orders/parcels/<int:parcel_id>/slip.pdf", for_=SELLERS)
def slip(actor: Actor, parcel_id: int) -> Response:
    parcel = parcel_for_desk(actor.scope.seller_ids, parcel_id)
    return _pdf(slip_pdf(parcel), f"{parcel.order.number}-{parcel.id}")


@chapter.page("/orders/slips.pdf", for_=SELLERS)
def slips(actor: Actor) -> Response:
    parcels = queries.parcels_to_send(actor.scope)
    if not parcels:
        return redirect(url_for("desk.orders.index", needs="ship"), 303)
    return _pdf(slips_pdf(parcels), f"slips-{shop_day(utcnow())}")


def _pdf(data: bytes, name: str) -> Response:
    response = make_response(data)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@chapter.page("/orders/exports", for_=SELLERS)
def exports(actor: Actor) -> str:
    return _exports_page(actor, {})


@chapter.page("/orders/exports.csv", for_=SELLERS)
def download(actor: Actor) -> Response:
    try:
        form = forms.read_export(request.args, shop_day(utcnow()))
    except FormInvalid as invalid:
        return make_response(_exports_page(actor, invalid.errors), 422)
    sellers = actor.scope.seller_ids
    if form.seller_id is not None:
        if form.seller_id not in actor.scope:
            raise NotFound
        sellers = frozenset({form.seller_id})
    pieces = export(form.kind, sellers, form.first, form.last)
    name = f"{form.kind}-{form.first}-{form.last}.csv"
    response = FlaskResponse(stream_with_context(pieces), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _exports_page(actor: Actor, errors: dict[str, str]) -> str:
    return render_template(
        "desk/orders/exports.html",
        errors=errors,
        values=request.args,
        months=forms.months_before(shop_day(utcnow())),
        sellers=queries.sellers() if actor.is_operator else [],
    )
