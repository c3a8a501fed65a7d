"""The pages of a customer's account: orders, guarantees, addresses, data."""

from collections.abc import Mapping

from flask import (
    Blueprint,
    Response,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from ..accounts import addresses as address_book
from ..accounts import known, proving
from ..accounts.current import leave, person_here, signed_in
from ..accounts.errors import AccountRefused, TooManyTries
from ..accounts.forms import bounded
from ..config import current_settings
from ..core.clock import utcnow
from ..core.database import transaction
from ..core.errors import FormInvalid
from ..core.ratelimit import limit
from ..fleet.quotes.queries import of_person as quotes_of_person
from ..fleet.quotes.shown import quote_page_of
from ..fleet.quotes.tokens import token_of
from ..house.running import current_house
from ..orders import belonging
from ..orders.queries import by_id, of_person
from ..orders.shown import shown
from . import actions, claims, forms
from .everything import everything
from .guarantees import covered

bp = Blueprint("personal", __name__, url_prefix="/account")

# Mails about one order in an hour, whoever asks for them.
_CLAIMS = 3


@bp.get("/orders")
@signed_in
def orders() -> str:
    person, now = person_here(), utcnow()
    page = of_person(person.id, request.args.get("page", ""))
    return render_template(
        "personal/orders.html",
        page=page.showing(lambda order: shown(order, now=now)),
        nobodys=belonging.nobodys(person.email),
        email=person.email,
    )


@bp.post("/orders/adopt")
@signed_in
def adopt() -> Response:
    person = person_here()
    with transaction():
        belonging.adopt(person_id=person.id, email=person.email)
    return _to("personal.orders")


@bp.get("/orders/claim")
@signed_in
def claim() -> Response:
    return _claim({}, {}, 200)


@bp.post("/orders/claim")
@signed_in
def send_claim() -> Response:
    """The answer never tells whether there is such an order."""
    limit("claims", per_hour=current_settings().limits.lookups)
    try:
        number = forms.read_number(request.form)
    except FormInvalid as error:
        return _claim(request.form, error.errors, 422)
    # By number, whether there is such an order or not: counted by its mailbox, the refusal would tell.
    limit("claim of an order", per_hour=_CLAIMS, whom="".join(filter(str.isalnum, number.upper())))
    person = person_here()
    with transaction():
        actions.ask_for_order(number=number, person=person, now=utcnow())
    flash(
        _(
            "If there is an order %(number)s in nobody's account, a link is on its way to the mailbox it was placed "
            "with.",
            number=number,
        )
    )
    return _to("personal.orders")


def _claim(values: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    return make_response(render_template("personal/claim.html", values=values, errors=errors), status)


@bp.get("/orders/claim/<token>")
@signed_in
def claimed(token: str) -> str:
    """A link alone changes nothing: mail readers open links, too."""
    order = by_id(_claim_of(token).order_id)
    return render_template(
        "personal/claimed.html", number=order.number, token=token, email=person_here().email
    )


@bp.post("/orders/claim/<token>")
@signed_in
def take(token: str) -> Response:
    found = _claim_of(token)
    with transaction():
        belonging.claim(order_id=found.order_id, person_id=found.person_id)
    flash(_("The order is in your account now."))
    return _to("personal.orders")


def _claim_of(token: str) -> claims.Claim:
    """The claim in a link, if it is of whoever is signed in."""
    found = claims.read(token)
    if found is None or found.person_id != person_here().id:
        raise NotFound
    return found


@bp.get("/guarantees")
@signed_in
def guarantees() -> str:
    return render_template("personal/guarantees.html", covered=covered(person_here().id, now=utcnow()))


@bp.get("/quotes")
@signed_in
def quotes() -> str:
    now = utcnow()
    page = quotes_of_person(person_here().id, request.args.get("page", ""))
    shown_quotes = page.showing(lambda found: (quote_page_of(found, now=now), token_of(found.nonce)))
    return render_template("personal/quotes.html", page=shown_quotes)


@bp.get("/addresses")
@signed_in
def addresses() -> str:
    return render_template("personal/addresses.html", addresses=address_book.of_person(person_here().id))


@bp.route("/addresses/new", methods=["GET", "POST"])
@signed_in
def new_address() -> Response:
    person = person_here()
    if request.method == "GET":
        return _address({"name": person.name, "country": current_settings().shop.country}, {}, 200)
    try:
        values = forms.read_address(request.form)
    except FormInvalid as error:
        return _address(request.form, error.errors, 422)
    with transaction():
        address_book.keep(person_id=person.id, values=values, now=utcnow())
    return _to("personal.addresses")


@bp.route("/addresses/<int:address_id>", methods=["GET", "POST"])
@signed_in
def address(address_id: int) -> Response:
    person_id = person_here().id
    found = address_book.of_person_by_id(person_id, address_id)
    if request.method == "GET":
        return _address(address_book.values_of(found), {}, 200, address_id)
    try:
        values = forms.read_address(request.form)
    except FormInvalid as error:
        return _address(request.form, error.errors, 422, address_id)
    with transaction():
        address_book.change(person_id=person_id, address_id=address_id, values=values, now=utcnow())
    return _to("personal.addresses")


def _address(
    values: Mapping[str, str], errors: Mapping[str, str], status: int, address_id: int | None = None
) -> Response:
    page = render_template(
        "personal/address.html",
        values=values,
        errors=errors,
        address_id=address_id,
        countries=current_house().tariff.countries,
    )
    return make_response(page, status)


@bp.post("/addresses/<int:address_id>/forget")
@signed_in
def forget_address(address_id: int) -> Response:
    person_id = person_here().id
    with transaction():
        address_book.forget(person_id=person_id, address_id=address_id)
    return _to("personal.addresses")


@bp.get("/data")
@signed_in
def data() -> Response:
    return _data({}, 200)


@bp.get("/data.json")
@signed_in
def take_data() -> Response:
    response = jsonify(everything(person_here(), now=utcnow()))
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/close")
@signed_in
def close() -> Response:
    person, now = person_here(), utcnow()
    try:
        proving.again(person, bounded(forms.read_goodbye(request.form)), now=now)
        with transaction():
            actions.close(person_id=person.id, now=now)
    except FormInvalid as error:
        return _data(error.errors, 422)
    except TooManyTries as error:
        return _data({"current": str(error)}, 429)
    except AccountRefused as refused:
        return _data({"current": str(refused)}, 409)
    return leave(make_response(render_template("personal/goodbye.html")), keeping=known.COOKIE)


def _data(errors: Mapping[str, str], status: int) -> Response:
    return make_response(render_template("personal/data.html", errors=errors), status)


def _to(endpoint: str) -> Response:
    return make_response(redirect(url_for(endpoint), 303))
