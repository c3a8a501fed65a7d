"""The list of quotes, one with its messages, and what an operator does to it."""

from collections.abc import Mapping

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from ...checkout.payments import offered_to_firms
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid, Refused
from ...fleet.quotes import actions, queries
from ...fleet.quotes.models import Quote
from ...fleet.quotes.pages import quote_paper
from ...fleet.quotes.rules import OPERATOR, STATES
from ..access import OPERATORS, SELLERS, Actor
from . import forms, shown
from .chapter import chapter

Fields = Mapping[str, str]


@chapter.page("/quotes", for_=SELLERS)
def listed(actor: Actor) -> Response:
    """Sellers learn nothing of firms before there is an order: they are led to what is theirs here."""
    if not actor.is_operator:
        return redirect(url_for("desk.quotes.discounts_of"), 303)
    filters = forms.read_filters(request.args)
    states = (filters.state,) if filters.state else STATES
    page = queries.listed(states=states, text=filters.text, cursor=request.args.get("at", ""))
    return make_response(
        render_template(
            "desk/quotes/index.html", page=page.showing(shown.listed), filters=filters, states=STATES
        )
    )


@chapter.page("/quotes/<number>", for_=OPERATORS)
def show(_actor: Actor, number: str) -> Response:
    return _page(queries.by_number(number), {}, "", 200)


def _page(quote: Quote, errors: Fields, refused: str, status: int) -> Response:
    page = render_template(
        "desk/quotes/quote.html",
        found=shown.quote_for_desk(quote, now=utcnow()),
        errors=errors,
        refused=refused,
        typed=request.form,
    )
    return make_response(page, status)


@chapter.page("/quotes/<number>.pdf", for_=OPERATORS)
def paper(_actor: Actor, number: str) -> Response:
    quote = queries.by_number(number)
    page = shown.quote_for_desk(quote, now=utcnow()).page
    if page.offer is None:
        raise NotFound
    response = make_response(quote_paper(page, page.offer, quote))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{quote.number}.pdf"'
    return response


@chapter.page("/quotes/<number>/say", for_=OPERATORS, methods=("POST",))
def say(actor: Actor, number: str) -> Response:
    quote = queries.by_number(number)
    try:
        words = forms.read_words(request.form, "words")
        with transaction():
            actions.say(
                quote_id=quote.id, side=OPERATOR, words=words, person_id=actor.person_id, now=utcnow()
            )
    except FormInvalid as invalid:
        return _page(quote, invalid.errors, "", 422)
    except Refused as refused:
        return _page(queries.by_number(number), {}, str(refused), 409)
    return _to(quote)


def _to(quote: Quote) -> Response:
    return redirect(url_for("desk.quotes.show", number=quote.number), 303)


@chapter.page("/quotes/<number>/adjust", for_=OPERATORS)
def ask_adjust(_actor: Actor, number: str) -> Response:
    return _adjusting(queries.by_number(number), {}, "", 200)


@chapter.page("/quotes/<number>/adjust", for_=OPERATORS, methods=("POST",))
def adjust(actor: Actor, number: str) -> Response:
    quote = queries.by_number(number)
    form = _form(quote)
    payments = [method.code for method in offered_to_firms()]
    try:
        wanted = forms.read_adjustment(request.form, form.lines, shown.positions(form), payments)
        with transaction():
            actions.adjust(
                quote_id=quote.id,
                agreed=wanted.agreed,
                payment=wanted.payment,
                terms=wanted.terms,
                until=wanted.until,
                note=wanted.note,
                person_id=actor.person_id,
                now=utcnow(),
                seen=forms.read_seen(request.form),
            )
    except FormInvalid as invalid:
        return _adjusting(quote, invalid.errors, "", 422)
    except Refused as refused:
        return _adjusting(queries.by_number(number), {}, str(refused), 409)
    return _to(quote)


def _form(quote: Quote) -> shown.ToAdjust:
    base = shown.base_of(quote)
    if base is None:
        raise NotFound
    return shown.to_adjust(quote, base)


def _adjusting(quote: Quote, errors: Fields, refused: str, status: int) -> Response:
    form = _form(quote)
    page = render_template(
        "desk/quotes/adjust.html",
        quote=quote,
        form=form,
        typed=request.form or form.values,
        payments=[(method.code, method.label()) for method in offered_to_firms()],
        may_adjust=shown.quote_for_desk(quote, now=utcnow()).may_adjust,
        errors=errors,
        refused=refused,
    )
    return make_response(page, status)


@chapter.page("/quotes/<number>/close", for_=OPERATORS)
def ask_close(_actor: Actor, number: str) -> Response:
    return _closing(queries.by_number(number), {}, "", 200)


@chapter.page("/quotes/<number>/close", for_=OPERATORS, methods=("POST",))
def close(actor: Actor, number: str) -> Response:
    quote = queries.by_number(number)
    try:
        note = forms.read_words(request.form, "note", longest=forms.LONGEST_NOTE)
        with transaction():
            actions.call_off(
                quote_id=quote.id,
                note=note,
                person_id=actor.person_id,
                now=utcnow(),
                seen=forms.read_seen(request.form),
            )
    except FormInvalid as invalid:
        return _closing(quote, invalid.errors, "", 422)
    except Refused as refused:
        return _closing(queries.by_number(number), {}, str(refused), 409)
    return _to(quote)


def _closing(quote: Quote, errors: Fields, refused: str, status: int) -> Response:
    page = render_template(
        "desk/quotes/close.html",
        quote=quote,
        may_close=shown.quote_for_desk(quote, now=utcnow()).may_close,
        typed=request.form,
        errors=errors,
        refused=refused,
    )
    return make_response(page, status)
