"""A firm asks: the form that makes a quote, and the same form for a quote that is to be another one."""

from datetime import datetime

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests

from ...accounts.queries import hashed
from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import db, transaction
from ...core.errors import FormInvalid, Refused
from ...core.ratelimit import limit
from ..front import bp
from ..wishes.forms import request_fields
from ..wishes.rules import Request
from ..wishes.views import read, request_page
from . import actions, forms, queries, renewing
from .errors import QuoteChanged
from .rules import FIRM, mailbox_key, possible
from .solving import worked_out
from .tokens import token_of
from .views import PER_HOUR, person_id, to_quote

# What one mailbox is written to about, in an hour: whoever fills in the form may give somebody else's.
_OF_A_MAILBOX = 10


@bp.post("/business/quote")
def propose() -> Response:
    """From a form to a quote with its alternatives; the same form again leads to the same quote, and what was changed
    in it meanwhile to another one.
    """
    try:
        key, asked = forms.read_key(request.form), read(request.form)
        key = hashed(f"{key} {asked!r}")
        found = queries.by_key(key)
        if found is None:
            _limit(asked)
            nonce = _proposed(asked, key, utcnow())
        else:
            nonce = found.nonce
    except FormInvalid as invalid:
        return request_page(request.form, errors=invalid.errors, status=422)
    except Refused as refused:
        return request_page(request.form, refused=str(refused), status=409)
    except TooManyRequests as busy:
        return _too_many(busy)
    return to_quote(token_of(nonce))


def _limit(asked: Request) -> None:
    limit("quotes", per_hour=current_settings().limits.lookups)
    limit("quotes of a mailbox", per_hour=_OF_A_MAILBOX, whom=mailbox_key(asked.firm.email))


def _too_many(busy: TooManyRequests) -> Response:
    sentence = _(
        "Those were many quotes within an hour. Nothing is lost: please send this page again a little later."
    )
    response = request_page(request.form, refused=sentence, status=429)
    if isinstance(busy.retry_after, datetime):
        response.retry_after = busy.retry_after
    return response


def _proposed(asked: Request, key: str, now: datetime) -> str:
    """The nonce of the quote, its alternatives worked out before anything is written."""
    found = worked_out(asked, now=now)
    whose = person_id()
    with transaction():
        quote = actions.propose(request=asked, alternatives=found, key=key, now=now, person_id=whose)
        return quote.nonce


@bp.get("/business/quotes/<token>/revise")
def revise(token: str) -> Response:
    """The form as it was filled, to be changed."""
    found = queries.by_token(token)
    if "revise" not in possible(FIRM, found.state):
        return to_quote(token)
    fields = request_fields(queries.request_of(found), found.currency)
    return request_page({**fields, "of": token, "seen": str(found.version)})


@bp.post("/business/quotes/<token>/revise")
def send_revision(token: str) -> Response:
    found = queries.by_token(token)
    seen, now = forms.read_seen(request.form), utcnow()
    limit("answers to a quote", per_hour=PER_HOUR, whom=token)
    try:
        asked = read(request.form)
        quote_id, whose = found.id, person_id()
        db.session.rollback()
        renewing.revise(quote_id, asked, seen=seen, now=now, person_id=whose)
    except FormInvalid as invalid:
        return request_page(_of(token), errors=invalid.errors, status=422)
    except QuoteChanged as changed:
        # What was typed can be sent again, knowing what is there by now.
        fields = {**_of(token), "seen": str(queries.by_token(token).version)}
        return request_page(fields, refused=str(changed), status=409)
    except Refused as refused:
        return request_page(_of(token), refused=str(refused), status=409)
    return to_quote(token)


def _of(token: str) -> dict[str, str]:
    """What was typed, and whose quote it is."""
    return {**request.form, "of": token}
