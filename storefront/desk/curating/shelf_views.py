"""The pages of categories and brands: where models stand."""

from collections.abc import Mapping

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from ...catalog import brands, curating
from ...catalog.curating import fingerprint
from ...catalog.errors import CuratingRefused
from ...catalog.models import Brand, Category
from ...catalog.titles import category_name
from ...core.database import transaction
from ...core.errors import FormInvalid
from ..access import OPERATORS, Actor
from . import forms, queries, shown
from .chapter import chapter, seen_of
from .labels import DRAWINGS, FIELDS


@chapter.page("/categories", for_=OPERATORS)
def categories(_actor: Actor) -> str:
    return render_template(
        "desk/curating/categories.html",
        rows=queries.categories_counted(),
        kind_of=shown.kind_of,
        name_of=category_name,
    )


@chapter.page("/categories/new", for_=OPERATORS)
def new_category(_actor: Actor) -> Response:
    return _category_form(None, {"drawing": "box", "position": "100"}, 200)


@chapter.page("/categories/new", for_=OPERATORS, methods=("POST",))
def create_category(_actor: Actor) -> AnyResponse:
    try:
        facts = forms.read_category(request.form)
        with transaction():
            curating.create_category(facts)
    except FormInvalid as error:
        return _category_form(None, request.form, 422, errors=error.errors)
    flash(_("Here it is. The home page shows it as soon as something in it is on sale."))
    return redirect(url_for("desk.curating.categories"), 303)


@chapter.page("/categories/<int:category_id>", for_=OPERATORS)
def category(_actor: Actor, category_id: int) -> Response:
    found = _category(category_id)
    return _category_form(found, shown.category_fields(found), 200)


@chapter.page("/categories/<int:category_id>", for_=OPERATORS, methods=("POST",))
def change_category(_actor: Actor, category_id: int) -> AnyResponse:
    _category(category_id)
    try:
        facts = forms.read_category(request.form)
        with transaction():
            curating.edit_category(category_id, facts, seen=request.form.get("seen", ""))
    except FormInvalid as error:
        return _category_form(_category(category_id), request.form, 422, errors=error.errors)
    except CuratingRefused as error:
        return _category_form(_category(category_id), request.form, 409, refused=str(error))
    flash(_("Saved."))
    return redirect(url_for("desk.curating.categories"), 303)


@chapter.page("/brands", for_=OPERATORS)
def listed_brands(_actor: Actor) -> Response:
    return _brands_page({}, 200)


@chapter.page("/brands", for_=OPERATORS, methods=("POST",))
def create_brand(_actor: Actor) -> AnyResponse:
    try:
        name = forms.read_brand(request.form)
        with transaction():
            brands.create_brand(name)
    except FormInvalid as error:
        return _brands_page(request.form, 422, errors=error.errors)
    flash(_("%(name)s is one of the brands now.", name=name))
    return redirect(url_for("desk.curating.listed_brands"), 303)


@chapter.page("/brands/<int:brand_id>", for_=OPERATORS)
def brand(_actor: Actor, brand_id: int) -> Response:
    found = _brand(brand_id)
    return _brand_form(found, {"name": found.name}, 200)


@chapter.page("/brands/<int:brand_id>", for_=OPERATORS, methods=("POST",))
def rename_brand(_actor: Actor, brand_id: int) -> AnyResponse:
    _brand(brand_id)
    try:
        name = forms.read_brand(request.form)
        with transaction():
            brands.rename_brand(brand_id, name, seen=request.form.get("seen", ""))
    except FormInvalid as error:
        return _brand_form(_brand(brand_id), request.form, 422, errors=error.errors)
    except CuratingRefused as error:
        return _brand_form(_brand(brand_id), request.form, 409, refused=str(error))
    flash(_("Saved: it is called %(name)s from now on.", name=name))
    return redirect(url_for("desk.curating.listed_brands"), 303)


@chapter.page("/brands/<int:brand_id>/remove", for_=OPERATORS, methods=("POST",))
def remove_brand(_actor: Actor, brand_id: int) -> AnyResponse:
    name = _brand(brand_id).name
    try:
        with transaction():
            brands.remove_brand(brand_id, seen=request.form.get("seen", ""))
    except CuratingRefused as error:
        found = _brand(brand_id)
        return _brand_form(found, {"name": found.name}, 409, refused=str(error))
    flash(_("%(name)s is gone.", name=name))
    return redirect(url_for("desk.curating.listed_brands"), 303)


@chapter.page("/brands/<int:brand_id>/merge", for_=OPERATORS)
def merge_brand(_actor: Actor, brand_id: int) -> Response:
    """Choose another one that is the same, then look at what would move."""
    found, into = _brand(brand_id), forms.number_in(request.args.get("into", ""))
    if into is not None:
        return _brand_plan(found, _brand(into), 200)
    others = [(other_id, name) for other_id, name in queries.brand_names() if other_id != brand_id]
    return make_response(render_template("desk/curating/brand_merge_choice.html", brand=found, others=others))


@chapter.page("/brands/<int:brand_id>/merge", for_=OPERATORS, methods=("POST",))
def merge_brand_now(_actor: Actor, brand_id: int) -> AnyResponse:
    found, keep = _brand(brand_id), _brand(forms.number_in(request.form.get("into", "")))
    names, keep_id = {"drop": found.name, "keep": keep.name}, keep.id
    try:
        with transaction():
            brands.merge_brands(keep_id=keep_id, drop_id=brand_id, seen=request.form.get("seen", ""))
    except CuratingRefused as error:
        return _brand_plan(_brand(brand_id), _brand(keep_id), 409, refused=str(error))
    flash(_("%(drop)s is a part of %(keep)s now. Old addresses lead there.", **names))
    return redirect(url_for("desk.curating.brand", brand_id=keep_id), 303)


def _brand_plan(found: Brand, keep: Brand, status: int, **more: object) -> Response:
    plan = brands.brand_plan(keep_id=keep.id, drop_id=found.id)
    page = render_template("desk/curating/brand_merge.html", brand=found, keep=keep, plan=plan, **more)
    return make_response(page, status)


def _category_form(
    found: Category | None, values: Mapping[str, str], status: int, **more: object
) -> Response:
    page = render_template(
        "desk/curating/category_form.html",
        category=found,
        values=values,
        now=shown.changed_since(shown.category_fields(found), values) if found and status == 409 else {},
        seen=seen_of(found, status),
        labels=FIELDS,
        drawings=list(DRAWINGS.items()),
        **more,
    )
    return make_response(page, status)


def _brands_page(values: Mapping[str, str], status: int, **more: object) -> Response:
    page = render_template(
        "desk/curating/brands.html",
        page=queries.brands_page(cursor=request.args.get("at", "")),
        values=values,
        **more,
    )
    return make_response(page, status)


def _brand_form(found: Brand, values: Mapping[str, str], status: int, **more: object) -> Response:
    page = render_template(
        "desk/curating/brand_form.html",
        brand=found,
        values=values,
        seen=seen_of(found, status),
        fresh=fingerprint(found),
        is_used=brands.is_used(found.id),
        **more,
    )
    return make_response(page, status)


def _category(category_id: int) -> Category:
    found = queries.category_called(category_id)
    if found is None:
        raise NotFound
    return found


def _brand(brand_id: int | None) -> Brand:
    found = None if brand_id is None else queries.brand_called(brand_id)
    if found is None:
        raise NotFound
    return found
