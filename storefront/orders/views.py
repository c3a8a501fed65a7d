"""The order's page for whoever has its link, withdrawal for everybody, and the guarantees in plain words."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from ..config import current_settings
from ..core.clock import utcnow
from ..core.csrf import public_form
from ..core.database import transaction
from ..core.delivery import public
from ..core.errors import FormInvalid
from ..core.ratelimit import limit
from . import actions, forms, queries, withdrawing
from .models import Parcel
from .papers import invoice_pdf
from .rules import CUSTOMER, PROGRESS
from .shown import shown

bp = Blueprint("orders", __name__)


@bp.get("/orders/<token>")
def show(token: str) -> str:
    found = queries.by_token(token)
    return render_template(
        "orders/order.html",
        order=shown(found, now=utcnow()),
        invoices=queries.invoices_of(found.id),
        payment=request.args.get("payment", ""),
    )


@bp.get("/orders/<token>/invoices/<number>.pdf")
def invoice(token: str, number: str) -> Response:
    response = make_response(invoice_pdf(queries.invoice(token, number)))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    return response


@bp.post("/orders/<token>/cancel")
def cancel(token: str) -> Response:
    with transaction():
        actions.cancel(order_id=queries.by_token(token).id, by=CUSTOMER, now=utcnow())
    return _to_order(token)


@bp.post("/orders/<token>/parcels/<int:parcel_id>/received")
def received(token: str, parcel_id: int) -> Response:
    with transaction():
        order = queries.by_token(token)
        if parcel_id not in [parcel.id for parcel in order.parcels]:
            raise NotFound
        actions.deliver(parcel_id=parcel_id, by=CUSTOMER, now=utcnow())
    return _to_order(token)


def _to_order(token: str) -> Response:
    return make_response(redirect(url_for("orders.show", token=token), 303))


@bp.route("/orders/<token>/withdraw", methods=["GET", "POST"])
def withdraw_order(token: str) -> Response:
    """Choose what to withdraw from, look at it once more, confirm."""
    order = queries.by_token(token)
    choices = {line_id for group in _choices(order.parcels) for line_id in group[0]}
    chosen: frozenset[int] = frozenset(choices) if len(choices) == 1 else frozenset()
    error, step = "", "choose"
    if request.method == "POST":
        try:
            chosen = forms.read_lines(request.form, choices)
            step = "confirm" if request.form.get("step") != "confirm" else "done"
        except FormInvalid as invalid:
            error = invalid.errors["line"]
    if step == "done":
        with transaction():
            withdrawing.withdraw(order_id=order.id, line_ids=chosen, now=utcnow())
        return make_response(redirect(url_for("orders.withdrawn", token=token), 303))
    page = render_template(
        "orders/withdraw_order.html",
        order=shown(order, now=utcnow()),
        groups=_choices(order.parcels),
        chosen=chosen,
        step=step,
        error=error,
    )
    return make_response(page, 422 if error else 200)


def _choices(parcels: list[Parcel]) -> list[tuple[list[int], list[str], bool]]:
    """What can be ticked: a whole parcel that was not sent yet, else each line. (line ids, titles, unsent)"""
    groups = []
    for parcel in parcels:
        lines = [line for line in parcel.lines if line.withdrawn_at is None and line.returned_at is None]
        if parcel.status not in PROGRESS or not lines:
            continue
        if withdrawing.is_unsent(parcel):
            groups.append(([line.id for line in lines], [line.title for line in lines], True))
        else:
            groups.extend(([line.id], [line.title], False) for line in lines)
    return groups


@bp.get("/orders/<token>/withdrawn")
def withdrawn(token: str) -> str:
    order = shown(queries.by_token(token), now=utcnow())
    return render_template("orders/withdrawn.html", order=order)


@bp.get("/withdraw")
@public
def withdraw() -> str:
    """Withdrawal without the order's link: by its number and mail address."""
    return render_template("orders/withdraw.html", values={}, errors={}, step="fill")


@bp.post("/withdraw")
@public_form
def send_withdrawal() -> Response:
    """The answer never tells whether there is such an order."""
    limit("withdraw", per_hour=current_settings().limits.lookups)
    try:
        form = forms.read_withdrawal(request.form)
    except FormInvalid as error:
        page = render_template("orders/withdraw.html", values=request.form, errors=error.errors, step="fill")
        return make_response(page, 422)
    if request.form.get("step") != "confirm":
        return make_response(
            render_template("orders/withdraw.html", values=request.form, errors={}, step="confirm")
        )
    now = utcnow()
    with transaction():
        withdrawing.withdraw_by_number(number=form.number, email=form.email, now=now)
    return make_response(render_template("orders/withdrawn.html", order=None, received_at=now))


@bp.get("/guarantee")
@public
def guarantee() -> str:
    return render_template("orders/guarantee.html")
