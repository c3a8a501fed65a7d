"""A case goes to one repairer: by its customer's consent, and to nobody else."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import NotFound

from ...config import current_settings
from ...core.clock import shop_day
from ...core.database import db
from ...core.money import Money
from ...orders import queries as orders
from ...orders.dates import conform_by, over_at
from ...orders.models import OrderLine, Parcel
from ...orders.units import UnitFacts, unit_by_key
from ..advice.case import Case
from ..advice.cover import cover_of
from ..network.models import Repairer
from ..network.place_names import postcode_in
from ..network.places import find_place
from ..network.rules import is_shown
from . import letters, queries
from .errors import ReferralRefused
from .forms import Contact
from .models import Referral
from .moves import record, settle
from .rules import CUSTOMER, GUARANTEE, NETWORK, REPAIRER, SENT, TO_HAND_ON, is_readable
from .tokens import hash_of, new_nonce


@dataclass(frozen=True, slots=True)
class Compared:
    """What the same device cost that day: `refurbished` or `new`; empty where nobody knows."""

    price: Money | None = None
    with_: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: in which language, in which account (none without), and what they typed."""

    contact: Contact
    language: str
    person_id: int | None = None


def refer(*, case: Case, asking: Asking, repairer: Repairer, compared: Compared, now: datetime) -> Referral:
    """Hand a case to a repairer of the network; the same form again is the same referral. Raises `ReferralRefused`."""
    found = queries.by_key(asking.contact.key)
    if found is not None:
        return found
    check_repairer(repairer, case.category, now)
    return _begin(
        _of_case(case, asking, now),
        _asked_by(asking),
        {
            "kind": NETWORK,
            "repairer_id": repairer.id,
            "compared_minor": compared.price.minor if compared.price else None,
            "compared_with": compared.with_,
        },
        now,
    )


def claim_guarantee(*, case: Case, asking: Asking, now: datetime) -> Referral:
    """Hand a case to the seller of its unit. Raises `ReferralRefused` when both guarantees are over, and while an
    earlier claim on the same unit is open; `NotFound` for no unit, `FormInvalid` for a fault that it can't have.
    """
    unit = unit_by_key(case.unit)
    if unit is None:
        raise NotFound
    # Two claims at once are made one after the other; the second press of one button finds what the first made.
    orders.locked(
        db.session.query(Parcel.order_id).join(Parcel.lines).filter(OrderLine.id == unit.line_id).scalar()
    )
    found = queries.by_key(asking.contact.key)
    if found is not None:
        return found
    if queries.open_claim(unit.line_id, unit.place) is not None:
        raise ReferralRefused(
            _("A repair of this device is under way already: the link is in the mail that you got then.")
        )
    if max(unit.legal_until, unit.seller_until or unit.legal_until) < shop_day(now):
        raise ReferralRefused(_("Both guarantees of this device are over."))
    # Whatever else the address says: what is claimed is what was sold.
    case = case.of_unit(unit)
    case.check()
    seller = {"kind": GUARANTEE, "seller_id": unit.seller_id, "line_id": unit.line_id, "place": unit.place}
    return _begin({**_of_case(case, asking, now), **_term(unit, now)}, _asked_by(asking), seller, now)


def _term(unit: UnitFacts, now: datetime) -> dict[str, object]:
    """What the law gives the seller; its own guarantee has the terms that it wrote itself."""
    today = shop_day(now)
    if unit.legal_until < today:
        return {}
    last = conform_by(today)
    return {"conform_by": last, "late_at": over_at(last, current_settings().shop.time_zone)}


def hand_on(*, referral_id: int, repairer: Repairer, way: str, now: datetime) -> Referral:
    """The same case to another repairer, by one press of its customer; pressed twice, it goes to one. `way` is how the
    device gets there, as the page said. Raises `ReferralRefused`, also when this repairer doesn't offer it.
    """
    before = queries.locked(referral_id)
    found = queries.next_of(before.id)
    if found is not None:
        return found
    if (
        before.kind != NETWORK
        or before.state not in TO_HAND_ON
        or not is_readable(NETWORK, before.ended_at, now)
    ):
        raise ReferralRefused(_("This case can't be handed on as it is now."))
    if repairer.id in queries.asked_before(before):
        raise ReferralRefused(_("This repairer had your case before. Please choose another one."))
    check_repairer(repairer, before.category, now)
    kept = (
        "person_id", "language", "name", "email", "phone", "words", "times", "place_text", "town", "country", "firm",
        "legal_until", "seller_until", "category", "model_id", "device", "fault", "compared_minor", "compared_with",
    )  # fmt: skip
    values = {name: getattr(before, name) for name in kept}
    if way not in repairer.ways:
        raise ReferralRefused(_("This repairer takes devices in another way by now. Please look again."))
    to = {"kind": NETWORK, "repairer_id": repairer.id, "previous_id": before.id, "way": way, "agreed_at": now}
    return _begin(values, {"idempotency_key": secrets.token_urlsafe(24)}, to, now)


def takes(repairer: Repairer, category: str, now: datetime) -> bool:
    """Whether a case of this category may be handed to it; one SQL statement."""
    mends = any(row.category == category for row in repairer.categories)
    return (
        is_shown(repairer.standing, repairer.verified_until, shop_day(now)) and mends and bool(repairer.ways)
    )


def check_repairer(repairer: Repairer, category: str, now: datetime) -> None:
    """Raises `ReferralRefused` when it doesn't take such a case."""
    if not takes(repairer, category, now):
        raise ReferralRefused(
            _("This repairer doesn't take such devices at the moment. Please choose another one.")
        )


def _of_case(case: Case, asking: Asking, now: datetime) -> dict[str, object]:
    country = case.country or current_settings().shop.country
    place = find_place(case.place_text, country=country) if case.place_text else None
    cover = cover_of(case)
    covered = cover if cover and cover.runs_on(shop_day(now)) else None
    return {
        "category": case.category,
        "model_id": case.model_id,
        "device": case.device,
        "fault": case.fault,
        "place_text": case.place_text,
        # Never what was typed: it may be a whole address, and a repairer reads this before its yes.
        "town": place.name if place else postcode_in(case.place_text),
        "country": country,
        "firm": case.firm,
        "legal_until": covered.legal_until if covered else None,
        "seller_until": covered.seller_until if covered else None,
        "agreed_at": now,
        "way": asking.contact.way,
    }


def _asked_by(asking: Asking) -> dict[str, object]:
    contact = asking.contact
    return {
        "idempotency_key": contact.key,
        "person_id": asking.person_id,
        "language": asking.language,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "times": contact.times,
        "words": contact.words,
    }


def _begin(
    case: dict[str, object], asked: dict[str, object], to: dict[str, object], now: datetime
) -> Referral:
    nonce = new_nonce()
    referral = Referral(
        **{**case, **asked, **to},
        nonce=nonce,
        customer_hash=hash_of(nonce, CUSTOMER),
        repairer_hash=hash_of(nonce, REPAIRER),
        state=SENT,
        currency=current_settings().shop.currency,
        created_at=now,
        moved_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(referral)
    except IntegrityError:
        twin = queries.by_key(referral.idempotency_key)
        if twin is None:
            raise
        return twin
    record(referral, "refer", side=CUSTOMER, now=now, states=("", SENT))
    settle(referral, now)
    letters.tell(referral, CUSTOMER, "sent", now=now)
    letters.tell(referral, REPAIRER, "sent", now=now)
    return referral
