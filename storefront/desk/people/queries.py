"""The list of accounts, and one of them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import NotFound

from ...accounts.models import Person, PersonRole
from ...core.database import db
from ...core.paging import Page, page_of
from ...sellers.models import SellerMember
from .forms import OF_A_SELLER, PeopleFilters

PEOPLE = 50


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An account in the list. `sellers` is for how many it acts."""

    id: int
    email: str
    name: str
    roles: tuple[str, ...]
    sellers: int
    has_second_factor: bool


def people_page(filters: PeopleFilters, *, cursor: str) -> Page[PersonRow]:
    """Open accounts by mail address; two SQL statements."""
    sellers = (
        select(func.count())
        .where(SellerMember.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
        .label("sellers")
    )
    statement = select(Person.id, Person.email, Person.name, Person.totp_salt, sellers)
    page = page_of(_narrowed(statement, filters), by=(Person.email,), cursor=cursor, size=PEOPLE)
    found = select(PersonRole.person_id, PersonRole.role).where(
        PersonRole.person_id.in_([row.id for row in page.rows])
    )
    roles: dict[int, list[str]] = {}
    for row in db.session.execute(found.order_by(PersonRole.role)):
        roles.setdefault(row.person_id, []).append(row.role)
    return page.showing(lambda row: _row(row, roles))


def _row(row: Row[Any], roles: dict[int, list[str]]) -> PersonRow:
    return PersonRow(
        id=row.id,
        email=row.email,
        name=row.name,
        roles=tuple(roles.get(row.id, ())),
        sellers=row.sellers,
        has_second_factor=bool(row.totp_salt),
    )


def _narrowed(statement: Select[*tuple[Any, ...]], filters: PeopleFilters) -> Select[*tuple[Any, ...]]:
    statement = statement.where(Person.closed_at.is_(None))
    if filters.role == OF_A_SELLER:
        statement = statement.where(Person.id.in_(select(SellerMember.person_id)))
    elif filters.role:
        statement = statement.where(
            Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == filters.role))
        )
    for word in filters.text.split()[:8]:
        named = (Person.email, Person.name)
        statement = statement.where(or_(*(column.icontains(word, autoescape=True) for column in named)))
    return statement


def person(person_id: int) -> Person:
    """An open account, with its roles; `NotFound` when there is none. Two SQL statements."""
    statement = (
        select(Person)
        .where(Person.id == person_id, Person.closed_at.is_(None))
        .options(selectinload(Person.role_rows))
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
