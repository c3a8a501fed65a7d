"""Pages of a long list by keyset: each begins after the last row of the one before, not after a number of rows.

So the thousandth page costs what the first does, and a row that comes or goes meanwhile makes no other appear twice or
not at all. A cursor names the row at a page's edge by the values that the list is ordered by.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select, TypeDecorator, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from .database import db

T = TypeVar("T")
S = TypeVar("S")
Key = ColumnElement[Any] | InstrumentedAttribute[Any]

# Longer than any that we make: somebody's own invention.
LONGEST_CURSOR = 1_000
_LARGEST = 2**63 - 1
_AFTER, _BEFORE = "a", "b"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list; `next` and `previous` are the cursors of the pages beside it, empty where there is none."""

    rows: tuple[T, ...]
    next: str
    previous: str

    def showing(self, make: Callable[[T], S]) -> "Page[S]":
        """The same page with each row as `make` shows it."""
        return Page(tuple(make(row) for row in self.rows), self.next, self.previous)


def page_of(
    statement: Select[*tuple[Any, ...]],
    *,
    by: Sequence[Key],
    cursor: str = "",
    size: int,
    descending: bool = False,
) -> Page[Row[*tuple[Any, ...]]]:
    """The page of `statement`'s rows that `cursor` asks for, ordered by `by`; one SQL statement.

    `by` are columns that are never NULL, the last of them unique; an index on them keeps every page quick. A cursor
    that can't be read, or comes from a list with another order, gives the first page.
    """
    asked = _read(cursor, by)
    backwards = asked is not None and asked.direction == _BEFORE
    falling = descending != backwards
    if asked is not None:
        edge = tuple_(*(literal(value, key.type) for value, key in zip(asked.values, by, strict=True)))
        statement = statement.where(tuple_(*by) < edge if falling else tuple_(*by) > edge)
    # The keys come with each row, whatever the list shows; one row more than the page tells whether it goes on.
    keyed = statement.add_columns(*(key.label(f"page_key_{place}") for place, key in enumerate(by)))
    found = db.session.execute(
        keyed.order_by(None).order_by(*(key.desc() if falling else key.asc() for key in by)).limit(size + 1)
    ).all()
    further, rows = len(found) > size, list(found[:size])
    if backwards:
        rows.reverse()
    has_next, has_previous = (bool(rows), further) if backwards else (further, asked is not None)
    return Page(
        tuple(rows),
        next=_cursor(_AFTER, rows[-1], by) if rows and has_next else "",
        previous=_cursor(_BEFORE, rows[0], by) if rows and has_previous else "",
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    direction: str
    values: tuple[Any, ...]


def _cursor(direction: str, row: Row[Any], by: Sequence[Key]) -> str:
    values = [getattr(row, f"page_key_{place}") for place in range(len(by))]
    texts = [value.isoformat() if isinstance(value, date) else value for value in values]
    packed = json.dumps([direction, *texts], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _read(cursor: str, by: Sequence[Key]) -> _Asked | None:
    """The cursor, if it is one of this list's; people may write anything into an address."""
    if not cursor or len(cursor) > LONGEST_CURSOR:
        return None
    try:
        packed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        direction, *texts = json.loads(packed.decode())
        if direction not in (_AFTER, _BEFORE) or len(texts) != len(by):
            return None
        return _Asked(
            direction,
            tuple(_value(text, _kind(key)) for text, key in zip(texts, by, strict=True)),
        )
    except (ValueError, TypeError, binascii.Error, RecursionError):
        return None


def _kind(key: Key) -> type[Any]:
    kept_as = key.type.impl_instance if isinstance(key.type, TypeDecorator) else key.type
    return kept_as.python_type


def _value(text: Any, kind: type[Any]) -> Any:
    """A value as the database takes it for a column of this kind; `ValueError` for any other."""
    if issubclass(kind, date):
        value = kind.fromisoformat(text)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise ValueError("a time without its zone")
        return value
    if type(text) is not kind:
        raise ValueError(f"not a {kind.__name__}")
    if isinstance(text, str):
        text.encode()
        if "\0" in text:
            raise ValueError("a NUL")
    elif not isfinite(text) or abs(text) > _LARGEST:
        raise ValueError("not a number that a database holds")
    return text
