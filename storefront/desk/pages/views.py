"""The pages of settings, texts and shipping, and of the mail that tries the mails."""

from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import transaction
from ...core.errors import FormInvalid
from ...house import mailtest, zones
from ...house.actions import change_settings
from ...house.errors import HouseRefused
from ...house.forms import read_settings, read_zone
from ...house.rules import LANGUAGES, Zone
from ...house.running import current_house
from ..access import OPERATORS, Actor, Chapter
from . import forms, shown, tariffs, texts
from .swatches import palette

chapter = Chapter("pages", __name__, label=lazy_gettext("Settings"), home="settings", for_=OPERATORS)


@chapter.page("/settings", for_=OPERATORS)
def settings(_actor: Actor) -> str:
    return render_template("desk/pages/settings.html", sections=shown.SECTIONS.values())


@chapter.page("/settings/<section>", for_=OPERATORS)
def section(_actor: Actor, section: str) -> Response:
    return _section_page(_known(section), {}, 200)


@chapter.page("/settings/<section>", for_=OPERATORS, methods=("POST",))
def change(actor: Actor, section: str) -> AnyResponse:
    sent = forms.settings_sent(_known(section), request.form, zones=shown.has_zones())
    if "look" in request.form:
        return _section_page(section, sent, 200)
    try:
        with transaction():
            changed = change_settings(
                read_settings(sent), seen=forms.seen(request.form), person_id=actor.person_id, now=utcnow()
            )
    except FormInvalid as error:
        return _section_page(section, sent, 422, errors=error.errors)
    except HouseRefused as error:
        return _section_page(section, sent, 409, refused=str(error))
    flash(
        _("Saved: the shop says so from now on.")
        if changed
        else _("Nothing was changed: it stands like this already.")
    )
    return redirect(url_for("desk.pages.section", section=section), 303)


@chapter.page("/settings/mail/test", for_=OPERATORS, methods=("POST",))
def try_mails(_actor: Actor) -> AnyResponse:
    try:
        with transaction():
            reason = mailtest.write_test(request.form.get("recipient", ""), now=utcnow())
    except FormInvalid as error:
        return _section_page("mail", request.form, 422, errors=error.errors)
    outcome = mailtest.try_test(reason)
    return _section_page("mail", request.form, 200, outcome=outcome)


def _section_page(section: str, typed: Mapping[str, str], status: int, **more: object) -> Response:
    fields = shown.setting_fields(section, typed)
    page = render_template(
        "desk/pages/section.html",
        section=shown.SECTIONS[section],
        fields=fields,
        labels=shown.labels(fields) | {"recipient": _("Send a test to")},
        seen=_seen(status),
        typed=typed,
        has_zones=shown.has_zones(),
        palette=palette({field.shown.setting[1]: field.value for field in fields})
        if section == "colours"
        else None,
        **more,
    )
    return make_response(page, status)


@chapter.page("/pages", for_=OPERATORS)
def listed(_actor: Actor) -> str:
    return render_template("desk/pages/texts.html", pages=texts.TEXT_PAGES, texts=texts, languages=LANGUAGES)


@chapter.page("/pages/<page>", for_=OPERATORS)
def text(_actor: Actor, page: str) -> Response:
    _texts_of(page)
    return _text_page(page, {}, 200)


@chapter.page("/pages/<page>", for_=OPERATORS, methods=("POST",))
def write(actor: Actor, page: str) -> AnyResponse:
    sent = forms.texts_sent(_texts_of(page), LANGUAGES, request.form)
    try:
        if "publish" not in request.form:
            texts.check(sent)
            return _text_page(page, sent, 200, looked=True)
        with transaction():
            written = texts.publish(
                sent, seen=forms.seen(request.form), person_id=actor.person_id, now=utcnow()
            )
    except FormInvalid as error:
        return _text_page(page, sent, 422, errors=error.errors)
    except HouseRefused as error:
        return _text_page(page, sent, 409, refused=str(error))
    flash(
        _("Published. Everybody reads it from now on.")
        if written
        else _("Nothing was changed: it stands like this already.")
    )
    return redirect(url_for("desk.pages.listed"), 303)


def _text_page(page: str, sent: texts.Sent, status: int, **more: object) -> Response:
    html = render_template(
        "desk/pages/text.html",
        page=page,
        heading=texts.page_label(page),
        boxes=texts.boxes(page, sent),
        looks=texts.looks(page, sent),
        placeholders=texts.placeholders(),
        seen=_seen(status),
        **more,
    )
    return make_response(html, status)


@chapter.page("/shipping", for_=OPERATORS)
def shipping(_actor: Actor) -> Response:
    trial, errors = None, {}
    if "weight" in request.args:
        try:
            trial = tariffs.try_parcel(request.args)
        except FormInvalid as error:
            errors = error.errors
    page = render_template(
        "desk/pages/zones.html",
        zones=tariffs.zone_views(),
        own=shown.has_zones(),
        countries=tariffs.countries(),
        trial=trial,
        errors=errors,
        seen=current_house().version,
    )
    return make_response(page, 422 if errors else 200)


@chapter.page("/shipping/start", for_=OPERATORS, methods=("POST",))
def start_zones(actor: Actor) -> AnyResponse:
    with transaction():
        zone_id = zones.start_zones(person_id=actor.person_id, now=utcnow())
    return redirect(url_for("desk.pages.zone", zone_id=zone_id), 303)


@chapter.page("/shipping/end", for_=OPERATORS, methods=("POST",))
def end_zones(_actor: Actor) -> AnyResponse:
    with transaction():
        zones.end_zones(seen=forms.seen(request.form))
    flash(_("The zones are gone: the settings say again what shipping costs."))
    return redirect(url_for("desk.pages.shipping"), 303)


@chapter.page("/shipping/new", for_=OPERATORS)
def new_zone(_actor: Actor) -> Response:
    return _zone_page(None, {"standard": "yes"}, 200)


@chapter.page("/shipping/new", for_=OPERATORS, methods=("POST",))
def make_zone(actor: Actor) -> AnyResponse:
    return _save(actor, None)


@chapter.page("/shipping/<int:zone_id>", for_=OPERATORS)
def zone(_actor: Actor, zone_id: int) -> Response:
    found = _found(zone_id)
    return _zone_page(found, tariffs.zone_fields(found), 200)


@chapter.page("/shipping/<int:zone_id>", for_=OPERATORS, methods=("POST",))
def save_zone(actor: Actor, zone_id: int) -> AnyResponse:
    return _save(actor, _found(zone_id))


@chapter.page("/shipping/<int:zone_id>/remove", for_=OPERATORS, methods=("POST",))
def remove_zone(_actor: Actor, zone_id: int) -> AnyResponse:
    name = _found(zone_id).name
    with transaction():
        zones.remove_zone(zone_id, seen=forms.seen(request.form))
    flash(_("The zone %(name)s is gone: parcels no longer go there.", name=name))
    return redirect(url_for("desk.pages.shipping"), 303)


def _save(actor: Actor, found: Zone | None) -> AnyResponse:
    seen, zone_id = forms.seen(request.form), found.id if found else None
    sent = forms.zone_sent(request.form)
    try:
        form = read_zone(sent, currency=current_settings().shop.currency)
        with transaction():
            zones.save_zone(form, zone_id=zone_id, seen=seen, person_id=actor.person_id, now=utcnow())
    except FormInvalid as error:
        return _zone_page(found, sent, 422, errors=error.errors)
    except HouseRefused as error:
        return _zone_page(found, sent, 409, refused=str(error))
    flash(_("Saved: parcels go to %(name)s like this from now on.", name=form.name))
    return redirect(url_for("desk.pages.shipping"), 303)


def _zone_page(found: Zone | None, values: Mapping[str, str], status: int, **more: object) -> Response:
    page = render_template(
        "desk/pages/zone.html",
        zone=found,
        stands=next((view for view in tariffs.zone_views() if found and view.id == found.id), None),
        values=values,
        countries=tariffs.country_boxes(values.get("countries", "")),
        ways=tariffs.method_rows(values),
        labels=tariffs.field_labels(),
        seen=_seen(status),
        **more,
    )
    return make_response(page, status)


def _found(zone_id: int) -> Zone:
    found = tariffs.zone_called(zone_id)
    if found is None:
        raise NotFound
    return found


def _texts_of(page: str) -> tuple[str, ...]:
    if page not in texts.TEXT_PAGES:
        raise NotFound
    return texts.TEXT_PAGES[page]


def _known(section: str) -> str:
    if section not in shown.SECTIONS:
        raise NotFound
    return section


def _seen(status: int) -> int:
    """The version that a form goes on with: after a refusal the newest, as the page shows what stands there now."""
    return forms.seen(request.form) if "seen" in request.form and status != 409 else current_house().version
