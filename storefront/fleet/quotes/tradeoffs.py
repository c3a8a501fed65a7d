"""What one alternative gives up against the others, found by counting: pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an alternative comes to: minor units with VAT and delivery, and how much of what it brings. `models` counts
    them apart by storage and colour: who hands devices out sees both.
    """

    total: int
    units: int
    models: int
    parcels: int


@dataclass(frozen=True, slots=True)
class TradeOff:
    """How much worse than the best of all alternatives at each; 0 where nothing is given up. `dearer` is against the
    cheapest of those that bring as many units, in minor units.
    """

    dearer: int
    fewer_units: int
    more_models: int
    more_parcels: int

    @property
    def nothing(self) -> bool:
        return not (self.dearer or self.fewer_units or self.more_models or self.more_parcels)


def trade_off(one: Weighed, among: Sequence[Weighed]) -> TradeOff:
    """`one` against all alternatives, itself among them."""
    alike = [other for other in among if other.units == one.units]
    return TradeOff(
        dearer=one.total - min(other.total for other in alike),
        fewer_units=max(other.units for other in among) - one.units,
        # What brings less needs fewer models and parcels for it: that is no merit.
        more_models=one.models - min(other.models for other in alike),
        more_parcels=one.parcels - min(other.parcels for other in alike),
    )
