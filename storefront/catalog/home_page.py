"""The home page: the categories, and the best value of each today."""

from search import Filters, Query

from ..impact.queries import climate_avoided
from .cards import rendered_cards
from .finder import current_finder
from .models import Category
from .queries import categories
from .shown import CategoryView, Drawing, HomePage
from .titles import category_name

SHOWN_CARDS = 6
# A drawing in this colour stands for a whole category.
CATEGORY_COLOUR = "blue"


def home_page() -> HomePage:
    """Everything `/` shows. Two SQL statements for the cards, one for the categories, one for the generation."""
    finder = current_finder()
    generation = finder.catch_up()
    counts = dict(finder.engine.search(Query(per_page=1)).facets["category"])
    shelves = [category for category in categories() if counts.get(category.slug)]
    return HomePage(
        categories=tuple(_category(category, counts[category.slug]) for category in shelves),
        cards=rendered_cards([_best(category.slug) for category in shelves[:SHOWN_CARDS]], generation),
        impact=climate_avoided("smartphones"),
    )


def _category(category: Category, count: int) -> CategoryView:
    return CategoryView(category.slug, category_name(category), count, Drawing(category.drawing, CATEGORY_COLOUR))


def _best(slug: str) -> int:
    """The offer with the best value of a category that has one."""
    return current_finder().engine.search(Query(filters=Filters(category=(slug,)), per_page=1)).hits[0].offer_id
