"""The dated table of repair bonuses: what the advice counts with, and what it counted with before."""

from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from ...config import current_settings
from ...core.clock import shop_day, utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...house.running import current_house
from ...repair.advice.actions import set_bonus
from ...repair.network import shown
from ...repair.network.rules import CATEGORIES
from ..access import OPERATORS, Actor
from .bonuses import LABELS, table
from .chapter import chapter
from .forms import read_bonus


@chapter.page("/repairers/bonuses", for_=OPERATORS)
def bonuses(_actor: Actor) -> Response:
    return _page({"country": current_settings().shop.country}, {}, 200)


@chapter.page("/repairers/bonuses", for_=OPERATORS, methods=("POST",))
def add_bonus(_actor: Actor) -> Response:
    """Note a rate from a day on; those of other days stay as they are."""
    try:
        form = read_bonus(request.form, countries=_countries(), currency=current_settings().shop.currency)
    except FormInvalid as error:
        return _page(shown.typed(request.form), error.errors, 422)
    with transaction():
        set_bonus(
            country=form.country,
            category=form.category,
            amount=form.amount,
            minimum=form.minimum,
            since=form.since,
            until=form.until,
            source=form.source,
        )
    flash(_("Saved: %(category)s.", category=shown.category_label(form.category)))
    return make_response(redirect(url_for("desk.repairers.bonuses"), 303))


def _countries() -> list[str]:
    return sorted({*current_house().tariff.countries, current_settings().shop.country})


def _page(values: Mapping[str, object], errors: Mapping[str, str], status: int) -> Response:
    page = render_template(
        "desk/repairers/bonuses.html",
        rates=table(today=shop_day(utcnow())),
        values=values,
        errors=errors,
        labels=LABELS,
        countries=_countries(),
        categories=[(slug, shown.category_label(slug)) for slug in CATEGORIES],
        currency=current_settings().shop.currency,
    )
    return make_response(page, status)
