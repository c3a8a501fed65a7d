"""Products without a model that are one and the same, though a row says it otherwise than the row they were made of.

Two that have the same title, storage and colour are the same, unless both name a brand and it is not the same one: one
system exports makers, another doesn't.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import select

from ..core.database import db
from .known import Place
from .models import Product
from .terms import KnownOffer

Key = tuple[str, int | None, str]


class Twins:
    """Learns the products that a file speaks of, batch by batch; what it adds itself as well."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        # By what is the same: brand (none: not said) by identity.
        self.known: dict[Key, dict[str, int | None]] = {}

    def joined(self, places: Iterable[Place], known: Collection[KnownOffer]) -> list[Place]:
        """The places, each with the identity of its twin where it has one; of `known` offers, products stay."""
        places = list(places)
        settled = {offer.identity for offer in known}
        self._ask({place.line.title for place in places if place.model_id is None} - self.asked)
        return [
            place if place.model_id or place.identity in settled else self._with_its_twin(place)
            for place in places
        ]

    def _ask(self, titles: Collection[str]) -> None:
        """One SQL statement, or none where nothing is asked."""
        self.asked.update(titles)
        if not titles:
            return
        columns = (Product.identity, Product.title, Product.storage_gb, Product.colour, Product.brand_id)
        same = select(*columns).where(Product.title.in_(sorted(titles)), Product.model_id.is_(None))
        for row in db.session.execute(same.order_by(Product.id)):
            key = (row.title, row.storage_gb, row.colour or "")
            self.known.setdefault(key, {})[row.identity] = row.brand_id

    def _with_its_twin(self, place: Place) -> Place:
        line = place.line
        there = self.known.setdefault((line.title, line.storage_gb, line.colour), {})
        if place.identity not in there:
            twin = _twin(place.brand_id, there)
            if twin:
                return replace(place, identity=twin)
            there[place.identity] = place.brand_id
        return place


def _twin(brand_id: int | None, there: dict[str, int | None]) -> str:
    """The identity of the one that is meant; empty where there is none, or several may be."""
    same = [identity for identity, brand in there.items() if brand == brand_id]
    meant = same or [identity for identity, brand in there.items() if brand is None or brand_id is None]
    return meant[0] if len(meant) == 1 else ""
