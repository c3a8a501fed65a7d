"""What a firm may wish: the words for it, and its bounds."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

# How alike the units of one wish must be: same model and grade, same model, or any that fits.
UNIFORMITIES = SAME_GRADE, SAME_MODEL, ANY = ("grade", "model", "any")
# How a firm wishes to pay; which of them can be had, the operator says.
PAYMENTS = TRANSFER, CARD, INVOICE = ("bank-transfer", "stripe", "invoice")

MOST_LINES = 50
# Of all lines together, spares with them.
MOST_UNITS = 500
# What a firm types of one line; longer ones are no line but a letter.
LONGEST_LINE = 300
# The dearest unit that anybody may ask for, in whole units of the shop's currency: more is a typing error.
DEAREST = 20_000
MOST_STORAGE_GB = 16 * 1024


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of a request. `text` is what was typed.

    `model_id` names the model, else `category` (a slug) and `words` (what else the product's text must hold, as
    `16 gb french`) say what would do; `storage_gb` at least, `grade` and `battery` (percent) the lowest, `budget` the
    most for one unit in minor units with VAT. `wanted_on` is the line's own day, where it has one.
    """

    quantity: int
    text: str = ""
    spare: int = 0
    model_id: int | None = None
    category: str | None = None
    words: str = ""
    storage_gb: int | None = None
    grade: str = "fair"
    battery: int | None = None
    budget: int | None = None
    uniformity: str = SAME_MODEL
    wanted_on: date | None = None

    @property
    def units(self) -> int:
        """How many are asked for, spares with them."""
        return self.quantity + self.spare


@dataclass(frozen=True, slots=True)
class Firm:
    """Who asks, whom the invoice goes to, and where the parcels go.

    `register_number` is a SIREN or SIRET in France, elsewhere what firms have there, in its plain spelling.
    """

    name: str
    register_number: str
    vat_id: str
    contact: str
    email: str
    phone: str
    street: str
    street_more: str
    postcode: str
    city: str
    country: str
    delivery_name: str
    delivery_street: str
    delivery_street_more: str
    delivery_postcode: str
    delivery_city: str
    delivery_country: str


FIRM_FIELDS = tuple(field.name for field in fields(Firm))


@dataclass(frozen=True, slots=True)
class Request:
    """What a firm asks for. `vat_only` wants only units whose VAT it can recover (standard scheme)."""

    firm: Firm
    wishes: tuple[Wish, ...]
    wanted_on: date | None = None
    payment: str = TRANSFER
    purchase_order: str = ""
    vat_only: bool = False
    language: str = "en"

    def day_of(self, wish: Wish) -> date | None:
        """The day by which a line must be there: its own, or that of the whole request."""
        return wish.wanted_on or self.wanted_on

    @property
    def units(self) -> int:
        return units_of(self.wishes)


def units_of(wishes: Iterable[Wish]) -> int:
    """How many devices the lines ask for in all, spares with them."""
    return sum(wish.units for wish in wishes)
