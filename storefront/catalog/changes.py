"""Telling everybody what changed: the catalogue's generation, and the outbox that the search index follows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from flask import Flask
from sqlalchemy import Engine, Table, delete, func, insert, select, update

from ..core.database import db
from .models import CatalogChange, CatalogGeneration

_ROW = 1
# How far behind a process may be and still catch up change by change.
KEPT_GENERATIONS = 5_000
# The number of PostgreSQL's advisory lock that imports take.
_IMPORTS = 7_312_001
_changes = cast(Table, CatalogChange.__table__)


def wait_for_other_imports() -> None:
    """Let one import write at a time, until the caller's transaction ends: two that add the same thing would clash.

    SQLite's transactions that write do so by themselves.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_IMPORTS)))


def record_changes(product_ids: Iterable[int], *, text: bool) -> None:
    """Say within the caller's transaction that these products changed; `text` when their words did, too.

    Takes the generation's row lock until the commit, so it belongs at the end of an action.
    """
    ids = sorted(set(product_ids))
    if not ids:
        return
    number = raise_generation()
    rows: list[dict[str, Any]] = [
        {"generation": number, "product_id": product_id, "text": text} for product_id in ids
    ]
    db.session.execute(insert(_changes), rows)


def raise_generation() -> int:
    """Say within the caller's transaction that pages show something else, even where no product changed.

    Who changes categories or sellers says so besides telling of products: what each process knows of them is read
    again only then, not with every price. Takes the row lock until the commit, too. Returns the new number.
    """
    raise_by_one = (
        update(CatalogGeneration)
        .where(CatalogGeneration.id == _ROW)
        .values(number=CatalogGeneration.number + 1)
        .returning(CatalogGeneration.number)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(raise_by_one).scalar_one()


def forget_old_changes() -> None:
    """Drop outbox rows that no process needs: one that is further behind reads everything anew."""
    oldest_kept = select(CatalogGeneration.number - KEPT_GENERATIONS).scalar_subquery()
    db.session.execute(delete(CatalogChange).where(CatalogChange.generation < oldest_kept))


@dataclass(frozen=True, slots=True)
class Changes:
    """`texts` tells of each changed product whether its words did, too.

    `around` is true where more than offers may have changed: words, categories, sellers, the whole house.
    """

    texts: Mapping[int, bool]
    around: bool


def changed_products(after: int, upto: int, *, most: int) -> Changes | None:
    """What changed after one generation up to another; one SQL statement where each of them told of products.

    `None` where the outbox has forgotten, or holds more than `most` products.
    """
    statement = (
        select(CatalogChange.generation, CatalogChange.product_id, CatalogChange.text)
        .where(CatalogChange.generation > after, CatalogChange.generation <= upto)
        .limit(most + 1)
    )
    rows = db.session.execute(statement).all()
    told = {row.generation for row in rows}
    # The oldest rows are forgotten first: where the first is there, all are.
    if len(rows) > most or (after + 1 not in told and _forgotten(after, upto)):
        return None
    texts: dict[int, bool] = {}
    for _generation, product_id, text in rows:
        texts[product_id] = texts.get(product_id, False) or text
    return Changes(texts, around=any(texts.values()) or len(told) < upto - after)


def words_changed_since(after: int, upto: int) -> set[int] | None:
    """The products whose words changed after one generation up to another; `None` when the outbox has forgotten."""
    if _forgotten(after, upto):
        return None
    statement = select(CatalogChange.product_id).where(
        CatalogChange.generation > after, CatalogChange.generation <= upto, CatalogChange.text
    )
    return set(db.session.scalars(statement))


def _forgotten(after: int, upto: int) -> bool:
    oldest = db.session.scalar(select(func.min(CatalogChange.generation)))
    return after < upto and (oldest is None or oldest > after + 1)


def generation() -> int:
    """The number of the last change that can be seen from here."""
    return db.session.execute(select(CatalogGeneration.number)).scalar_one()


def peek_at_generation(app: Flask) -> Callable[[], int]:
    """A function that reads the generation for requests that read nothing else: without a session, in microseconds."""

    @cache
    def engine() -> Engine:
        with app.app_context():
            return db.engine

    def peek() -> int:
        connection = engine().raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT number FROM catalog_generation")
            (number,) = cursor.fetchone() or (0,)
            return int(number)
        finally:
            connection.close()

    return peek
