"""The third page: who repairs it near a place, sifted by how the device gets there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from flask import url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from ...config import current_settings
from ...core.templating import address
from ..network.places import MOST_CHOICES, Place, find_places
from ..network.queries import Near, Nearby, near
from ..network.rules import WAYS
from .case import Case
from .chart import chart_uri, ring_km
from .cover import cover_of
from .rules import may_have_bonus
from .shown import CategoryShown
from .start import category_shown, complete, countries

# What a thumb looks through; and who asks for more is shown.
FIRST_SHOWN, MOST_SHOWN = 8, 20
_NOBODY = Near((), widened=False)


@dataclass(frozen=True, slots=True)
class Sieve:
    """What somebody wants of a repairer. `which` tells towns of one name apart: the first is the likeliest."""

    ways: tuple[str, ...] = ()
    bonus: bool = False
    which: int = 0
    all: bool = False

    @classmethod
    def read(cls, args: "MultiDict[str, str]") -> Self:
        """What can't be used is left out."""
        which = args.get("which", "")
        asked = args.getlist("way")
        return cls(
            ways=tuple(way for way in WAYS if way in asked),
            bonus=args.get("bonus") == "1",
            which=int(which) if which in map(str, range(MOST_CHOICES)) else 0,
            all=args.get("all") == "1",
        )

    def rest(self) -> list[tuple[str, str]]:
        """All but the ways, as parameters of an address."""
        given = {
            "bonus": "1" if self.bonus else "",
            "which": str(self.which) if self.which else "",
            "all": "1" if self.all else "",
        }
        return [(name, value) for name, value in given.items() if value]


@dataclass(frozen=True, slots=True)
class RepairersPage:
    """`/repair/repairers`. Without a `place`, none was said or nobody knows it; `others` bear the same name."""

    case: Case
    category: CategoryShown
    title: str
    sieve: Sieve
    place: Place | None
    others: tuple[tuple[int, Place], ...]
    near: Near
    countries: tuple[str, ...]
    # Whether a labelled repairer's bonus may be had for this case at all.
    bonus: bool

    @property
    def shown(self) -> tuple[Nearby, ...]:
        return self.near.repairers if self.sieve.all else self.near.repairers[:FIRST_SHOWN]

    @property
    def more(self) -> str:
        """The address with all of them; empty when these are all."""
        if len(self.shown) == len(self.near.repairers):
            return ""
        return address(url_for("repair.repairers"), [*self.asked, ("all", "1")])

    @property
    def asked(self) -> list[tuple[str, str]]:
        """This page's parameters."""
        return [*self.args.items(), *(("way", way) for way in self.sieve.ways), *self.sieve.rest()]

    @property
    def chart(self) -> Markup | None:
        """Where they are, drawn; none of those who are far away, or of one alone."""
        if self.place is None or self.near.widened or len(self.shown) < 2:
            return None
        points = [one.point for one in self.shown]
        return chart_uri(self.place.point, points, self._farthest)

    @property
    def ring(self) -> int:
        return ring_km(self._farthest)

    @property
    def _farthest(self) -> float:
        return max((one.distance_km for one in self.shown), default=0.0)

    @property
    def args(self) -> Mapping[str, str]:
        return self.case.args()


def repairers_page(case: Case, sieve: Sieve, today: date) -> RepairersPage:
    """Everything `/repair/repairers` shows of a complete case; at most 14 SQL statements, however many there are.

    Raises `FormInvalid` when the fault is none that the device can have.
    """
    case, _known = complete(case)
    cover = cover_of(case)
    country = case.country or current_settings().shop.country
    places = find_places(case.place_text, country=country)
    which = sieve.which if sieve.which < len(places) else 0
    place = places[which] if places else None
    found = _NOBODY
    if place:
        found = near(
            place.point,
            country=place.country,
            category=case.category,
            fault=case.fault,
            today=today,
            ways=frozenset(sieve.ways),
            bonus=sieve.bonus,
            limit=MOST_SHOWN if sieve.all else FIRST_SHOWN + 1,
        )
    category = category_shown(case.category)
    return RepairersPage(
        case=case,
        category=category,
        title=case.device or category.name,
        sieve=sieve,
        place=place,
        others=tuple((number, one) for number, one in enumerate(places) if number != which),
        near=found,
        countries=countries(),
        bonus=may_have_bonus(firm=case.firm, guaranteed=cover is not None and cover.runs_on(today)),
    )
