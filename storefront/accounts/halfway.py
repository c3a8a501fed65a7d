"""Between the password and the second factor: noted in this browser's session, for ten minutes."""

from dataclasses import dataclass
from datetime import datetime

from flask import session
from sqlalchemy import select

from ..core.database import db
from .models import Person
from .proving import Proof
from .rules import SECOND_FACTOR_WITHIN
from .tries import keyed

_NAME = "account_halfway"


@dataclass(frozen=True, slots=True)
class Halfway:
    """Who has proved the password. `after` is where to go on to, or empty."""

    proof: Proof
    email: str
    after: str


def begin(proof: Proof, *, email: str, after: str, now: datetime) -> None:
    """Note it. Whoever has the cookie can read it: of the password's hash it holds another one, with the shop's key."""
    session[_NAME] = {
        "person": proof.person_id,
        "password": keyed("halfway", proof.password_hash),
        "at": now.timestamp(),
        "email": email,
        "after": after,
    }


def current(*, now: datetime) -> Halfway | None:
    """Who was let half in, if it isn't too long ago and the password is still the same."""
    kept = session.get(_NAME)
    if not isinstance(kept, dict) or now.timestamp() - kept["at"] > SECOND_FACTOR_WITHIN.total_seconds():
        return None
    password_hash = db.session.scalar(select(Person.password_hash).where(Person.id == kept["person"]))
    if password_hash is None or keyed("halfway", password_hash) != kept["password"]:
        return None
    proof = Proof(person_id=kept["person"], password_hash=password_hash, has_second_factor=True)
    return Halfway(proof=proof, email=kept["email"], after=kept["after"])


def done() -> None:
    session.pop(_NAME, None)
