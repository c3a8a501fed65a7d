"""The forms of one order: each is a page of its own, needs no script, and asks twice where there is no way back.

What was typed stays when a form is refused; whoever was overtaken by somebody else sees what happened meanwhile.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from ...accounts.rules import own_page
from ...core import htmx
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...core.money import Money
from ...orders.desk_order import order_for_desk, parcel_for_desk
from ...orders.desk_queries import order_row
from ...orders.errors import OrderRefused
from ...orders.forms import read_seen
from ..access import OPERATORS, SELLERS, Actor
from . import deeds, shown
from .chapter import chapter
from .deeds import Deed, Subject

BOTH = ("GET", "POST")
Find = Callable[[], Subject]


@chapter.page("/orders/parcels/<int:parcel_id>/accept", for_=SELLERS, methods=BOTH)
def accept(actor: Actor, parcel_id: int) -> Response:
    return _answer(actor, deeds.ACCEPT, _parcel(actor, parcel_id))


@chapter.page("/orders/parcels/<int:parcel_id>/ship", for_=SELLERS, methods=BOTH)
def ship(actor: Actor, parcel_id: int) -> Response:
    return _answer(actor, deeds.SHIP, _parcel(actor, parcel_id))


@chapter.page("/orders/parcels/<int:parcel_id>/deliver", for_=SELLERS, methods=BOTH)
def deliver(actor: Actor, parcel_id: int) -> Response:
    return _answer(actor, deeds.DELIVER, _parcel(actor, parcel_id))


@chapter.page("/orders/parcels/<int:parcel_id>/track", for_=SELLERS, methods=BOTH)
def track(actor: Actor, parcel_id: int) -> Response:
    return _answer(actor, deeds.TRACK, _parcel(actor, parcel_id))


@chapter.page("/orders/parcels/<int:parcel_id>/serials", for_=SELLERS, methods=BOTH)
def serials(actor: Actor, parcel_id: int) -> Response:
    return _answer(actor, deeds.SERIALS, _parcel(actor, parcel_id))


@chapter.page("/orders/parcels/<int:parcel_id>/refuse", for_=SELLERS, methods=BOTH)
def refuse(actor: Actor, parcel_id: int) -> Response:
    return _answer(actor, deeds.REFUSE, _parcel(actor, parcel_id))


@chapter.page("/orders/parcels/<int:parcel_id>/take-back", for_=SELLERS, methods=BOTH)
def take_back(actor: Actor, parcel_id: int) -> Response:
    return _answer(actor, deeds.TAKE_BACK, _parcel(actor, parcel_id))


@chapter.page("/orders/parcels/<int:parcel_id>/cancel", for_=OPERATORS, methods=BOTH)
def cancel(actor: Actor, parcel_id: int) -> Response:
    return _answer(actor, deeds.CANCEL, _parcel(actor, parcel_id))


@chapter.page("/orders/parcels/<int:parcel_id>/refund", for_=OPERATORS, methods=BOTH)
def refund(actor: Actor, parcel_id: int) -> Response:
    return _answer(actor, deeds.REFUND, _parcel(actor, parcel_id))


@chapter.page("/orders/<number>/pay", for_=OPERATORS, methods=BOTH)
def pay(actor: Actor, number: str) -> Response:
    return _answer(actor, deeds.PAY, _order(actor, number))


@chapter.page("/orders/<number>/unpay", for_=OPERATORS, methods=BOTH)
def unpay(actor: Actor, number: str) -> Response:
    return _answer(actor, deeds.UNPAY, _order(actor, number))


@chapter.page("/orders/<number>/pay-back", for_=OPERATORS, methods=BOTH)
def pay_back(actor: Actor, number: str) -> Response:
    return _answer(actor, deeds.PAY_BACK, _order(actor, number))


@chapter.page("/orders/<number>/cancel", for_=OPERATORS, methods=BOTH)
def cancel_all(actor: Actor, number: str) -> Response:
    return _answer(actor, deeds.CANCEL_ALL, _order(actor, number))


@chapter.page("/orders/<number>/note", for_=SELLERS, methods=BOTH)
def note(actor: Actor, number: str) -> Response:
    return _answer(actor, deeds.NOTE, _order(actor, number))


def _parcel(actor: Actor, parcel_id: int) -> Find:
    def find() -> Subject:
        sellers = actor.scope.seller_ids
        number = parcel_for_desk(sellers, parcel_id).order.number
        found = order_for_desk(sellers, number, now=utcnow())
        return Subject(found, next(parcel for parcel in found.parcels if parcel.id == parcel_id))

    return find


def _order(actor: Actor, number: str) -> Find:
    return lambda: Subject(order_for_desk(actor.scope.seller_ids, number, now=utcnow()), None)


def _answer(actor: Actor, deed: Deed, find: Find) -> Response:
    """A form to fill in; to put right (422); to confirm; refused, with what happened meanwhile (409); or done (303)."""
    subject, typed = find(), request.form
    if request.method == "GET":
        return _page(actor, deed, subject, seen=subject.version)
    seen = read_seen(typed)
    try:
        act = deed.read(typed, subject)
    except FormInvalid as invalid:
        return _page(actor, deed, subject, seen=seen, status=422, errors=invalid.errors)
    asks = deed.confirmed or deed.doubtful(subject, act)
    if asks and typed.get("step") != "confirm":
        return _page(actor, deed, subject, seen=seen, step="confirm", given=act.keywords)
    try:
        with transaction():
            act(by=actor.who, now=utcnow(), seen=seen)
    except OrderRefused as error:
        subject = find()
        missed = shown.log(subject.found, since=seen) if seen else ()
        return _page(
            actor, deed, subject, seen=subject.version, status=409, refused=str(error), missed=missed
        )
    return _done(actor, deed, find)


def _page(
    actor: Actor,
    deed: Deed,
    subject: Subject,
    *,
    seen: int,
    status: int = 200,
    **said: Any,
) -> Response:
    """The form's page; `said` is what else there is to say of it (`deed.html` lists it)."""
    possible = (
        shown.parcel_deeds(subject.parcel, actor.who)
        if subject.parcel
        else shown.order_deeds(subject.found, actor.who)
    )
    page = render_template(
        "desk/orders/deed.html",
        deed=deed,
        found=subject.found,
        parcel=subject.parcel,
        seen=seen,
        typed=request.form,
        possible=deed.name in possible,
        at_provider=shown.paid_at_provider(subject.found),
        left=partial(Money, currency=subject.found.order.currency),
        **{"step": "fill", "errors": {}, "given": {}, "refused": "", "missed": (), **said},
    )
    return make_response(page, status)


def _done(actor: Actor, deed: Deed, find: Find) -> Response:
    """Back to where the form stood; or only what it changed, where the page swaps that."""
    sellers, now = actor.scope.seller_ids, utcnow()
    if deed is deeds.ACCEPT and htmx.wants_piece(f"order-{find().found.order.id}"):
        row = order_row(sellers, find().found.order.id, now=now)
        acceptable = shown.acceptable([row], actor.who)
        accepted = find().one.id
        return make_response(
            render_template("desk/orders/_row.html", row=row, acceptable=acceptable, accepted_now=accepted)
        )
    if deed is deeds.NOTE and htmx.wants_piece("log"):
        page = shown.order_page(find().found, actor)
        return make_response(render_template("desk/orders/_log.html", page=page))
    flash(str(deed.done))
    order = url_for("desk.orders.show", number=find().found.order.number)
    return htmx.go(own_page(request.form.get("back", "")) or order)
