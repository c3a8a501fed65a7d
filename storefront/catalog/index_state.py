"""How the search index on disk stands against the database."""

from dataclasses import dataclass

from sqlalchemy import distinct, func, select

from search import IndexDamaged

from ..core.database import db
from .changes import generation, words_changed_since
from .finder import current_finder
from .models import CatalogChange


@dataclass(frozen=True, slots=True)
class IndexState:
    """`waiting` products have words that the index doesn't know yet; a `damaged` one is made anew by itself."""

    damaged: bool
    waiting: int


def index_state() -> IndexState:
    """The state of the index now; one SQL statement."""
    try:
        cursor = current_finder().engine.text_cursor()
    except IndexDamaged:
        cursor = None
    statement = select(func.count(distinct(CatalogChange.product_id))).where(
        CatalogChange.text, CatalogChange.generation > (cursor or 0)
    )
    return IndexState(damaged=cursor is None, waiting=db.session.scalar(statement) or 0)


def products_waiting() -> set[int]:
    """The products whose changed words are not in the index yet. Ends this session's transaction."""
    # With fresh eyes: the index may be further than what was read before.
    db.session.rollback()
    return words_changed_since(current_finder().engine.text_cursor(), generation()) or set()
