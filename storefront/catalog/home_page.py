"""The home page: the categories, and the best value of each today."""

from search import Filters, Query

from ..impact.queries import climate_avoided
from .cards import rendered_cards
from .finder import current_finder
from .queries import Shelf, from_trusted_sellers
from .shown import CategoryView, Drawing, HomePage
from .titles import category_name

SHOWN_CARDS = 8
# Among how many of a category's best a trusted seller's is looked for.
LOOKED_AT = 40
# A drawing in this colour stands for a whole category.
CATEGORY_COLOUR = "blue"


def home_page() -> HomePage:
    """Everything `/` shows; at most 4 SQL statements."""
    finder = current_finder()
    generation = finder.catch_up()
    counts = dict(finder.engine.search(Query(per_page=1)).facets["category"])
    shelves = [shelf for shelf in finder.shelves if counts.get(shelf.slug)]
    return HomePage(
        categories=tuple(_category(category, counts[category.slug]) for category in shelves),
        cards=rendered_cards(_best([category.slug for category in shelves[:SHOWN_CARDS]]), generation),
        impact=climate_avoided("smartphones"),
    )


def _category(category: Shelf, count: int) -> CategoryView:
    return CategoryView(
        category.slug, category_name(category), count, Drawing(category.drawing, CATEGORY_COLOUR)
    )


def _best(slugs: list[str]) -> list[int]:
    """The best value of each category, from trusted sellers; one SQL statement."""
    engine = current_finder().engine
    shelves = [
        [
            hit.offer_id
            for hit in engine.search(Query(filters=Filters(category=(slug,)), per_page=LOOKED_AT)).hits
        ]
        for slug in slugs
    ]
    trusted = from_trusted_sellers(offer_id for shelf in shelves for offer_id in shelf)
    return [
        offers[0] for shelf in shelves if (offers := [offer_id for offer_id in shelf if offer_id in trusted])
    ]
