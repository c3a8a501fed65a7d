"""The first page: what is broken, and what is wrong with it."""

from datetime import date

from ...catalog.devices import KnownDevice, device, devices_called
from ...catalog.home_page import CATEGORY_COLOUR
from ...catalog.shown import Drawing
from ...catalog.standard import CATEGORIES
from ...config import current_settings
from ...house.running import current_house
from ...orders.units import unit_by_key
from ..faults import faults_of
from ..network.rules import REPAIRED_THINGS, category_of
from ..network.shown import category_label
from .case import Case
from .cover import cover_of
from .shown import CategoryShown, StartPage


def category_shown(slug: str) -> CategoryShown:
    """One of the trade's categories, or what is none: people bring what they have, whether or not the shop sells it."""
    drawing = CATEGORIES[slug].drawing if slug in CATEGORIES else "box"
    return CategoryShown(slug, category_label(slug), Drawing(drawing, CATEGORY_COLOUR))


def completed(case: Case) -> tuple[Case, KnownDevice | None]:
    """The case with what its order or its model says of the device; at most four statements.

    Both say what it is, whatever else the address says: a fault that it can't have is an open question again. A
    unit that is none (never delivered, or sent back) says nothing.
    """
    unit = unit_by_key(case.unit) if case.unit else None
    case = case.of_unit(unit) if unit else case.but(unit="")
    known = device(case.model_id) if case.model_id is not None else None
    if known is None:
        return case.but(model_id=None).with_what_it_can_have(), None
    case = case.but(device=case.device or known.name)
    if unit:
        return case, known
    return case.but(category=category_of(known.category)).with_what_it_can_have(), known


def complete(case: Case) -> tuple[Case, KnownDevice | None]:
    """As `completed`. Raises `FormInvalid` when the fault is none that the device can have."""
    case, known = completed(case)
    case.check()
    return case, known


def start_page(case: Case, asked: str, today: date) -> StartPage:
    """Everything `/repair` shows; at most seven SQL statements."""
    named = bool(case.unit)
    case, known = completed(case)
    cover = cover_of(case)
    found = tuple(devices_called(asked)) if asked else ()
    return StartPage(
        case=case,
        asked=asked,
        found=found,
        categories=tuple(category_shown(slug) for slug in REPAIRED_THINGS),
        category=category_shown(case.category) if case.category else None,
        device=known,
        cover=cover,
        faults=faults_of(case.category) if case.category else (),
        countries=countries(),
        covered_now=cover is not None and cover.runs_on(today),
        lost=named and not case.unit,
    )


def countries() -> tuple[str, ...]:
    """Where the shop's customers live, its own country first."""
    home = current_settings().shop.country
    return (home, *sorted(code for code in set(current_house().tariff.countries) if code != home))
