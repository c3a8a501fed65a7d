"""Whom the pages of settings name."""

from collections.abc import Iterable

from sqlalchemy import select

from ...accounts.models import Person
from ...core.database import db


def names_of(person_ids: Iterable[int | None]) -> dict[int, str]:
    """What people are called, by id: their names, else their addresses; one statement. Who is gone is left out."""
    wanted = sorted({person_id for person_id in person_ids if person_id is not None})
    rows = db.session.execute(select(Person.id, Person.name, Person.email).where(Person.id.in_(wanted)))
    return {row.id: row.name or row.email for row in rows}
