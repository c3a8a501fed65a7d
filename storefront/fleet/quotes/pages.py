"""A quote's page for whoever has its link, its paper, its files, and what it spares."""

from collections.abc import Mapping
from datetime import datetime

from flask import Response, make_response, render_template, request
from werkzeug.exceptions import NotFound

from ...core.clock import shop_day, utcnow
from ...orders.queries import by_id as order_by_id
from ..allocation.queries import near_misses
from ..front import bp
from . import labels, queries, words
from .models import Quote, QuoteVersion
from .offered import OfferShown, carbon_of
from .rules import PROPOSED
from .sheets import carbon_csv, quote_csv
from .shown import QuotePage, quote_page_of


@bp.get("/business/quotes/<token>")
def quote(token: str) -> Response:
    return quote_page(queries.by_token(token))


def quote_page(
    found: Quote, *, errors: Mapping[str, str] | None = None, refused: str = "", status: int = 200
) -> Response:
    """The page, also with what is wrong in a form of it (422), or with what happened meanwhile (409)."""
    now = utcnow()
    shown = quote_page_of(found, now=now)
    page = render_template(
        "fleet/quote.html",
        page=shown,
        near=_near(found, shown, now),
        token=_token(),
        order=order_by_id(found.order_id) if found.order_id else None,
        words=words,
        typed=request.form,
        errors=errors or {},
        refused=refused,
    )
    return make_response(page, status)


def _near(found: Quote, shown: QuotePage, now: datetime) -> list[str]:
    """For each wish what would have to give for it to be filled, by now; empty where nothing has, or all of it is."""
    short = not shown.proposals or any(offer.short for offer in shown.proposals)
    if shown.state != PROPOSED or not short:
        return []
    today = shop_day(now)
    return [
        ", ".join(labels.near_label(miss.need, miss.units) for miss in misses)
        for misses in near_misses(queries.request_of(found), today)
    ]


def _token() -> str:
    """The secret in the address of this page."""
    return str((request.view_args or {})["token"])


@bp.get("/business/quotes/<token>/quote.pdf")
def quote_pdf(token: str) -> Response:
    found = queries.by_token(token)
    page, offer = _offered(found)
    return _file(quote_paper(page, offer, found), "application/pdf", f"{found.number}.pdf")


def quote_paper(page: QuotePage, offer: OfferShown, found: Quote) -> bytes:
    """The quote as a PDF."""
    # reportlab takes 60 ms and 15 MB that a shop which prints nothing can do without.
    from .paper import printed_quote

    return printed_quote(page, offer, carbon_of(_in_force(found)))


@bp.get("/business/quotes/<token>/quote.csv")
def quote_file(token: str) -> Response:
    found = queries.by_token(token)
    _page, offer = _offered(found)
    return _file(quote_csv(found.number, offer), "text/csv", f"{found.number}.csv")


def _in_force(found: Quote) -> QuoteVersion:
    """The version whose prices hold, or held; `NotFound` while nothing was chosen."""
    version = found.in_force
    if version is None:
        raise NotFound
    return version


def _offered(found: Quote) -> tuple[QuotePage, OfferShown]:
    page = quote_page_of(found, now=utcnow())
    if page.offer is None:
        raise NotFound
    return page, page.offer


@bp.get("/business/quotes/<token>/carbon")
def carbon(token: str) -> str:
    found = queries.by_token(token)
    report = carbon_of(_in_force(found))
    return render_template("fleet/carbon.html", number=found.number, token=token, report=report, words=words)


@bp.get("/business/quotes/<token>/carbon.csv")
def carbon_file(token: str) -> Response:
    found = queries.by_token(token)
    version = _in_force(found)
    content = carbon_csv(found.number, version.number, carbon_of(version))
    return _file(content, "text/csv", f"{found.number}-carbon.csv")


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    response = make_response(content)
    response.mimetype = mimetype
    kind = "inline" if mimetype == "application/pdf" else "attachment"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    return response
