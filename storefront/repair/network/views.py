"""The pages of repairers: joining, their own page by a mailed link, and what customers see of one."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from ...accounts.current import current_person
from ...config import current_settings
from ...core import i18n
from ...core.clock import shop_day, utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...core.ratelimit import limit
from ...house.running import current_house
from ..front import bp
from . import forms, joining, links, shown
from .errors import RepairerRefused
from .models import Repairer
from .queries import shown_repairer

# Mails to one mailbox in an hour, whoever asks for them.
_MAILS = 3
_SENT_TO = "repairer_link_sent_to"


@bp.get("/join")
def join() -> Response:
    return _join({"country": current_settings().shop.country}, {}, 200)


@bp.post("/join")
def apply() -> Response:
    """The answer never tells whether the mailbox is known here."""
    limit("repairer joins", per_hour=current_settings().limits.codes)
    try:
        form = forms.read_join(request.form, countries=current_house().tariff.countries)
        place = joining.place_of(form.repairer)
    except FormInvalid as error:
        return _join(shown.typed(request.form), error.errors, 422)
    limit("link of a repairer", per_hour=_MAILS, whom=form.repairer.email)
    with transaction():
        joining.apply(form, place=place, language=i18n.language(), now=utcnow())
    session[_SENT_TO] = form.repairer.email
    return _to("repair.link_sent")


@bp.get("/sent")
def link_sent() -> str:
    return render_template("repair/link_sent.html", email=session.get(_SENT_TO, ""))


@bp.get("/yours")
def yours() -> Response:
    """Where repairers ask for their link. An account with the repairer's mailbox is let in at once."""
    person = current_person()
    own = joining.newest_of(person.email) if person else None
    if own is not None:
        return _to("repair.own", token=links.token_of(own))
    return make_response(render_template("repair/yours.html", values={}, errors={}))


@bp.post("/yours")
def send_link() -> Response:
    """The answer never tells whether there is such a repairer."""
    limit("repairer links", per_hour=current_settings().limits.lookups)
    try:
        email = forms.read_email(request.form)
    except FormInvalid as error:
        page = render_template("repair/yours.html", values=request.form, errors=error.errors)
        return make_response(page, 422)
    limit("link of a repairer", per_hour=_MAILS, whom=email)
    with transaction():
        joining.send_link(email=email, now=utcnow())
    session[_SENT_TO] = email
    return _to("repair.link_sent")


@bp.get("/yours/<token>")
def own(token: str) -> Response:
    repairer = links.repairer_of(token)
    return _own(token, repairer, shown.own_values(repairer), {}, 200)


@bp.post("/yours/<token>")
def keep_own(token: str) -> Response:
    repairer = links.repairer_of(token)
    was_proved = repairer.proved_at is not None
    categories = [row.category for row in repairer.categories]
    try:
        form = forms.read_own(request.form, categories=categories, currency=current_settings().shop.currency)
        with transaction():
            joining.keep_own(
                repairer_id=repairer.id,
                form=form.daily,
                prices=form.prices,
                seen=forms.read_version(request.form),
                now=utcnow(),
            )
    except FormInvalid as error:
        return _own(token, repairer, shown.typed(request.form), error.errors, 422)
    except RepairerRefused as refused:
        return _overtaken(token, str(refused))
    flash(
        _("Saved. Thank you!")
        if was_proved
        else _("Thank you! Now it is our turn: a person looks at everything, and writes to you.")
    )
    return _to("repair.own", token=token)


def _overtaken(token: str, refused: str) -> Response:
    """What was typed stays, beside the version of today and what it says: sent again, it counts."""
    found = links.repairer_of(token)
    now, typed = shown.own_values(found), shown.typed(request.form)
    return _own(token, found, {**typed, "seen": found.version}, {"overtaken": refused}, 409, now)


@bp.get("/repairers/<slug>")
def repairer(slug: str) -> str:
    """What customers see of a repairer."""
    now = utcnow()
    today = shop_day(now)
    found = shown_repairer(slug, today=today)
    return render_template("repair/repairer.html", repairer=found, page=shown.public(found))


def _join(values: Mapping[str, Any], errors: Mapping[str, str], status: int) -> Response:
    page = render_template(
        "repair/join.html",
        values=values,
        errors=errors,
        countries=current_house().tariff.countries,
        choices=shown.choices(),
        labels=shown.field_labels(),
    )
    return make_response(page, status)


def _own(
    token: str,
    repairer: Repairer,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int,
    now: Mapping[str, Any] | None = None,
) -> Response:
    """`now` is what stands there, for who was overtaken."""
    prices = shown.price_fields(row.category for row in repairer.categories)
    labels = shown.field_labels(prices)
    page = render_template(
        "repair/own.html",
        token=token,
        repairer=repairer,
        values=values,
        errors=errors,
        now=shown.changed_since(now, values, labels) if now else {},
        choices=shown.choices(),
        prices=prices,
        labels=labels,
        today=shop_day(utcnow()),
    )
    return make_response(page, status)


def _to(endpoint: str, token: str | None = None) -> Response:
    return make_response(redirect(url_for(endpoint, token=token), 303))
