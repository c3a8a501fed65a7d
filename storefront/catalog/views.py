"""The catalogue's pages: home, results, product, and how it all works."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ..config import current_settings
from ..core import htmx
from ..core.clock import utcnow
from ..core.delivery import public
from ..core.ratelimit import connection
from ..core.templating import address
from . import queries
from .brands import brands_now
from .finder import write_words_after
from .forms import SearchRequest, read_search
from .fruitless import current_fruitless
from .home_page import home_page
from .models import Category
from .product_page import product_page
from .ranking_page import CONSTANTS, example
from .results import results_page
from .rules import GRADES

bp = Blueprint("catalog", __name__)


@bp.get("/")
@public
def home() -> Response:
    return write_words_after(make_response(render_template("catalog/home.html", page=home_page())))


@bp.get("/search")
@public
def search() -> BaseResponse:
    return _results(None)


@bp.get("/c/<slug>")
@public
def category(slug: str) -> BaseResponse:
    return _results(queries.category_called(slug) or abort(404))


def _results(category: Category | None) -> BaseResponse:
    slug = category.slug if category else None
    try:
        asked = read_search(request.args, currency=current_settings().shop.currency, category=slug)
    except LookupError:
        abort(404)
    if moved := asked.query.filters.brand and brands_now(asked.query.filters.brand):
        return _to_todays_brands(asked, slug, moved)
    page = results_page(asked, category) or abort(404)
    if page.text and not (page.total or page.pills or page.limited):
        current_fruitless().note(page.text, connection=connection(), now=utcnow())
    response = htmx.page("catalog/results.html", piece="catalog/_results.html", target="results", page=page)
    htmx.push_url(response, address(page.action, list(asked.parameters)))
    return write_words_after(response)


def _to_todays_brands(asked: SearchRequest, slug: str | None, moved: Mapping[str, str]) -> BaseResponse:
    """The same results, by what the brands are called today."""
    action = url_for("catalog.category", slug=slug) if slug else url_for("catalog.search")
    parameters = [
        (name, moved.get(value, value) if name == "brand" else value) for name, value in asked.parameters
    ]
    return redirect(address(action, list(dict.fromkeys(parameters))), 301)


@bp.get("/p/<slug>")
@public
def product(slug: str) -> BaseResponse:
    found = queries.product_called(slug)
    if found is None:
        return _moved(queries.moved_product(slug) or abort(404))
    grade = request.args.get("grade")
    if grade is not None and grade not in GRADES:
        return redirect(url_for("catalog.product", slug=slug), 303)
    return make_response(render_template("catalog/product.html", page=product_page(found, grade)))


def _moved(slug: str) -> BaseResponse:
    """To where the product is now: one step, since what it was called leads to the product and not to another name."""
    return redirect(url_for("catalog.product", slug=slug, grade=request.args.get("grade")), 301)


@bp.get("/how-we-rank")
@public
def how_we_rank() -> str:
    return render_template("catalog/how_we_rank.html", example=example(), **CONSTANTS)


@bp.get("/grades")
@public
def grades() -> str:
    return render_template("catalog/grades.html")


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    base = current_settings().shop.url
    paths = [url_for(f"catalog.{name}") for name in ("home", "how_we_rank", "grades")]
    paths.append(url_for("repair.start"))
    paths += [url_for("catalog.category", slug=shelf.slug) for shelf in queries.shelves()]
    paths += [url_for("catalog.product", slug=slug) for slug in queries.product_slugs()]
    body = render_template("catalog/sitemap.xml", urls=[base + path for path in paths])
    return Response(body, mimetype="application/xml")
