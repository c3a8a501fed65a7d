"""Handing a case over, and the page of each side; neither needs an account."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound, TooManyRequests

from ...accounts.current import current_person
from ...config import current_settings
from ...core import i18n
from ...core.clock import shop_day, utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...core.ratelimit import limit
from ...core.templating import address
from ...orders import queries as orders
from ...orders.units import UnitFacts, unit_by_key
from ..advice.case import Case
from ..advice.cover import cover_of, signed_dates
from ..advice.start import category_shown, complete
from ..front import bp
from ..network.models import Repairer
from ..network.queries import shown_repairer
from ..network.rules import DROP_OFF, MAIL_IN
from . import actions, forms, queries, shown
from .errors import PageClosed, ReferralRefused
from .handing import Asking, check_repairer, takes
from .models import Referral
from .rules import BLANK_AFTER, CUSTOMER, GUARANTEE, NETWORK, REPAIRER, readable_for
from .tokens import token_of

# What one mailbox is written to about, in an hour: whoever fills in the form may give somebody else's.
_OF_A_MAILBOX = 5
# What one side does to a case in an hour: most of it is told to the other by mail.
_OF_A_SIDE = 30
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom the case is to go to: a repairer, or the seller of a unit under guarantee."""

    name: str
    town: str
    ways: tuple[str, ...]
    repairer: Repairer | None
    unit: UnitFacts | None


def _chosen(case: Case) -> Chosen:
    """`NotFound` for a repairer that customers aren't shown, and for a unit that isn't under guarantee."""
    if request.args.get("repairer"):
        repairer = shown_repairer(request.args["repairer"], today=shop_day(utcnow()))
        return Chosen(repairer.name, repairer.city, repairer.ways, repairer, None)
    unit = unit_by_key(case.unit) if case.unit else None
    if unit is None:
        raise NotFound
    return Chosen(unit.seller_name, "", (MAIL_IN, DROP_OFF), None, unit)


@bp.get("/refer")
def refer() -> Response:
    try:
        case = _case()
    except FormInvalid:
        return _start_again()
    chosen = _chosen(case)
    try:
        if chosen.repairer is not None:
            check_repairer(chosen.repairer, case.category, utcnow())
    except ReferralRefused as refused:
        return _refer_page(case, chosen, {}, {}, 409, refused=str(refused))
    return _refer_page(case, chosen, _known(case), {}, 200)


def _with(endpoint: str, args: Fields) -> str:
    return address(url_for(endpoint), list(args.items()))


def _start_again() -> Response:
    """For an address that doesn't say what is broken."""
    return make_response(redirect(_with("repair.start", Case.begun(request.args).args()), 303))


def _case() -> Case:
    return complete(Case.from_args(request.args))[0]


def _known(case: Case) -> Fields:
    """What the shop knows of whoever asks: by the order's link, or by who has signed in."""
    if case.unit:
        order = orders.by_token(case.unit.partition(".")[0])
        return {"name": order.name, "email": order.email, "phone": order.phone}
    person = current_person()
    return {"name": person.name, "email": person.email} if person else {}


@bp.post("/refer")
def send_referral() -> Response:
    try:
        case = _case()
    except FormInvalid:
        return _start_again()
    chosen = _chosen(case)
    try:
        contact = forms.read_contact(request.form, chosen.ways)
        if queries.by_key(contact.key) is None:
            limit("referrals", per_hour=current_settings().limits.lookups)
            limit("referrals of a mailbox", per_hour=_OF_A_MAILBOX, whom=contact.email)
        nonce = _referred(case, chosen, contact)
    except FormInvalid as invalid:
        return _refer_page(case, chosen, request.form, invalid.errors, 422)
    except ReferralRefused as refused:
        return _refer_page(case, chosen, request.form, {}, 409, refused=str(refused))
    except TooManyRequests:
        busy = _("That was a lot in one hour. Please try again a little later; what you typed is still here.")
        return _refer_page(case, chosen, request.form, {}, 429, refused=busy)
    return make_response(redirect(url_for("repair.referral", token=token_of(nonce, CUSTOMER)), 303))


def _referred(case: Case, chosen: Chosen, contact: forms.Contact) -> str:
    """Hand it over; the nonce that the links are made of."""
    person, compared = current_person(), shown.compared_with(case.model_id)
    asking = Asking(contact, i18n.language(), person.id if person else None)
    case = case.but(device=case.device or category_shown(case.category).name)
    repairer_id = chosen.repairer.id if chosen.repairer else None
    with transaction():
        if repairer_id is not None:
            repairer = queries.repairer_by_id(repairer_id)
            made = actions.refer(case=case, asking=asking, repairer=repairer, compared=compared, now=utcnow())
        else:
            made = actions.claim_guarantee(case=case, asking=asking, now=utcnow())
        return made.nonce


def _refer_page(
    case: Case, chosen: Chosen, values: Fields, errors: Fields, status: int, *, refused: str = ""
) -> Response:
    cover = None if chosen.unit else cover_of(case)
    page = render_template(
        "repair/refer.html",
        case=case,
        covered_until=cover.until if cover and cover.runs_on(shop_day(utcnow())) else None,
        device=case.device or category_shown(case.category).name,
        fault=case.known_fault.label,
        chosen=chosen,
        takes=chosen.repairer is None or takes(chosen.repairer, case.category, utcnow()),
        values=values,
        errors=errors,
        refused=refused,
        key=forms.read_key(values) or secrets.token_urlsafe(16),
        back=_with("repair.advice", case.args()),
        others=_with("repair.repairers", case.args()),
        action=_with("repair.refer", request.args),
        readable=readable_for(GUARANTEE if chosen.unit else NETWORK).days,
        forgotten=BLANK_AFTER.days,
    )
    return make_response(page, status)


@bp.errorhandler(PageClosed)
def closed(_error: PageClosed) -> Response:
    words = _("No repair has a page here now. Such pages close a while after the repair has ended.")
    return make_response(render_template("core/error.html", code=404, message=words), 404)


# Each verb of a side: how its form is read, and its action.
Read = Callable[[Fields], dict[str, Any]]


def _nothing(_fields: Fields) -> dict[str, Any]:
    return {}


def _meeting(fields: Fields) -> dict[str, Any]:
    return forms.read_meeting(fields, now=utcnow())


_CUSTOMERS: dict[str, tuple[Read, Callable[..., None]]] = {
    "agree": (_nothing, actions.agree),
    "refuse": (_nothing, actions.refuse),
    "cancel": (_nothing, actions.cancel),
    "rate": (forms.read_rating, actions.rate),
}
_REPAIRERS: dict[str, tuple[Read, Callable[..., None]]] = {
    "accept": (_nothing, actions.accept),
    "decline": (forms.read_reason, actions.decline),
    "propose": (_meeting, actions.propose),
    "quote": (forms.read_quote, actions.quote),
    "end": (forms.read_end, actions.end),
}


@bp.get("/<token>")
def referral(token: str) -> Response:
    return _customer(queries.by_token(token, CUSTOMER, now=utcnow()))


@bp.post("/<token>")
def act(token: str) -> Response:
    return _answer(token, CUSTOMER, _CUSTOMERS)


@bp.get("/for/<token>")
def referral_for(token: str) -> Response:
    return _repairer(queries.by_token(token, REPAIRER, now=utcnow()))


@bp.post("/for/<token>")
def act_for(token: str) -> Response:
    return _answer(token, REPAIRER, _REPAIRERS)


def _answer(token: str, side: str, verbs: Mapping[str, tuple[Read, Callable[..., None]]]) -> Response:
    """The page again with what is wrong (422) or what happened meanwhile (409), or done (303)."""
    found = queries.by_token(token, side, now=utcnow())
    show = _customer if side == CUSTOMER else _repairer
    # In the address, so that each form has one of its own, and the page opens there again.
    if request.args.get("do", "") not in verbs:
        raise NotFound
    read, act = verbs[request.args["do"]]
    limit("answers to a referral", per_hour=_OF_A_SIDE, whom=token)
    try:
        values = read(request.form)
        with transaction():
            act(referral_id=found.id, now=utcnow(), seen=forms.read_seen(request.form), **values)
    except FormInvalid as invalid:
        return show(found, errors=invalid.errors, status=422)
    except ReferralRefused as refused:
        return show(queries.by_token(token, side, now=utcnow()), refused=str(refused), status=409)
    return make_response(
        redirect(url_for("repair.referral" if side == CUSTOMER else "repair.referral_for", token=token), 303)
    )


def _customer(
    found: Referral, *, errors: Fields | None = None, refused: str = "", status: int = 200
) -> Response:
    handed_on, case = queries.next_of(found.id), _case_of(found).args()
    page = render_template(
        "repair/referral.html",
        page=shown.customer_page(found, today=shop_day(utcnow())),
        token=_token(),
        handed_on=token_of(handed_on.nonce, CUSTOMER) if handed_on and handed_on.nonce else "",
        again=_with("repair.repairers", case),
        advice=_with("repair.advice", case),
        typed=request.form,
        errors=errors or {},
        refused=refused,
    )
    return make_response(page, status)


def _token() -> str:
    """The secret in the address of this page."""
    return str((request.view_args or {})["token"])


def _case_of(found: Referral) -> Case:
    """What was handed over, to begin again with."""
    return Case(
        category=found.category,
        model_id=found.model_id,
        device=found.device,
        fault=found.fault,
        place_text=found.place_text,
        country=found.country,
        firm=found.firm,
        covered=signed_dates(found.legal_until, found.seller_until) if found.legal_until else "",
    )


def _repairer(
    found: Referral, *, errors: Fields | None = None, refused: str = "", status: int = 200
) -> Response:
    page = render_template(
        "repair/referral_for.html",
        page=shown.repairer_page(found),
        token=_token(),
        typed=request.form,
        errors=errors or {},
        refused=refused,
        currency=current_settings().shop.currency,
    )
    return make_response(page, status)


@bp.post("/<token>/next")
def to_the_next(token: str) -> Response:
    """One press hands the case to the repairer that the page named."""
    now: datetime = utcnow()
    found = queries.by_token(token, CUSTOMER, now=now)
    repairer_id = shown_repairer(request.form.get("repairer", ""), today=shop_day(utcnow())).id
    way = request.form.get("way", "")
    limit("referrals", per_hour=current_settings().limits.lookups)
    try:
        with transaction():
            repairer = queries.repairer_by_id(repairer_id)
            nonce = actions.hand_on(referral_id=found.id, repairer=repairer, way=way, now=now).nonce
    except ReferralRefused as refused:
        return _customer(queries.by_token(token, CUSTOMER, now=now), refused=str(refused), status=409)
    return make_response(redirect(url_for("repair.referral", token=token_of(nonce, CUSTOMER)), 303))
