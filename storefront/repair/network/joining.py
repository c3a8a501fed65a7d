"""How repairers come into the network, and what they say of themselves afterwards."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, exists, select

from ...catalog.rules import slugify
from ...core.database import db
from ...core.errors import FormInvalid
from ...core.folding import folded
from . import letters, quality
from .errors import RepairerChanged
from .forms import DailyForm, FullForm, RepairerForm
from .models import Repairer, RepairerCategory, RepairerEvent, RepairerPrice
from .places import Place, find_place
from .price_form import PriceHint
from .rules import APPLIED, SUSPENDED, VERIFIED

# An application whose mailbox nobody proved is nobody's.
UNPROVED_KEPT = timedelta(days=14)


def place_of(form: RepairerForm) -> Place:
    """Where the address is. Raises `FormInvalid` for a place that nobody knows."""
    found = find_place(f"{form.postcode} {form.city}", country=form.country)
    if found is None:
        raise FormInvalid(
            {"city": _("We can't find this place. Please check postcode and town, or give the nearest town.")}
        )
    return found


def apply(form: FullForm, *, place: Place, language: str, now: datetime) -> None:
    """Take an application, and mail the link that proves the mailbox.

    Who applied with this mailbox before goes on where they were; whoever is in the network already gets the link to
    their page instead. The caller can't tell one from the other.
    """
    known = newest_of(form.repairer.email)
    if known is not None and (known.standing in (VERIFIED, SUSPENDED) or _is_proved(known)):
        # Whoever sends this form may not be who reads that mailbox: what is there stays as it is.
        letters.own_page(known, now=now)
        return
    repairer = _applied(form, place=place, language=language, now=now)
    letters.prove(repairer, now=now)


def send_link(*, email: str, now: datetime) -> None:
    """Mail the link to the repairer's own page, if this mailbox is one's."""
    repairer = newest_of(email)
    if repairer is not None:
        letters.own_page(repairer, now=now)


def newest_of(email: str) -> Repairer | None:
    """Whom this mailbox (in small letters) belongs to: one that was refused may have come again. One SQL statement."""
    statement = select(Repairer).where(Repairer.email == email, Repairer.email != "")
    return db.session.scalars(statement.order_by(Repairer.id.desc()).limit(1)).one_or_none()


def _is_proved(repairer: Repairer) -> bool:
    return repairer.standing == APPLIED and repairer.proved_at is not None


def _applied(form: FullForm, *, place: Place, language: str, now: datetime) -> Repairer:
    # Of several tries without a proof, the last one counts.
    unproved = (
        Repairer.email == form.repairer.email,
        Repairer.standing == APPLIED,
        Repairer.proved_at.is_(None),
    )
    db.session.execute(delete(Repairer).where(*unproved))
    repairer = Repairer(
        **asdict(form.repairer),
        slug=free_slug(f"{form.repairer.name} {form.repairer.city}"),
        language=language,
        lat=place.point.lat,
        lon=place.point.lon,
        standing=APPLIED,
        agreed_at=now,
        created_at=now,
        risk=quality.newcomers_risk(),
        search_text=search_text(form.repairer),
        categories=[RepairerCategory(category=category) for category in form.categories],
    )
    db.session.add(repairer)
    db.session.flush()
    note(repairer, "applied", now=now)
    return repairer


def keep_own(
    *, repairer_id: int, form: DailyForm, prices: Iterable[PriceHint], seen: int, now: datetime
) -> None:
    """What a repairer says of itself; by its mailed link, so that its mailbox is proved. Raises `RepairerChanged`."""
    repairer = locked(repairer_id, seen=seen)
    if repairer.proved_at is None:
        repairer.proved_at = now
    _take_over(repairer, asdict(form))
    set_prices(repairer, prices, today=now.date())
    note(repairer, "edited", now=now)


def edit(
    *,
    repairer_id: int,
    form: FullForm,
    prices: Iterable[PriceHint],
    place: Place,
    seen: int,
    person_id: int,
    now: datetime,
) -> None:
    """What an operator says of a repairer. Raises `RepairerChanged`."""
    repairer = locked(repairer_id, seen=seen)
    moved = (repairer.postcode, repairer.city, repairer.country) != (
        form.repairer.postcode,
        form.repairer.city,
        form.repairer.country,
    )
    _take_over(repairer, asdict(form.repairer))
    if moved:
        # A directory may know the very house: only another town moves it.
        repairer.lat, repairer.lon = place.point.lat, place.point.lon
    repairer.search_text = search_text(form.repairer)
    there = {row.category: row for row in repairer.categories}
    repairer.categories = [
        there.get(category) or RepairerCategory(category=category) for category in form.categories
    ]
    set_prices(repairer, (hint for hint in prices if hint.category in form.categories), today=now.date())
    note(repairer, "edited", person_id=person_id, now=now)


def locked(repairer_id: int, *, seen: int) -> Repairer:
    """The repairer, for a change of the version `seen`. Raises `RepairerChanged` when there is another by now."""
    found = db.session.scalars(
        select(Repairer)
        .where(Repairer.id == repairer_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or found.version != seen:
        raise RepairerChanged(
            _("Somebody else has just changed this repairer. Nothing was saved; please look again.")
        )
    found.version += 1
    return found


def _take_over(repairer: Repairer, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(repairer, name, value)
    db.session.flush()


def set_prices(repairer: Repairer, prices: Iterable[PriceHint], *, today: date) -> None:
    """Say these prices and no others. Saying one again makes it today's."""
    db.session.execute(delete(RepairerPrice).where(RepairerPrice.repairer_id == repairer.id))
    db.session.add_all(
        RepairerPrice(repairer_id=repairer.id, said_on=today, **asdict(hint)) for hint in prices
    )
    db.session.flush()
    db.session.expire(repairer, ["prices"])


def note(
    repairer: Repairer,
    what: str,
    *,
    reason: str = "",
    checked: Iterable[str] = (),
    person_id: int | None = None,
    now: datetime,
) -> None:
    """Write a line of the repairer's log, with where it stands by now."""
    db.session.add(
        RepairerEvent(
            repairer_id=repairer.id,
            person_id=person_id,
            at=now,
            what=what,
            to_standing=repairer.standing,
            reason=reason,
            checked=" ".join(checked),
        )
    )
    db.session.flush()


def free_slug(text: str) -> str:
    """A short name for an address that nobody has: with a little draw when the plain one is taken."""
    plain = slugify(text, 80) or "repairer"
    while db.session.scalar(select(exists().where(Repairer.slug == plain))):
        plain = f"{slugify(text, 80) or 'repairer'}-{secrets.token_hex(3)}"
    return plain


def search_text(form: RepairerForm) -> str:
    """What the desk finds a repairer by."""
    return folded(
        " ".join(
            (form.name, form.city, form.postcode, form.email, form.register_number, form.insurance_policy)
        )
    )[:700]


def purge(*, now: datetime) -> None:
    """Delete applications whose mailbox was never proved."""
    db.session.execute(
        delete(Repairer).where(
            Repairer.standing == APPLIED,
            Repairer.proved_at.is_(None),
            Repairer.created_at < now - UNPROVED_KEPT,
        )
    )
