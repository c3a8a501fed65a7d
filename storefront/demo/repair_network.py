"""The demo shop's repairers: invented workshops in real towns, taken in by the actions that the pages use."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, repeat
from random import Random

from sqlalchemy import select

from ..accounts.models import PersonRole
from ..core.database import db
from ..core.mail import discard_unsent
from ..repair.faults import faults_of
from ..repair.network import actions, joining, quality, standings
from ..repair.network.forms import DailyForm, FullForm, RepairerForm
from ..repair.network.models import Repairer
from ..repair.network.places import TOWN, Place
from ..repair.network.price_form import PriceHint
from ..repair.network.rules import CHECKS, ELSE, SUSPEND, SUSPENDED, VERIFIED, VERIFY, WAYS, Point
from .generator import SEED
from .tables import REPAIRERS_CSV

# What repairs cost at a usual workshop, in euros, from and to: by what is mended, whatever the maker.
USUAL = {
    "smartphones": {
        "screen": (89, 169), "battery": (59, 79), "charging": (49, 69), "camera": (69, 109),
        "buttons": (49, 69), "sound": (45, 69), "water": (39, 79), "software": (35, 49),
    },
    "tablets": {"screen": (119, 199), "battery": (79, 109), "charging": (69, 89), "software": (39, 49)},
    "laptops": {
        "screen": (129, 229), "battery": (79, 139), "keyboard": (89, 159), "storage": (69, 129), "heat": (59, 89),
        "ports": (79, 129), "slow": (49, 79), "software": (49, 79), "water": (89, 179), "case": (69, 119),
    },
    "desktops": {"storage": (69, 119), "software": (49, 79), "heat": (45, 69), "ports": (59, 99), "battery": (69, 119)},
    "consoles": {"controller": (35, 49), "disc": (69, 99), "screen": (79, 109), "heat": (49, 69), "battery": (55, 85)},
    "monitors": {"screen": (79, 149), "battery": (59, 99), "ports": (59, 89)},
    "tvs": {"screen": (119, 249), "battery": (89, 149), "ports": (69, 99), "sound": (69, 109)},
    "audio": {"battery": (39, 69), "sound": (35, 59), "charging": (35, 55), "case": (25, 45)},
    "watches": {"screen": (69, 119), "battery": (49, 79), "buttons": (45, 69)},
    "e-readers": {"screen": (69, 99), "battery": (45, 65), "charging": (39, 55)},
    "appliances": {"battery": (49, 89), "heat": (59, 99), "leak": (65, 109), "noise": (69, 129)},
    # Things that have nothing in common have no usual price.
    ELSE: {},
}  # fmt: skip
# What customers wrote, by the stars that they gave.
WORDS = {
    5: ("Réparé en une heure, expliqué avec patience.", "Prix tenu, et mes photos sont toujours là. Merci !"),
    4: ("Très bien, un peu d’attente à l’accueil.", "Bon travail, la pièce a mis trois jours à venir."),
    3: ("Réparé, mais il a fallu rappeler deux fois.",),
    2: ("Une semaine de retard et peu d’explications.",),
    1: ("Devis doublé au moment de payer : j’ai refusé.",),
}
ENDS = ("repaired", "not_repairable", "declined", "expired")
SUSPENDED_BECAUSE = "Douze demandes restées sans réponse en trois mois, et des devis qui doublaient."


@dataclass(frozen=True, slots=True)
class Workshop:
    """A row of `repairers.csv`: what it says of itself, and how its cases ended so far."""

    form: FullForm
    point: Point
    price_level: float
    joined_days: int
    standing: str
    ends: Mapping[str, int]
    stars: Mapping[int, int]


def workshops() -> Iterator[Workshop]:
    with REPAIRERS_CSV.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ways = row["ways"].split()
            repairer = RepairerForm(
                phone=row["phone"],
                website="",
                hours=row["hours"],
                languages=row["languages"],
                **{way: way in ways for way in WAYS},
                name=row["name"],
                register_number=row["register_number"],
                email=row["email"],
                street=row["street"],
                postcode=row["postcode"],
                city=row["city"],
                country="FR",
                bonus_label=row["bonus_label"] == "yes",
                insurer=row["insurer"],
                insurance_policy=row["insurance_policy"],
            )
            yield Workshop(
                form=FullForm(repairer, tuple(row["categories"].split())),
                point=Point(float(row["lat"]), float(row["lon"])),
                price_level=float(row["price_level"]),
                joined_days=int(row["joined_days"]),
                standing=row["standing"],
                ends={end: int(row[end]) for end in ENDS},
                stars={count: int(row[f"rated_{count}"]) for count in range(5, 0, -1)},
            )


def take_repairers_in(*, now: datetime) -> int:
    """Have all of them apply, prove their mailbox, be looked at and earn a record; returns how many there are.

    Within the caller's transaction, after the people of the shop. Their mails don't go out.
    """
    operator = db.session.scalars(
        select(PersonRole.person_id).where(PersonRole.role == "operator").order_by(PersonRole.person_id)
    ).first()
    emails = [_take_in(workshop, operator, now) for workshop in workshops()]
    quality.refresh(today=now.date())
    discard_unsent(emails)
    return len(emails)


def _take_in(workshop: Workshop, operator: int | None, now: datetime) -> str:
    said = workshop.form.repairer
    then = now - timedelta(days=workshop.joined_days)
    place = Place(said.city, said.postcode, said.country, workshop.point, TOWN)
    joining.apply(workshop.form, place=place, language="fr", now=then)
    repairer = joining.newest_of(said.email)
    assert repairer is not None  # noqa: S101 - it has just applied
    daily = DailyForm(**{name: getattr(said, name) for name in DailyForm.__slots__})
    joining.keep_own(
        repairer_id=repairer.id, form=daily, prices=_prices(workshop), seen=repairer.version, now=then
    )
    if workshop.standing in (VERIFIED, SUSPENDED):
        _move(repairer, VERIFY, "", operator, then + timedelta(days=2))
        _live(repairer, workshop, now)
    if workshop.standing == SUSPENDED:
        _move(repairer, SUSPEND, SUSPENDED_BECAUSE, operator, now - timedelta(days=6))
    return said.email


def _move(repairer: Repairer, move: str, reason: str, operator: int | None, at: datetime) -> None:
    standings.move(
        repairer_id=repairer.id,
        move=move,
        reason=reason,
        checked=CHECKS if move == VERIFY else (),
        seen=repairer.version,
        person_id=operator,
        today=at.date(),
        now=at,
    )


def _prices(workshop: Workshop) -> Iterator[PriceHint]:
    """The usual prices at this workshop's level, as price tags have them: ending in 5 or 9."""
    for category in workshop.form.categories:
        known = {fault.code for fault in faults_of(category)}
        for fault, ends in USUAL[category].items():
            if fault in known:
                low, high = (100 * _tag(end * workshop.price_level) for end in ends)
                yield PriceHint(category, fault, low, high)


def _tag(euros: float) -> int:
    tens, rest = divmod(round(euros), 10)
    return 10 * tens + (9 if rest > 6 else 5 if rest > 2 else -1)


def _live(repairer: Repairer, workshop: Workshop, now: datetime) -> None:
    """A record of the days since it joined; the same for everybody who loads the demo shop."""
    dice = Random(f"{SEED}/{repairer.slug}")

    def entry(outcome: str, place: int, words: str = "") -> actions.Entry:
        day = now - timedelta(days=dice.randint(1, workshop.joined_days - 3))
        return actions.Entry(repairer.id, f"demo-{outcome}-{place}", outcome, day.date(), words)

    ends = [entry(end, place) for end, count in workshop.ends.items() for place in range(count)]
    ratings = [
        entry(f"rated_{stars}", place, words)
        for stars, count in workshop.stars.items()
        for place, words in zip(range(count), chain(WORDS[stars], repeat("")), strict=False)
    ]
    actions.note_entries([*ends, *ratings], now=now)
