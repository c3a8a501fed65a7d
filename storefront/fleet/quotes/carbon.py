"""What the units of a quote avoid against new ones, fit for a firm's carbon report: pure, from impact's factors.

A figure is per device, once, or per year of use. The two answer different questions: each has a part of its own here,
and nothing adds one to the other, nor one category to the next, for their sources differ. A category that the sources
give no figure of is named, and counted as nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ...impact.queries import Avoided

# A device made again instead of made new, once; a year of use of a refurbished one.
PER_DEVICE, PER_YEAR = BASES = ("device", "year")


@dataclass(frozen=True, slots=True)
class Counted:
    """One measure of the `units` of one category: the factor is of one of them, the properties are of all."""

    category: str
    units: int
    factor: Avoided

    @property
    def avoided(self) -> Decimal:
        """In the factor's unit. 25 phones of 77.3 kg each: 1932.5."""
        return _of_all(self.factor.avoided, self.units)

    @property
    def new(self) -> Decimal | None:
        """What making all of them new would have taken, where the source says so."""
        return None if self.factor.new is None else _of_all(self.factor.new, self.units)

    @property
    def refurbished(self) -> Decimal | None:
        """What making all of them again takes: their own footprint, where the source says so."""
        return None if self.factor.refurbished is None else _of_all(self.factor.refurbished, self.units)


def _of_all(each: float, units: int) -> Decimal:
    # As the file has it in decimals: 0.1 three times is 0.3.
    return Decimal(str(each)) * units


@dataclass(frozen=True, slots=True)
class Part:
    """All figures of one basis; `without` are the categories, with their units, that have none on this basis."""

    basis: str
    counted: tuple[Counted, ...]
    without: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CarbonReport:
    """What is known of `units` devices. `nothing_known` are the categories, with their units, without any figure;
    `sources` is the first factor of each source that is cited.
    """

    units: int
    per_device: Part
    per_year: Part
    nothing_known: tuple[tuple[str, int], ...]
    sources: tuple[Avoided, ...]

    @property
    def parts(self) -> tuple[Part, Part]:
        return self.per_device, self.per_year

    def source_number(self, factor: Avoided) -> int:
        """The place of a factor's source in `sources`, from 1."""
        return [_cited(source) for source in self.sources].index(_cited(factor)) + 1


def carbon_report(units: Mapping[str, int], factors: Sequence[Avoided]) -> CarbonReport:
    """`units` counts devices by their category's slug; `factors` are those that are trusted (`impact.queries`)."""
    wanted = {category: count for category, count in units.items() if count > 0}
    per_device, per_year = (_part(basis, wanted, factors) for basis in BASES)
    known = {one.category for part in (per_device, per_year) for one in part.counted}
    used = [one.factor for part in (per_device, per_year) for one in part.counted]
    first_of: dict[tuple[str, int, str], Avoided] = {}
    for factor in used:
        first_of.setdefault(_cited(factor), factor)
    return CarbonReport(
        units=sum(wanted.values()),
        per_device=per_device,
        per_year=per_year,
        nothing_known=tuple((c, count) for c, count in wanted.items() if c not in known),
        sources=tuple(first_of.values()),
    )


def _part(basis: str, units: Mapping[str, int], factors: Iterable[Avoided]) -> Part:
    of_basis = [factor for factor in factors if factor.per == basis]
    counted = tuple(
        Counted(category, count, factor)
        for category, count in units.items()
        for factor in of_basis
        if factor.category == category
    )
    known = {one.category for one in counted}
    return Part(basis, counted, tuple((c, count) for c, count in units.items() if c not in known))


def _cited(factor: Avoided) -> tuple[str, int, str]:
    return factor.source_en, factor.year, factor.url
