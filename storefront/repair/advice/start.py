"""The first page: what is broken, and what is wrong with it."""

from datetime import date

from ...catalog.devices import KnownDevice, device, devices_called
from ...catalog.home_page import CATEGORY_COLOUR
from ...catalog.shown import Drawing
from ...catalog.standard import CATEGORIES
from ...catalog.titles import category_name
from ...config import current_settings
from ...house.running import current_house
from ...orders.units import unit_by_key
from ..faults import faults_of
from .case import LONGEST_DEVICE, Case
from .cover import cover_of
from .shown import CategoryShown, StartPage


def category_shown(slug: str) -> CategoryShown:
    """One of the trade's categories: people bring what they have, whether or not the shop sells such things."""
    standard = CATEGORIES[slug]
    return CategoryShown(slug, category_name(standard), Drawing(standard.drawing, CATEGORY_COLOUR))


def completed(case: Case) -> tuple[Case, KnownDevice | None]:
    """The case with what its model or its order says of the device; at most four statements."""
    unit = unit_by_key(case.unit) if case.unit else None
    title = unit.title[:LONGEST_DEVICE] if unit else ""
    if unit:
        case = case.but(model_id=case.model_id or unit.model_id)
        case = case if case.category or unit.category not in CATEGORIES else case.but(category=unit.category)
    known = device(case.model_id) if case.model_id is not None else None
    if known is None or known.category not in CATEGORIES:
        return case.but(model_id=None, device=case.device or title), None
    # A model says what it is, whatever else the address says.
    if case.category != known.category:
        case = case.but(category=known.category, fault="")
    return case.but(device=case.device or known.name), known


def start_page(case: Case, asked: str, today: date) -> StartPage:
    """Everything `/repair` shows; at most seven SQL statements."""
    case, known = completed(case)
    cover = cover_of(case)
    found = tuple(one for one in devices_called(asked) if one.category in CATEGORIES) if asked else ()
    return StartPage(
        case=case,
        asked=asked,
        found=found,
        categories=tuple(category_shown(slug) for slug in CATEGORIES),
        category=category_shown(case.category) if case.category else None,
        device=known,
        cover=cover,
        faults=faults_of(case.category) if case.category else (),
        countries=countries(),
        covered_now=cover is not None and cover.runs_on(today),
    )


def countries() -> tuple[str, ...]:
    """Where the shop's customers live, its own country first."""
    home = current_settings().shop.country
    return (home, *sorted(code for code in set(current_house().tariff.countries) if code != home))
