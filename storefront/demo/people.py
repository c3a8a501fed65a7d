"""Who lives in the demo shop: an operator, people of two sellers, and a customer who has ordered before."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..accounts import actions
from ..accounts.queries import by_email
from ..config import Settings
from ..core.database import db
from ..core.mail import discard_unsent
from ..sellers.members import join
from ..sellers.models import Seller


@dataclass(frozen=True, slots=True)
class Inhabitant:
    """Somebody to be in the demo shop. `seller` is the slug of the one that they act for."""

    email: str
    name: str
    what: str
    roles: tuple[str, ...] = ()
    seller: str = ""


INHABITANTS = (
    Inhabitant("camille.dupuis@rebelote.example", "Camille Dupuis", "runs the shop", roles=("operator",)),
    Inhabitant(
        "ines@phenix-mobiles.example", "Inès Caradec", "sells, and is behind", seller="phenix-mobiles"
    ),
    Inhabitant("hugo@usine-seconde.example", "Hugo Marchetti", "sells, with care", seller="usine-seconde"),
    Inhabitant("maelle.kervazo@courriel.example", "Maëlle Kervazo", "buys, and has bought before"),
)


def may_have_people(settings: Settings) -> bool:
    """Not where anybody can reach the shop: nobody should find a door that somebody else has the key to."""
    return not settings.shop.url.startswith("https://")


def new_password() -> str:
    """Another one for each demo shop: what everybody knows is no password."""
    return secrets.token_urlsafe(9)


def move_in(password_hash: str, *, language: str, now: datetime) -> None:
    """Give all inhabitants an account who have none, within the caller's transaction; the sellers must be there."""
    sellers = {row.slug: row.id for row in db.session.execute(select(Seller.slug, Seller.id))}
    for one in INHABITANTS:
        if by_email(one.email):
            continue
        person = actions.open_account(
            email=one.email,
            name=one.name,
            language=language,
            password_hash=password_hash,
            roles=one.roles,
            now=now,
        )
        if one.seller:
            join(person_id=person.id, seller_id=sellers[one.seller], now=now)


def change_passwords(password_hash: str, *, now: datetime) -> int:
    """A new password for all who are there, within the caller's transaction; returns how many that are."""
    people = list(filter(None, (by_email(one.email) for one in INHABITANTS)))
    for person in people:
        actions.set_password(person_id=person.id, password_hash=password_hash, keep=None, now=now)
    # Nobody reads these mailboxes.
    discard_unsent({person.email for person in people})
    return len(people)


def who_is_who(password: str, settings: Settings) -> str:
    """How to get in as each of them, in lines for a screen."""
    names = [f"  {one.email:34} {one.what}" for one in INHABITANTS]
    return "\n".join(
        [
            f"Sign in at {settings.shop.url}/sign-in with the password {password} as",
            *names,
            "The password is shown this once. For another: flask --app app demo password",
        ]
    )
