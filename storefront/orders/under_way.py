"""What of orders is on its way to buyers: told to the sellers' room, which bounds it for those on probation."""

from collections.abc import Iterable, Sequence

from ..sellers import open_units
from ..sellers.actions import sellers_changed
from .models import Parcel


def begins(parcels: Iterable[Parcel]) -> list[int]:
    """These parcels are under way from here on. Raises `sellers.errors.NoRoom`.

    Before anything is taken out of stock; what it returns is for `show`, after that.
    """
    return open_units.begin(_units(parcels))


def ends(parcels: Iterable[Parcel]) -> list[int]:
    """These parcels were under way until now; what it returns is for `show`. Before units go back into stock."""
    return open_units.end(_units(parcels))


def show(seller_ids: Sequence[int]) -> None:
    """Take the offers of these sellers from the shelves, or put them back. Last: it holds what all others wait for."""
    if seller_ids:
        sellers_changed.send(seller_ids=seller_ids)


def _units(parcels: Iterable[Parcel]) -> dict[int, int]:
    units: dict[int, int] = {}
    for parcel in parcels:
        quantity = sum(line.quantity for line in parcel.lines)
        units[parcel.seller_id] = units.get(parcel.seller_id, 0) + quantity
    return units
