"""Asking for the same again: the form of a new request, filled in with what a quote's firm asked for last."""

from dataclasses import replace
from datetime import date

from flask import Response

from ...core.clock import shop_day, utcnow
from ..front import bp
from ..wishes.forms import request_fields
from ..wishes.rules import Request
from ..wishes.views import request_page
from . import queries


@bp.get("/business/quotes/<token>/again")
def again(token: str) -> Response:
    found = queries.by_token(token)
    today = shop_day(utcnow())
    request = asked_anew(queries.request_of(found), today)
    return request_page(request_fields(request, found.currency))


def asked_anew(request: Request, today: date) -> Request:
    """The same, without days that are over, and without the number of the purchase that it was for."""
    wishes = tuple(replace(wish, wanted_on=_to_come(wish.wanted_on, today)) for wish in request.wishes)
    return replace(request, wishes=wishes, wanted_on=_to_come(request.wanted_on, today), purchase_order="")


def _to_come(day: date | None, today: date) -> date | None:
    return day if day is not None and day > today else None
