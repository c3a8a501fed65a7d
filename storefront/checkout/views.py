"""The checkout page, the way to a payment page, and the provider's webhooks."""

from collections.abc import Mapping
from datetime import datetime

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from ..accounts.current import current_person
from ..cart import queries as carts
from ..cart import visitor
from ..catalog.errors import OutOfStock
from ..config import current_settings
from ..core import i18n
from ..core.clock import utcnow
from ..core.csrf import csrf
from ..core.database import db, transaction
from ..core.errors import FormInvalid
from ..core.ratelimit import limit
from ..orders import queries as orders
from ..sellers.errors import NoRoom
from . import actions, forms
from .address_form import typed
from .errors import CartChanged
from .known import known_of
from .page import checkout_page, possible
from .payments import METHODS, signatures
from .payments.stripe_api import PaymentUnavailable

bp = Blueprint("checkout", __name__)


@bp.get("/checkout")
def show() -> Response:
    known = known_of(current_person())
    return _page(known.fields(request.args.get("address", "")) if known else {})


@bp.post("/checkout")
def order() -> Response:
    ordered = orders.by_key(forms.read_key(request.form) or "")
    if ordered:
        done = ordered.state != "placed"
        return _shown(ordered.token) if done else _to_order(ordered.token, ordered.id, ordered.payment_method)
    cart, person = carts.cart_view(visitor.token()), current_person()
    if not cart.units or "refresh" in request.form:
        return _page(request.form)
    try:
        country = request.form.get("country", "")
        form = forms.read_checkout(request.form, possible(cart, country))
        # Only what would become a new order counts: no slip of the pen, no other delivery, no second press.
        limit("orders", per_hour=current_settings().limits.orders)
        with transaction():
            placed = actions.place(
                cart_token=visitor.token(),
                form=form,
                language=i18n.language(),
                person_id=person.id if person else None,
                now=utcnow(),
            )
            token, order_id = placed.token, placed.id
    except FormInvalid as invalid:
        return _page(request.form, errors=invalid.errors, status=422)
    except (CartChanged, OutOfStock, NoRoom) as refused:
        return _page(request.form, changed=str(refused), status=409)
    except TooManyRequests as busy:
        return _too_many(busy)
    session["last_order"] = token
    return visitor.keep_count(_to_order(token, order_id, form.payment), 0)


def _too_many(busy: TooManyRequests) -> Response:
    """The form as it was filled: nothing of it is lost while its sender waits."""
    sentence = _(
        "Those were many orders within an hour. Nothing is lost: please send this page again a little later."
    )
    response = _page(request.form, changed=sentence, status=429)
    if isinstance(busy.retry_after, datetime):
        response.retry_after = busy.retry_after
    return response


def _page(
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    changed: str = "",
    status: int = 200,
) -> Response:
    cart = carts.cart_view(visitor.token())
    if not cart.units:
        # The cart's page says so, and whether an order was just made of it.
        return _to(url_for("cart.show"))
    country = fields.get("country") or visitor.destination()[0]
    visitor.goes_to(country)
    text = render_template(
        "checkout/checkout.html",
        page=checkout_page(cart, possible(cart, country), fields, country=country),
        values=typed(fields),
        errors=errors or {},
        changed=changed,
        known=known_of(current_person()),
    )
    return make_response(text, status)


def _to(url: str) -> Response:
    return make_response(redirect(url, 303))


def _shown(token: str, payment: str | None = None) -> Response:
    return _to(url_for("orders.show", token=token, payment=payment))


def _to_order(token: str, order_id: int, payment: str) -> Response:
    """To where the order is paid, if it is paid on a page of its own; else to the order."""
    db.session.rollback()
    try:
        url = METHODS[payment].payment_page(order_id)
    except PaymentUnavailable:
        return _shown(token, payment="unavailable")
    return _to(url) if url else _shown(token)


@bp.post("/orders/<token>/pay")
def pay(token: str) -> Response:
    """Once more to the payment page."""
    found = orders.by_token(token)
    return _to_order(token, found.id, found.payment_method)


@bp.post("/webhooks/stripe")
@csrf.exempt
def stripe_webhook() -> Response:
    settings = current_settings().payment
    if "stripe" not in settings.methods:
        abort(404)
    header = request.headers.get("Stripe-Signature", "")
    try:
        event = signatures.read(request.get_data(), header, settings.stripe_webhook_secret, now=utcnow())
        actions.take_event(event, now=utcnow())
    except signatures.Forged:
        return make_response("not a webhook of ours", 400)
    except PaymentUnavailable:
        # Stripe sends it again later.
        return make_response("can't ask back at the moment", 503)
    return make_response("", 204)
