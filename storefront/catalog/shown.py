"""What the catalogue's pages show: plain values, ready for a template, so that no template reads the database."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from ..core.money import Money
from ..impact.queries import Avoided


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a device drawing is made from; see `drawings.py`. Sizes in millimetres, 0 where unknown."""

    kind: str
    colour: str
    height_mm: float = 0.0
    width_mm: float = 0.0
    lenses: int = 0
    front: str = ""


@dataclass(frozen=True, slots=True)
class NewPrice:
    """What the device costs or cost new: asked when, and where."""

    price: Money
    on: date | None
    source: str

    @property
    def at_launch(self) -> bool:
        """Whether this is what it cost when it came out, and maybe never since."""
        return self.source.startswith(("launch price", "approximate launch price"))


@dataclass(frozen=True, slots=True)
class Updates:
    """Security updates: `state` as in `rules.updates_state`, the last day when it is known, and when it was checked."""

    state: str
    until: date | None
    checked: date | None = None


@dataclass(frozen=True, slots=True)
class SellerView:
    """A seller beside an offer: the name, the stars of quality (1 to 5) and the identity that law asks for."""

    slug: str
    name: str
    stars: int
    finished_lines: int
    probation: bool
    legal_name: str
    address: str
    phone: str
    email: str
    register_number: str
    vat_id: str
    about: str


@dataclass(frozen=True, slots=True)
class OfferView:
    """One buyable offer. `days` are working days until delivery by standard shipping, earliest and latest."""

    id: int
    sku: str
    grade: str
    price: Money
    stock: int
    battery_percent: int | None
    guarantee_months: int
    vat_scheme: str
    days: tuple[int, int]
    seller: SellerView


@dataclass(frozen=True, slots=True)
class Card:
    """A product in a grade, as a list shows it. `reason` is one sentence on why this offer; `saving` is against new."""

    url: str
    title: str
    brand: str
    category: str
    offer: OfferView
    drawing: Drawing
    new: NewPrice | None
    saving: Money | None
    updates: Updates
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a facet, with the number of cards that choosing it gives."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of choices: `name` is the query parameter, `label` what people read."""

    name: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Pill:
    """An active filter, and the address of the same page without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class WayOut:
    """When nothing was found: what to drop or to look for instead, and how many cards that gives."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Option:
    """An entry of a list of links: sort orders, pages, storages, colours."""

    label: str
    url: str
    chosen: bool
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """`/search` and `/c/<category>`. Prices of the form are in major units, as typed."""

    heading: str
    text: str
    action: str
    total: int
    cards: tuple[Markup, ...]
    facets: tuple[Facet, ...]
    pills: tuple[Pill, ...]
    clear_url: str
    min_price: str
    max_price: str
    battery_min: str
    sort: str
    sorts: tuple[tuple[str, str], ...]
    page: int
    pages: int
    previous_url: str
    next_url: str
    corrected: str
    literal: bool
    literal_url: str
    relaxed: bool
    unknown: tuple[str, ...]
    begun: str
    completed: tuple[str, ...]
    near: tuple[WayOut, ...]
    ways_out: tuple[WayOut, ...]
    suggested: tuple[Markup, ...]
    suggested_near: bool
    limited: bool
    notices: tuple[str, ...]
    canonical: str


@dataclass(frozen=True, slots=True)
class GradeChoice:
    """One of the four stickers on a product page; `price` is of its featured offer, none when sold out."""

    grade: str
    url: str
    chosen: bool
    price: Money | None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """`/p/<slug>`: one product in one grade, and the ways to its neighbours."""

    slug: str
    title: str
    model_name: str
    brand: str
    category_slug: str
    category_name: str
    description: str
    drawing: Drawing
    grade: str
    grades: tuple[GradeChoice, ...]
    storages: tuple[Option, ...]
    colours: tuple[Option, ...]
    featured: OfferView | None
    why: str
    others: tuple[OfferView, ...]
    battery_floor: int | None
    new: NewPrice | None
    saving: Money | None
    updates: Updates
    released_on: date | None
    screen_in: float | None
    weight_g: float | None
    impact: Avoided | None
    related: tuple[Markup, ...]
    canonical: str


@dataclass(frozen=True, slots=True)
class CategoryView:
    slug: str
    name: str
    count: int
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class HomePage:
    """`/`. `cards` are rendered cards of the best offers of today, one a category."""

    categories: tuple[CategoryView, ...]
    cards: tuple[Markup, ...]
    impact: Avoided | None
