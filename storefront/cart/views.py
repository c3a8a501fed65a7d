"""The cart's page, and the three things that can be done with it."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, make_response, redirect, request, session, url_for

from ..core import htmx
from ..core.clock import utcnow
from ..core.csrf import public_form
from ..core.database import transaction
from ..core.errors import FormInvalid
from . import actions, forms, queries, visitor
from .errors import CartRefused

bp = Blueprint("cart", __name__)


@bp.get("/cart")
def show() -> Response:
    return _page(visitor.token())


@bp.post("/cart/add")
@public_form
def add() -> Response:
    token = visitor.token() or visitor.new_token()
    try:
        form = forms.read_add(request.form)
        with transaction():
            actions.add(token=token, offer_id=form.offer_id, quantity=form.quantity, now=utcnow())
    except (FormInvalid, CartRefused) as error:
        return _refused(error)
    visitor.remember(token)
    return _done(token)


@bp.post("/cart/change")
def change() -> Response:
    return _changed(forms.read_change)


@bp.post("/cart/remove")
def remove() -> Response:
    return _changed(forms.read_remove)


def renew(_app: object, **_user: object) -> None:
    """Somebody has signed in: whoever put this browser's cart into it, or has copied it, looks into it no more."""
    token = visitor.token()
    if token is None:
        return
    new = visitor.new_token()
    with transaction():
        actions.renew(token=token, new=new)
    visitor.remember(new)


def _changed(read: Callable[[Mapping[str, str]], forms.ChangeForm]) -> Response:
    token = visitor.token()
    try:
        form = read(request.form)
        with transaction():
            actions.change(
                token=token, line_id=form.line_id, quantity=form.quantity, seen=form.seen, now=utcnow()
            )
    except (FormInvalid, CartRefused) as error:
        return _refused(error)
    return _done(token)


def _done(token: str | None) -> Response:
    count = queries.cart_view(token).units
    return visitor.keep_count(make_response(redirect(url_for("cart.show"), 303)), count)


def _refused(error: FormInvalid | CartRefused) -> Response:
    """The cart as it is, with the reason on top: 422 for what can't be read, 409 for what can't be done."""
    invalid = isinstance(error, FormInvalid)
    sentence = " ".join(error.errors.values()) if isinstance(error, FormInvalid) else str(error)
    return _page(visitor.token(), refused=sentence, status=422 if invalid else 409)


def _page(token: str | None, *, refused: str = "", status: int = 200) -> Response:
    cart = queries.cart_view(token)
    country, zone = visitor.destination()
    response = htmx.page(
        "cart/cart.html",
        piece="cart/_cart.html",
        target="cart",
        cart=cart,
        country=country,
        shipping=cart.shipping_to(zone),
        refused=refused,
        last_order=session.get("last_order"),
    )
    # htmx 1.9 throws away the body of a 4xx answer: a swapped piece carries its sentence as a success.
    response.status_code = 200 if htmx.wants_piece("cart") else status
    return visitor.keep_count(response, cart.units)
