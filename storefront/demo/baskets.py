"""Who ordered what in the demo shop: drawn with a fixed seed from invented people and from what is there in numbers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from random import Random

from sqlalchemy import select

from ..catalog.models import Category, Offer, Product
from ..core.database import db
from ..orders.actions import Customer
from ..sellers.models import Seller
from .generator import SEED
from .lives import FATES, Fate
from .tables import customers, profiles

# Orders take from offers of which there are so many, so that no shopper finds a thing gone; two where there is plenty.
LEAST_STOCK = 3
PLENTY = 8
# How many parcels the orders have in turn that may have several.
PARCELS = (1, 1, 2, 1, 1, 1, 3, 1, 2, 1)
# What people add to an order: nobody buys a washing machine with a phone.
ADDED = frozenset({"audio", "watches", "smartphones", "tablets", "e-readers"})
# The kind of seller that things go wrong with (true share of bad outcomes).
CARELESS_RATE = 0.03
CARELESS = frozenset(profile.seller for profile in profiles() if profile.bad_rate >= CARELESS_RATE)


@dataclass(frozen=True, slots=True)
class Basket:
    """What somebody orders: for each seller a parcel, by offer ids and how many of each. `nth` of its fate, from 0."""

    fate: Fate
    nth: int
    customer: Customer
    parcels: tuple[dict[int, int], ...]
    method: str


@dataclass(frozen=True, slots=True)
class Shelved:
    """An offer that an order may take from."""

    offer_id: int
    stock: int
    seller_id: int
    seller: str
    city: str
    category: str


class Shelves:
    """The offers that there are enough of, in an order drawn by lot; each is taken from once."""

    def __init__(self, random: Random) -> None:
        statement = (
            select(Offer.id, Offer.stock, Seller.id, Seller.slug, Seller.city, Category.slug)
            .join(Seller, Offer.seller_id == Seller.id)
            .join(Product, Offer.product_id == Product.id)
            .join(Category, Product.category_id == Category.id)
            .where(Offer.stock >= LEAST_STOCK)
            .order_by(Seller.slug, Offer.sku)
        )
        self.offers = [Shelved(*row) for row in db.session.execute(statement)]
        random.shuffle(self.offers)

    def take(self, fits: Callable[[Shelved], bool]) -> list[Shelved]:
        """One that fits, or none."""
        for position, offer in enumerate(self.offers):
            if fits(offer):
                return [self.offers.pop(position)]
        return []


class People:
    """The customers, in an order drawn by lot; who has ordered waits until all others have."""

    def __init__(self, random: Random) -> None:
        self.queue = customers()
        random.shuffle(self.queue)

    def take(self, cities: set[str] | None = None) -> Customer:
        """The next one, of those who live in one of `cities` if there are any."""
        near = (person for person in self.queue if cities is None or person.city in cities)
        found = next(near, self.queue[0])
        self.queue.remove(found)
        self.queue.append(found)
        return found


def baskets(*, pickup: bool) -> Iterator[Basket]:
    """One for each order of `FATES`; without `pickup`, all parcels travel and are paid before."""
    random = Random(f"{SEED}/baskets")
    shelves, people, sizes = Shelves(random), People(random), cycle(PARCELS)
    for fate in FATES:
        possible = fate if pickup else replace(fate, pickup=False, at_counter=False)
        for nth in range(fate.orders):
            size = 1 if fate.single else next(sizes)
            customer = people.take({offer.city for offer in shelves.offers} if fate.pickup else None)
            chosen = _chosen(possible, customer.city, size, shelves, random)
            if chosen:
                yield Basket(possible, nth, customer, _parcels(chosen, random), _method(possible, random))


def _chosen(fate: Fate, city: str, parcels: int, shelves: Shelves, random: Random) -> list[Shelved]:
    """Something of as many sellers as there are to be parcels, and now and then one thing more of one of them."""
    chosen = shelves.take(lambda offer: _suits(fate, city, offer))
    sellers = {offer.seller_id for offer in chosen}
    for _ in range(parcels - 1):
        chosen += shelves.take(lambda offer: offer.category in ADDED and offer.seller_id not in sellers)
        sellers.update(offer.seller_id for offer in chosen)
    if not fate.single and random.random() < 0.2:
        chosen += shelves.take(lambda offer: offer.category in ADDED and offer.seller_id in sellers)
    return chosen


def _suits(fate: Fate, city: str, offer: Shelved) -> bool:
    if fate.pickup:
        return offer.city == city
    return not fate.careless or offer.seller in CARELESS


def _parcels(chosen: list[Shelved], random: Random) -> tuple[dict[int, int], ...]:
    parcels: dict[int, dict[int, int]] = {}
    for offer in chosen:
        quantity = 2 if offer.stock >= PLENTY and random.random() < 0.3 else 1
        parcels.setdefault(offer.seller_id, {})[offer.offer_id] = quantity
    return tuple(parcels.values())


def _method(fate: Fate, random: Random) -> str:
    if fate.pickup:
        return "pickup"
    return "express" if random.random() < 0.2 else "standard"
