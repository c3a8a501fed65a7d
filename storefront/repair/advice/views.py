"""Pages 1 to 3 of the journey: what is wrong, what we would do, and who repairs it nearby.

The first page is the same for everybody and kept. The other two say where somebody lives and what repairers ask for
today: they are made for each visit, and kept by nobody.
"""

from flask import Response, make_response, redirect, render_template, request, url_for

from ...catalog.finder import write_words_after
from ...catalog.forms import clean
from ...config import current_settings
from ...core import htmx
from ...core.clock import shop_day, utcnow
from ...core.csrf import public_form
from ...core.delivery import do_not_keep, public
from ...core.errors import FormInvalid
from ...core.ratelimit import limit
from ...core.templating import address
from ..faults import SOURCE
from ..front import bp
from . import words
from .case import LONGEST_DEVICE, Case
from .figures import advice_page
from .labels import FILTERS, ways
from .nearby import Sieve, repairers_page
from .serials import case_of_serial
from .start import start_page

for name, saying in FILTERS.items():
    bp.add_app_template_filter(saying, name)


@bp.get("")
@public
def start() -> Response:
    """What is broken? With a device in the address: what is wrong with it?"""
    case = Case.begun(request.args)
    asked = clean(request.args.get("find", ""))[:LONGEST_DEVICE].rstrip()
    page = start_page(case, asked, shop_day(utcnow()))
    if case.unit or case.covered:
        do_not_keep()
    if len(page.found) == 1 and not page.category:
        return make_response(redirect(url_for("repair.start", model=page.found[0].id), 303))
    return write_words_after(_start(case, {}, asked=asked))


@bp.post("/serial")
@public_form
def serial() -> Response:
    """The device with this serial number, if we sold it: on to what is known of it, without the number."""
    limit("serial", per_hour=current_settings().limits.lookups)
    typed = request.form.get("serial", "")
    try:
        case = case_of_serial(typed)
    except FormInvalid as invalid:
        return make_response(_start(Case(), invalid.errors, serial=clean(typed)[:60]), 422)
    return make_response(redirect(address(url_for("repair.start"), list(case.args().items())), 303))


@bp.get("/advice")
def advice() -> Response:
    """What we would do, and why; back to the questions where one was left open."""
    try:
        page = advice_page(Case.from_args(request.args), shop_day(utcnow()))
    except FormInvalid as invalid:
        return make_response(_start(Case.begun(request.args), invalid.errors), 422)
    said = {"verdict": words.verdict(page), "why": words.why(page), "source": SOURCE}
    return write_words_after(make_response(render_template("repair/advice.html", page=page, **said)))


@bp.get("/repairers")
def repairers() -> Response:
    """Who repairs it near a place; the list alone when htmx asks for it."""
    sieve = Sieve.read(request.args)
    try:
        page = repairers_page(Case.from_args(request.args), sieve, shop_day(utcnow()))
    except FormInvalid as invalid:
        return make_response(_start(Case.begun(request.args), invalid.errors), 422)
    response = htmx.page(
        "repair/repairers.html",
        piece="repair/_repairers.html",
        target="repairers",
        page=page,
        ways=ways(),
        chart=page.chart,
        ring=page.ring,
    )
    htmx.push_url(response, address(url_for("repair.repairers"), page.asked))
    return response


def _start(case: Case, errors: dict[str, str], *, asked: str = "", serial: str = "") -> Response:
    page = start_page(case, asked, shop_day(utcnow()))
    return make_response(
        render_template("repair/start.html", page=page, errors=errors, serial=serial, source=SOURCE)
    )
