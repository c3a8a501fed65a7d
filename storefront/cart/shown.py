"""What the cart's page and the checkout see of a cart: plain values, as the shop stands now."""

import hashlib
from dataclasses import dataclass

from ..catalog.sale import Elsewhere, OfferForSale
from ..core.money import Money, total
from ..house.rules import Method, Zone, parcel_price
from ..sellers.rules import SUSPENDED
from .rules import counted


@dataclass(frozen=True, slots=True)
class LineView:
    """One line. `offer` is none when the seller took it away; `wanted` is what was asked for, `units` what can be had.

    `elsewhere`: who else has the device, when nothing can.
    """

    id: int
    title: str
    offer: OfferForSale | None
    wanted: int
    price_seen: Money
    units: int
    elsewhere: Elsewhere | None = None

    @property
    def price(self) -> Money:
        """Of one unit, now."""
        return self.offer.price if self.offer else self.price_seen

    @property
    def total(self) -> Money:
        return self.price * self.units

    @property
    def gone(self) -> bool:
        return self.units == 0

    @property
    def fewer(self) -> bool:
        return 0 < self.units < self.wanted

    @property
    def is_suspended(self) -> bool:
        """Whether its seller sells nothing at the moment."""
        return self.offer is not None and self.offer.standing == SUSPENDED

    @property
    def is_held_back(self) -> bool:
        """Whether there are more, and their seller, a newcomer, may not have more on their way at once."""
        return (
            self.offer is not None
            and not self.is_suspended
            and self.units < counted(self.wanted, self.offer.stock)
        )

    @property
    def repriced(self) -> bool:
        return not self.gone and self.price != self.price_seen


@dataclass(frozen=True, slots=True)
class SellerLines:
    """What one seller would send in one parcel; a seller none of whose lines is left sends nothing."""

    seller_id: int
    seller_name: str
    handling_days: int
    lines: tuple[LineView, ...]
    currency: str

    @property
    def total(self) -> Money:
        return total((line.total for line in self.lines), self.currency)

    @property
    def weight_g(self) -> int:
        """Of what is sent, with its packing."""
        return sum(line.units * line.offer.sent_weight_g for line in self.lines if line.offer)

    def price_by(self, method: Method) -> Money:
        """What the parcel costs to send."""
        minor = parcel_price(method, weight_g=self.weight_g, goods_minor=self.total.minor)
        return Money(minor, self.currency)

    @property
    def is_sent(self) -> bool:
        return any(not line.gone for line in self.lines)


@dataclass(frozen=True, slots=True)
class CartView:
    """A whole cart. `parcels` group its lines by seller; `orphans` are lines whose offer no longer exists."""

    parcels: tuple[SellerLines, ...]
    orphans: tuple[LineView, ...]
    currency: str

    @property
    def lines(self) -> list[LineView]:
        return [line for parcel in self.parcels for line in parcel.lines] + list(self.orphans)

    @property
    def sent_parcels(self) -> list[SellerLines]:
        return [parcel for parcel in self.parcels if parcel.is_sent]

    @property
    def left_out(self) -> list[LineView]:
        """Lines of which nothing is left, and whose seller sends nothing else."""
        unsent = [line for parcel in self.parcels if not parcel.is_sent for line in parcel.lines]
        return unsent + list(self.orphans)

    @property
    def units(self) -> int:
        return sum(line.units for line in self.lines)

    @property
    def total(self) -> Money:
        """Of the goods, without shipping."""
        return total((line.total for line in self.lines), self.currency)

    def shipping_to(self, zone: Zone) -> Money:
        """What all parcels cost by the ordinary way."""
        return total((parcel.price_by(zone.methods[0]) for parcel in self.sent_parcels), self.currency)

    @property
    def changed(self) -> bool:
        """Whether something is not as it was when it was put here."""
        return any(line.gone or line.fewer or line.repriced for line in self.lines)

    @property
    def seen(self) -> str:
        """A fingerprint of what this page shows: a form that sends it back tells what its sender has seen."""
        facts = ";".join(f"{line.id}:{line.units}:{line.price.minor}" for line in self.lines)
        return hashlib.blake2b(facts.encode(), digest_size=8).hexdigest()
