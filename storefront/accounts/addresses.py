"""The addresses that somebody has parcels sent to."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from werkzeug.exceptions import NotFound

from ..core.database import db
from .models import Address

# More than anybody sends parcels to; the one unused for longest makes room.
MOST = 20
FIELDS = ("name", "phone", "street", "street_more", "postcode", "city", "country")


def of_person(person_id: int) -> list[Address]:
    """This person's addresses, the last used first; one SQL statement."""
    statement = select(Address).where(Address.person_id == person_id)
    return list(db.session.scalars(statement.order_by(Address.used_at.desc(), Address.id.desc())))


def of_person_by_id(person_id: int, address_id: int) -> Address:
    """The address with this id, if it is this person's; `NotFound` (404) for any other."""
    statement = select(Address).where(Address.id == address_id, Address.person_id == person_id)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def values_of(address: Address) -> dict[str, str]:
    """Its fields, as a form shows them."""
    return {name: getattr(address, name) for name in FIELDS}


def keep(*, person_id: int, values: Mapping[str, str], now: datetime) -> None:
    """Note an address as the last one used: a new one, or one that was there already."""
    known = of_person(person_id)
    same = next((address for address in known if values_of(address) == dict(values)), None)
    if same:
        same.used_at = now
        return
    for oldest in known[MOST - 1 :]:
        db.session.delete(oldest)
    db.session.add(Address(person_id=person_id, used_at=now, **values))


def change(*, person_id: int, address_id: int, values: Mapping[str, str], now: datetime) -> None:
    """Put other values into an address of this person. Raises `NotFound`."""
    address = of_person_by_id(person_id, address_id)
    for name in FIELDS:
        setattr(address, name, values[name])
    address.used_at = now


def forget(*, person_id: int, address_id: int) -> None:
    """Delete an address of this person. Raises `NotFound`."""
    db.session.delete(of_person_by_id(person_id, address_id))


def forget_all(*, person_id: int) -> None:
    """Delete all addresses of this person."""
    db.session.execute(delete(Address).where(Address.person_id == person_id))
