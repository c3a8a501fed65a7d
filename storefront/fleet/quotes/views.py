"""What a firm does on its quote's page: each form has an address of its own, and leads back to the page.

Whoever has the page's link may answer; who has signed in is noted beside.
"""

from collections.abc import Callable

from flask import Response, make_response, redirect, request, url_for

from ...accounts.current import current_person
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid, Refused
from ...core.ratelimit import limit
from ..front import bp
from . import actions, forms, queries
from .errors import ProposalGone
from .models import Quote
from .pages import quote_page
from .renewing import renew
from .rules import FIRM

# What one firm does to a quote in an hour: most of it is told to the shop by mail.
PER_HOUR = 60


def person_id() -> int | None:
    """Who has signed in, if anybody."""
    person = current_person()
    return person.id if person else None


def answered(token: str, act: Callable[[Quote], None]) -> Response:
    """Back to the page, done (303); or the page with what is wrong (422), or with what happened meanwhile (409)."""
    found = queries.by_token(token)
    limit("answers to a quote", per_hour=PER_HOUR, whom=token)
    try:
        act(found)
    except FormInvalid as invalid:
        return quote_page(queries.by_token(token), errors=invalid.errors, status=422)
    except Refused as refused:
        return quote_page(queries.by_token(token), refused=str(refused), status=409)
    return to_quote(token)


def to_quote(token: str) -> Response:
    return make_response(redirect(url_for("fleet.quote", token=token), 303))


@bp.post("/business/quotes/<token>/choose")
def choose(token: str) -> Response:
    def act(found: Quote) -> None:
        kind, seen, now, quote_id = request.form.get("kind", ""), _seen(), utcnow(), found.id
        try:
            with transaction():
                actions.choose(quote_id=quote_id, kind=kind, seen=seen, now=now, person_id=person_id())
        except ProposalGone:
            # Nothing is lost: what can be had instead stands on the very page that says so.
            renew(quote_id, seen=seen, now=now)
            raise

    return answered(token, act)


@bp.post("/business/quotes/<token>/accept")
def accept(token: str) -> Response:
    """Accepted, it leads to the order, which says how to pay."""
    orders: list[str] = []

    def act(found: Quote) -> None:
        values = forms.read_acceptance(request.form)
        with transaction():
            order = actions.accept(
                quote_id=found.id, seen=_seen(), now=utcnow(), person_id=person_id(), **values
            )
            orders.append(order.token)

    response = answered(token, act)
    if orders and response.status_code == 303:
        return make_response(redirect(url_for("orders.show", token=orders[0]), 303))
    return response


@bp.post("/business/quotes/<token>/decline")
def decline(token: str) -> Response:
    def act(found: Quote) -> None:
        reason = forms.read_reason(request.form)
        with transaction():
            actions.decline(
                quote_id=found.id, reason=reason, seen=_seen(), now=utcnow(), person_id=person_id()
            )

    return answered(token, act)


@bp.post("/business/quotes/<token>/messages")
def say(token: str) -> Response:
    def act(found: Quote) -> None:
        words = forms.read_words(request.form)
        with transaction():
            actions.say(quote_id=found.id, side=FIRM, words=words, now=utcnow(), person_id=person_id())

    return answered(token, act)


@bp.post("/business/quotes/<token>/anew")
def anew(token: str) -> Response:
    """The same request once more, with what there is by now."""
    return answered(token, lambda found: renew(found.id, seen=_seen(), now=utcnow()))


def _seen() -> int:
    return forms.read_seen(request.form)
