"""The chapter's pages."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from ...config import current_settings
from ...core.clock import shop_day, utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...house.running import current_house
from ...repair.network import actions, forms, joining, labels, shown, standings
from ...repair.network.errors import RepairerChanged, RepairerRefused
from ...repair.network.models import Repairer
from ...repair.network.queries import words_about
from ...repair.network.rules import checks_of, is_shown, moves_from
from ...sellers.rules import stars
from ..access import OPERATORS, Actor
from . import queries
from .chapter import chapter
from .forms import ENDING, LAPSED, read_filters


@chapter.page("/repairers", for_=OPERATORS)
def listed(_actor: Actor) -> str:
    filters, today = read_filters(request.args), shop_day(utcnow())
    return render_template(
        "desk/repairers/list.html",
        page=queries.repairers_page(filters, today=today, cursor=request.args.get("at", "")),
        filters=filters,
        standings={
            **labels.STANDINGS,
            ENDING: lazy_gettext("ends within a month"),
            LAPSED: lazy_gettext("lapsed"),
        },
        categories=shown.choices().categories,
        today=today,
        stars=stars,
    )


@chapter.page("/repairers/<int:repairer_id>", for_=OPERATORS)
def repairer(_actor: Actor, repairer_id: int) -> Response:
    return _page(queries.repairer(repairer_id), {"checked": ()}, {}, 200)


@chapter.page("/repairers/<int:repairer_id>/move", for_=OPERATORS, methods=("POST",))
def move(actor: Actor, repairer_id: int) -> Response:
    """Verify, refuse, suspend, restore or renew."""
    there = queries.repairer(repairer_id)
    try:
        form = forms.read_move(request.form)
        with transaction():
            standings.move(
                repairer_id=repairer_id,
                move=form.move,
                reason=form.reason,
                checked=form.checked,
                seen=forms.read_version(request.form),
                person_id=actor.person_id,
                today=shop_day(utcnow()),
                now=utcnow(),
            )
    except FormInvalid as error:
        return _page(there, shown.typed(request.form), error.errors, 422)
    except RepairerRefused as refused:
        typed = shown.typed(request.form)
        about = "overtaken" if isinstance(refused, RepairerChanged) else "checked"
        return _page(queries.repairer(repairer_id), typed, {about: str(refused)}, 409)
    told = bool(there.email)
    flash(_("Done. The repairer is told by mail.") if told else _("Done."))
    return _to_repairer(repairer_id)


@chapter.page("/repairers/<int:repairer_id>/edit", for_=OPERATORS)
def edit(_actor: Actor, repairer_id: int) -> Response:
    there = queries.repairer(repairer_id)
    return _form(there, shown.full_values(there), {}, 200)


@chapter.page("/repairers/<int:repairer_id>/edit", for_=OPERATORS, methods=("POST",))
def change(actor: Actor, repairer_id: int) -> Response:
    there = queries.repairer(repairer_id)
    try:
        form, prices = forms.read_edited(
            request.form,
            countries={*current_house().tariff.countries, there.country},
            currency=current_settings().shop.currency,
        )
        place = joining.place_of(form.repairer)
        with transaction():
            joining.edit(
                repairer_id=repairer_id,
                form=form,
                prices=prices,
                place=place,
                seen=forms.read_version(request.form),
                person_id=actor.person_id,
                now=utcnow(),
            )
    except FormInvalid as error:
        return _form(there, shown.typed(request.form), error.errors, 422)
    except RepairerChanged as refused:
        return _overtaken(repairer_id, str(refused))
    flash(_("Saved."))
    return _to_repairer(repairer_id)


def _overtaken(repairer_id: int, refused: str) -> Response:
    """What was typed stays, beside the version of today and what it says: sent again, it counts."""
    there = queries.repairer(repairer_id)
    now, typed = shown.full_values(there), shown.typed(request.form)
    return _form(there, {**typed, "seen": there.version}, {"overtaken": refused}, 409, now)


@chapter.page("/repairers/<int:repairer_id>/words/<int:entry_id>/hide", for_=OPERATORS, methods=("POST",))
def hide_words(_actor: Actor, repairer_id: int, entry_id: int) -> Response:
    queries.words_there(repairer_id, entry_id)
    with transaction():
        actions.hide_words(repairer_id=repairer_id, entry_id=entry_id)
    flash(_("Hidden: customers no longer read these words. The rating counts all the same."))
    return _to_repairer(repairer_id)


@chapter.page("/repairers/<int:repairer_id>/words/<int:entry_id>/show", for_=OPERATORS, methods=("POST",))
def show_words(_actor: Actor, repairer_id: int, entry_id: int) -> Response:
    queries.words_there(repairer_id, entry_id)
    with transaction():
        actions.show_words(repairer_id=repairer_id, entry_id=entry_id)
    flash(_("Customers read these words again."))
    return _to_repairer(repairer_id)


def _page(one: Repairer, values: Mapping[str, Any], errors: Mapping[str, str], status: int) -> Response:
    today = shop_day(utcnow())
    page = render_template(
        "desk/repairers/repairer.html",
        repairer=one,
        values=values,
        errors=errors,
        page=shown.public(one),
        words=words_about(one.id),
        twins=queries.twins(one),
        events=queries.events_of(one.id),
        moves=[(name, *labels.MOVES[name]) for name in moves_from(one.standing)],
        checks=[(check, labels.CHECKS[check]) for check in checks_of(bonus_label=one.bonus_label)],
        standings=labels.STANDINGS,
        done=labels.DONE,
        check_labels=labels.CHECKS,
        is_shown=is_shown(one.standing, one.verified_until, today),
        stars=stars,
        today=today,
    )
    return make_response(page, status)


def _form(
    one: Repairer,
    values: Mapping[str, Any],
    errors: Mapping[str, str],
    status: int,
    now: Mapping[str, Any] | None = None,
) -> Response:
    """`now` is what stands there, for who was overtaken."""
    prices = shown.price_fields(row.category for row in one.categories)
    labels = shown.field_labels(prices)
    page = render_template(
        "desk/repairers/edit.html",
        repairer=one,
        values=values,
        errors=errors,
        now=shown.changed_since(now, values, labels) if now else {},
        countries=sorted({*current_house().tariff.countries, one.country}),
        choices=shown.choices(),
        prices=prices,
        labels=labels,
    )
    return make_response(page, status)


def _to_repairer(repairer_id: int) -> Response:
    return make_response(redirect(url_for("desk.repairers.repairer", repairer_id=repairer_id), 303))
