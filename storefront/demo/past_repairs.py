"""The demo shop's repairs of the last weeks: asked, answered, priced and rated by the actions of people's pages."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from ..catalog.models import Model, Offer, Product
from ..config import current_settings
from ..core.database import db
from ..core.mail import discard_unsent
from ..core.money import Money
from ..orders.actions import Customer
from ..orders.models import OrderLine, Parcel
from ..orders.units import key_of
from ..repair.advice.case import Case
from ..repair.network.models import Repairer
from ..repair.network.places import find_place
from ..repair.network.queries import near
from ..repair.referrals import actions
from ..repair.referrals.forms import Contact
from ..repair.referrals.handing import Asking, Compared
from ..repair.referrals.models import Referral
from ..repair.referrals.queries import repairer_by_id
from ..sellers.models import Seller
from .tables import customers

# What happened, with how many hours it took each time.
Steps = tuple[tuple[str, int, Mapping[str, Any]], ...]


def _price(amount: str) -> Mapping[str, Any]:
    return {"price": amount}


_ACCEPTED: Steps = (("accept", 5, {}),)
_REPAIRED: Steps = (("agree", 20, {}), ("repaired", 60, {"note": "Tout remarche, testé deux fois."}))


@dataclass(frozen=True, slots=True)
class Story:
    """A repair: asked for so many days ago, for which model, by whom of the demo's customers, and how it went."""

    days: int
    model: str
    fault: str
    customer: int
    words: str
    steps: Steps


STORIES = (
    Story(33, "apple-iphone-12", "screen", 0, "L’écran est fendu depuis une chute dans l’escalier.", (
        *_ACCEPTED, ("quote", 3, _price("99.00")), *_REPAIRED,
        ("rate", 30, {"stars": 5, "words": "Rapide, soigné, et un café offert."}),
    )),
    Story(30, "samsung-galaxy-s22", "battery", 1, "La batterie ne tient plus que trois heures.", (
        *_ACCEPTED, ("quote", 8, _price("69.00")), *_REPAIRED,
        ("rate", 50, {"stars": 4, "words": "Bien réparé, mais une pièce a mis quatre jours à venir."}),
    )),
    Story(26, "lenovo-thinkpad-t480", "keyboard", 2, "Le café a gagné contre la touche E.", (
        *_ACCEPTED, ("quote", 20, _price("89.00")), *_REPAIRED, ("rate", 10, {"stars": 5, "words": ""}),
    )),
    Story(24, "apple-iphone-13", "charging", 3, "Il ne charge qu’avec le câble coincé sous un livre.", (
        *_ACCEPTED, ("quote", 2, _price("59.00")), *_REPAIRED,
    )),
    Story(21, "apple-iphone-x", "water", 4, "Tombé dans l’évier, il clignote.", (
        *_ACCEPTED, ("not_repairable", 70, {"note": "La carte mère est oxydée."}),
        ("rate", 20, {"stars": 4, "words": "Pas réparable, mais dit franchement, et rien à payer."}),
    )),
    Story(19, "nintendo-switch-oled", "controller", 5, "La manette de gauche part toute seule à gauche.", (
        *_ACCEPTED, ("quote", 30, _price("45.00")), *_REPAIRED,
        ("rate", 8, {"stars": 3, "words": "Réparé, mais personne ne répondait au téléphone."}),
    )),
    Story(16, "samsung-galaxy-s21-5g", "screen", 6, "Une ligne verte au milieu.", (
        *_ACCEPTED, ("quote", 6, _price("219.00")), ("refuse", 12, {}),
    )),
    Story(13, "apple-macbook-air-13-2020-m1", "battery", 7, "Il s’éteint à 40 %.", (
        ("decline", 9, {"note": "Complet jusqu’au mois prochain, désolé."}),
    )),
    Story(9, "apple-iphone-13", "screen", 8, "Fissuré dans un coin, tactile intact.", (
        *_ACCEPTED, ("quote", 4, _price("109.00")), ("agree", 15, {}),
    )),
    Story(3, "samsung-galaxy-s22", "camera", 9, "L’appareil photo tremble et ronronne.", (
        *_ACCEPTED, ("quote", 26, _price("69.00")),
    )),
    Story(2, "lenovo-thinkpad-t480", "heat", 10, "Le ventilateur se prend pour un avion.", _ACCEPTED),
    Story(1, "apple-iphone-12", "battery", 11, "Il finit la journée avant moi.", ()),
)  # fmt: skip
# Claims on devices bought here: how they went.
CLAIMS: tuple[tuple[int, str, Steps], ...] = (
    (6, "Le bouton de volume reste enfoncé.", (*_ACCEPTED, ("repaired", 50, {"note": "Bouton changé."}))),
    (1, "Plus de son dans l’écouteur.", ()),
)


def place_past_repairs(*, now: datetime) -> int:
    """Hand over the cases of the last weeks, and do with each what has happened to it since; returns how many.

    Repairers are those of the network: without any, there are none but claims. Their mails don't go out. Called within
    the caller's transaction, after the orders.
    """
    made = [referral for story in STORIES if (referral := _live(story, now))]
    made += [
        _claim(line, days, words, steps, now)
        for line, (days, words, steps) in zip(_lines(), CLAIMS, strict=False)
    ]
    sides = {referral.email for referral in made}
    sides.update(db.session.scalars(select(Repairer.email)), db.session.scalars(select(Seller.email)))
    discard_unsent(sides)
    return len(made)


def _live(story: Story, now: datetime) -> Referral | None:
    model = db.session.scalars(select(Model).where(Model.slug == story.model)).one()
    category, who = model.category.slug, customers()[story.customer]
    repairer = _repairer(who, category, story.fault, now)
    if repairer is None:
        return None
    asked = now - timedelta(days=story.days, hours=story.customer % 5)
    case = Case(
        category=category,
        model_id=model.id,
        device=model.name,
        fault=story.fault,
        place_text=f"{who.postcode} {who.city}",
        country=who.country,
    )
    contact = _contact(who.name, who.email, who.phone, story.words, repairer.ways[0])
    referral = actions.refer(
        case=case,
        asking=Asking(contact, who.language),
        repairer=repairer,
        compared=_cheapest(model),
        now=asked,
    )
    # The towns are being read meanwhile: so far, it is found by its department.
    referral.town = who.city
    _go_on(referral, story.steps, asked, now)
    return referral


def _repairer(who: Customer, category: str, fault: str, now: datetime) -> Repairer | None:
    """The first of those that the customer would be shown."""
    place = find_place(f"{who.postcode} {who.city}", country=who.country)
    if place is None:
        return None
    found = near(place.point, country=who.country, category=category, today=now.date(), fault=fault)
    return repairer_by_id(found.repairers[0].id) if found.repairers else None


def _cheapest(model: Model) -> Compared:
    least = select(func.min(Offer.price_minor)).join(Offer.product)
    minor = db.session.scalar(least.where(Product.model_id == model.id, Offer.stock > 0))
    return Compared(Money(minor, current_settings().shop.currency), "refurbished") if minor else Compared()


def _contact(name: str, email: str, phone: str, words: str, way: str) -> Contact:
    # As secret as everybody's: who knows a form's key is led to its page.
    key = secrets.token_urlsafe(24)
    return Contact(name=name, email=email, phone=phone, way=way, times="", words=words, key=key)


def _go_on(referral: Referral, steps: Steps, at: datetime, now: datetime) -> None:
    """What has happened since `at`, up to now."""
    for verb, hours, values in steps:
        at += timedelta(hours=hours)
        if at > now:
            return
        given = dict(values)
        if "price" in given:
            given["price"] = Money.parse(given["price"], referral.currency)
        getattr(actions, verb)(referral_id=referral.id, now=at, **given)


def _lines() -> list[OrderLine]:
    """Devices that arrived first of all, and were kept."""
    statement = (
        select(OrderLine)
        .join(OrderLine.parcel)
        .where(
            Parcel.status == "delivered",
            OrderLine.category == "smartphones",
            OrderLine.withdrawn_at.is_(None),
            OrderLine.returned_at.is_(None),
        )
        .order_by(Parcel.delivered_at, OrderLine.id)
        .limit(len(CLAIMS))
    )
    return list(db.session.scalars(statement))


def _claim(line: OrderLine, days: int, words: str, steps: Steps, now: datetime) -> Referral:
    order = line.parcel.order
    asked = max(now - timedelta(days=days), line.parcel.delivered_at or now)
    case = Case(category=line.category, device=line.title, fault="other", unit=key_of(order, line))
    contact = _contact(order.name, order.email, order.phone, words, "mail_in")
    referral = actions.claim_guarantee(case=case, asking=Asking(contact, order.language), now=asked)
    _go_on(referral, steps, asked, now)
    return referral
