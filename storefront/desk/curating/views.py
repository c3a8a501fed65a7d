"""The pages of models: find, make, change, and merge two that are the same."""

from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from ...catalog import curating, merging
from ...catalog.errors import CuratingRefused
from ...catalog.models import Model
from ...catalog.titles import category_name
from ...config import current_settings
from ...core.database import transaction
from ...core.errors import FormInvalid
from ..access import OPERATORS, Actor
from . import forms, queries, shown
from .chapter import chapter, seen_of
from .labels import DRAWINGS, FACTS, FIELDS, FRONTS


@chapter.page("/models", for_=OPERATORS)
def listed(_actor: Actor) -> str:
    filters = queries.read_filters(request.args)
    return render_template(
        "desk/curating/models.html",
        page=queries.models_page(filters, cursor=request.args.get("at", "")),
        filters=filters,
        brands=queries.brand_names(),
        categories=_category_names(),
    )


@chapter.page("/models/new", for_=OPERATORS)
def new_model(_actor: Actor) -> Response:
    return _model_form(None, request.args, 200)


@chapter.page("/models/new", for_=OPERATORS, methods=("POST",))
def create_model(_actor: Actor) -> AnyResponse:
    try:
        facts = _read_model()
        with transaction():
            model_id = curating.create_model(facts).id
    except FormInvalid as error:
        return _model_form(None, request.form, 422, errors=error.errors)
    flash(_("Here it is. Files may name it from now on."))
    return redirect(url_for("desk.curating.model", model_id=model_id), 303)


@chapter.page("/models/<int:model_id>", for_=OPERATORS)
def model(_actor: Actor, model_id: int) -> str:
    found = _model(model_id)
    return render_template(
        "desk/curating/model.html",
        model=found,
        facts=shown.facts_of(found),
        drawing=shown.drawing_of(found),
        products=queries.products_of(model_id),
        most=queries.PRODUCTS,
    )


@chapter.page("/models/<int:model_id>/edit", for_=OPERATORS)
def edit_model(_actor: Actor, model_id: int) -> Response:
    found = _model(model_id)
    return _model_form(found, shown.model_fields(found), 200)


@chapter.page("/models/<int:model_id>/edit", for_=OPERATORS, methods=("POST",))
def change_model(_actor: Actor, model_id: int) -> AnyResponse:
    _model(model_id)
    try:
        facts = _read_model()
        with transaction():
            curating.edit_model(model_id, facts, seen=request.form.get("seen", ""))
    except FormInvalid as error:
        return _model_form(_model(model_id), request.form, 422, errors=error.errors)
    except CuratingRefused as error:
        return _model_form(_model(model_id), request.form, 409, refused=str(error))
    flash(_("Saved. Its products follow."))
    return redirect(url_for("desk.curating.model", model_id=model_id), 303)


@chapter.page("/models/<int:model_id>/merge", for_=OPERATORS)
def merge(_actor: Actor, model_id: int) -> Response:
    """Choose another one that is the same, then look at what would move."""
    found = _model(model_id)
    other = forms.number_in(request.args.get("into", ""))
    if other is None:
        words = queries.read_filters(request.args).words if "q" in request.args else found.name.split()[0]
        page = render_template(
            "desk/curating/merge_choice.html",
            model=found,
            words=words,
            candidates=queries.candidates(found, words),
            most=queries.CANDIDATES,
        )
        return make_response(page)
    return _plan_page(found, _model(other), 200)


@chapter.page("/models/<int:model_id>/merge", for_=OPERATORS, methods=("POST",))
def merge_now(_actor: Actor, model_id: int) -> AnyResponse:
    found, keep = _model(model_id), _model(forms.number_in(request.form.get("into", "")))
    names, keep_id = {"drop": found.name, "keep": keep.name}, keep.id
    try:
        with transaction():
            merging.merge_models(keep_id=keep_id, drop_id=model_id, seen=request.form.get("seen", ""))
    except CuratingRefused as error:
        return _plan_page(_model(model_id), _model(keep_id), 409, refused=str(error))
    flash(_("%(drop)s is a part of %(keep)s now. Old addresses lead there.", **names))
    return redirect(url_for("desk.curating.model", model_id=keep_id), 303)


def _plan_page(found: Model, keep: Model, status: int, **more: object) -> Response:
    plan = merging.merge_plan(keep_id=keep.id, drop_id=found.id)
    page = render_template(
        "desk/curating/merge.html",
        model=found,
        keep=keep,
        plan=plan,
        facts=[str(FACTS[name]) for name in plan.facts],
        **more,
    )
    return make_response(page, status)


def _read_model() -> curating.ModelFacts:
    return forms.read_model(
        request.form,
        brands={brand_id for brand_id, _name in queries.brand_names()},
        categories={category.id for category in queries.all_categories()},
        currency=current_settings().shop.currency,
    )


def _model_form(found: Model | None, values: Mapping[str, str], status: int, **more: object) -> Response:
    page = render_template(
        "desk/curating/model_form.html",
        model=found,
        values=values,
        now=shown.changed_since(shown.model_fields(found), values) if found and status == 409 else {},
        seen=seen_of(found, status),
        labels=FIELDS,
        brands=queries.brand_names(),
        categories=_category_names(),
        fronts=list(FRONTS.items()),
        drawings=list(DRAWINGS.items()),
        currency=current_settings().shop.currency,
        **more,
    )
    return make_response(page, status)


def _category_names() -> list[tuple[int, str]]:
    return [(category.id, category_name(category)) for category in queries.all_categories()]


def _model(model_id: int | None) -> Model:
    found = None if model_id is None else queries.model_called(model_id)
    if found is None:
        raise NotFound
    return found
