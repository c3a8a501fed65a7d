"""Whether what is on sale fits what is wished: one rule for the page that counts and for what is proposed."""

from dataclasses import dataclass

from ...catalog.rules import BATTERY_FLOOR, GRADES
from .rules import Wish

# Units with this scheme are invoiced with VAT, which a firm can recover.
RECOVERABLE = "standard"


@dataclass(frozen=True, slots=True)
class Stall:
    """An offer as a wish looks at it; `price` in minor units with VAT, `category` a slug."""

    product_id: int
    model_id: int | None
    category: str
    storage_gb: int | None
    grade: str
    price: int
    battery: int | None
    vat_scheme: str
    stock: int


def fits(wish: Wish, stall: Stall, said: frozenset[int] | None, *, vat_only: bool) -> bool:
    """Whether a unit of `stall` would do. `said` are the products whose text has the wish's words, where it has any.

    A storage that nobody knows is none; a battery that nobody measured is what its grade promises.
    """
    return (
        _is_asked_for(wish, stall, said)
        and GRADES.index(stall.grade) <= GRADES.index(wish.grade)
        and (wish.storage_gb is None or (stall.storage_gb or 0) >= wish.storage_gb)
        and (wish.battery is None or (stall.battery or BATTERY_FLOOR[stall.grade]) >= wish.battery)
        and (wish.budget is None or stall.price <= wish.budget)
        and (not vat_only or stall.vat_scheme == RECOVERABLE)
    )


def _is_asked_for(wish: Wish, stall: Stall, said: frozenset[int] | None) -> bool:
    if wish.model_id is None and wish.category is None and not wish.words:
        return False
    if wish.model_id is not None and stall.model_id != wish.model_id:
        return False
    if wish.model_id is None and wish.category is not None and stall.category != wish.category:
        return False
    return not wish.words or (said is not None and stall.product_id in said)
