"""The pages of categories and brands: where models stand."""

from collections.abc import Mapping

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from ...catalog import curating
from ...catalog.errors import CuratingRefused
from ...catalog.models import Brand, Category
from ...catalog.titles import category_name
from ...core.database import transaction
from ...core.errors import FormInvalid
from ..access import OPERATORS, Actor
from . import forms, queries, shown
from .chapter import chapter, notice, say, seen_of
from .labels import DRAWINGS, FIELDS


@chapter.page("/categories", for_=OPERATORS)
def categories(_actor: Actor) -> str:
    return render_template(
        "desk/curating/categories.html",
        rows=queries.categories_counted(),
        kind_of=shown.kind_of,
        name_of=category_name,
        notice=notice(),
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
    say(_("Here it is. The home page shows it as soon as something in it is on sale."))
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
    say(_("Saved."))
    return redirect(url_for("desk.curating.categories"), 303)


@chapter.page("/brands", for_=OPERATORS)
def brands(_actor: Actor) -> Response:
    return _brands_page({}, 200)


@chapter.page("/brands", for_=OPERATORS, methods=("POST",))
def create_brand(_actor: Actor) -> AnyResponse:
    try:
        name = forms.read_brand(request.form)
        with transaction():
            curating.create_brand(name)
    except FormInvalid as error:
        return _brands_page(request.form, 422, errors=error.errors)
    say(_("%(name)s is one of the brands now.", name=name))
    return redirect(url_for("desk.curating.brands"), 303)


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
            curating.rename_brand(brand_id, name, seen=request.form.get("seen", ""))
    except FormInvalid as error:
        return _brand_form(_brand(brand_id), request.form, 422, errors=error.errors)
    except CuratingRefused as error:
        return _brand_form(_brand(brand_id), request.form, 409, refused=str(error))
    say(_("Saved: it is called %(name)s from now on.", name=name))
    return redirect(url_for("desk.curating.brands"), 303)


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
        notice=notice(),
        **more,
    )
    return make_response(page, status)


def _brand_form(found: Brand, values: Mapping[str, str], status: int, **more: object) -> Response:
    page = render_template(
        "desk/curating/brand_form.html", brand=found, values=values, seen=seen_of(found, status), **more
    )
    return make_response(page, status)


def _category(category_id: int) -> Category:
    found = queries.category_called(category_id)
    if found is None:
        raise NotFound
    return found


def _brand(brand_id: int) -> Brand:
    found = queries.brand_called(brand_id)
    if found is None:
        raise NotFound
    return found
