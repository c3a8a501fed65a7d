"""The access matrix: one row for each address and method of the desk. A route without a row fails `test_access.py`.

    Row("POST /desk/offers/<int:offer_id>", TRADERS, of=offer, sends={"price": "300"}, answers=303)

`of` makes the thing that the address is about, for a seller, and gives the address's values, which a form sends,
too; left out, it is about no thing. `shared` things belong to no seller: who may come at all may see them. From `for_`
follows who gets in: `answers` for those who do, 404 for the others, 303 to sign in for nobody. A row that differs says
so: `but={(SUSPENDED, "own"): 409}`.
"""

import io
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from storefront.catalog.formats import Options
from storefront.catalog.uploads import keep_upload
from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.desk.access import OPERATORS, SELLERS, TRADERS, Audience
from storefront.house.changes import next_version, tell
from storefront.house.models import ShippingCountry, ShippingZone
from storefront.orders import actions
from storefront.orders.documents import Invoice
from storefront.orders.models import OrderLine
from storefront.orders.rules import OPERATOR
from storefront.repair.network.actions import note_rating
from storefront.repair.network.models import RepairEntry, TownName
from storefront.sellers.invitations import invite
from storefront.sellers.members import join, people_of
from storefront.sellers.models import Seller, SellerInvitation

from ..factories import (
    NOW,
    make_brand,
    make_category,
    make_model,
    make_offer,
    make_person,
    make_repairer,
    make_seller,
    make_town,
    make_wish,
    place_an_order,
)
from ..fleet.quotes.makers import open_quote
from ..repair.referrals.makers import delivered_order, make_claim

Thing = Callable[[int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """What each actor is answered at one address."""

    route: str
    for_: Audience
    of: Thing | None = None
    shared: bool = False
    sends: Mapping[str, Any] = field(default_factory=dict)
    answers: int = 200
    but: Mapping[tuple[str, str], int] = field(default_factory=dict)
    # Values that fit the address and name nothing at all.
    nobodys: Mapping[str, Any] | None = None

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def rule(self) -> str:
        return self.route.partition(" ")[2]


def failed_mail(_seller_id: int) -> dict[str, Any]:
    mail = OutgoingMail(
        reason=secrets.token_hex(8),
        recipient="lou@example.com",
        subject="Hello",
        text="Hello",
        created_at=NOW,
    )
    db.session.add(mail)
    db.session.flush()
    return {"mail_id": mail.id}


def settings_section(_seller_id: int) -> dict[str, Any]:
    return {"section": "shop"}


def shop_text(_seller_id: int) -> dict[str, Any]:
    return {"page": "grade-good"}


def shipping_zone(_seller_id: int) -> dict[str, Any]:
    """A zone, beside one that the shop's own country is in."""
    if db.session.get(ShippingCountry, "FR") is None:
        db.session.add(
            ShippingZone(name="Home", version=0, changed_at=NOW, countries=[ShippingCountry(code="FR")])
        )
    next_version()
    zone = ShippingZone(name=secrets.token_hex(8), version=0, changed_at=NOW)
    db.session.add(zone)
    db.session.flush()
    tell()
    return {"zone_id": zone.id}


A_ZONE = {
    "seen": "9999",
    "name": "Islands",
    "countries": "IE, MT",
    "standard": "yes",
    "standard-days": "6",
    "standard-price-0": "12.90",
}


def an_offer(seller_id: int) -> dict[str, Any]:
    return {"offer_id": make_offer(seller_id=seller_id).id}


def an_upload(seller_id: int) -> dict[str, Any]:
    """A file that the seller's person handed in: nobody else's, not even an operator's."""
    person_id = people_of(seller_id)[0]
    file = io.BytesIO(b"sku,title,category,grade,price,stock\nA,iPhone 13,smartphones,good,300,1\n")
    seller = db.session.get_one(Seller, seller_id).slug
    options = Options(seller=seller, only=seller)
    token = keep_upload(
        file, name="a.csv", options=options, person_id=person_id, seller_id=seller_id, now=utcnow()
    )
    return {"token": token}


def the_seller(seller_id: int) -> dict[str, Any]:
    return {"seller_id": seller_id}


def the_seller_untouched(seller_id: int) -> dict[str, Any]:
    db.session.get_one(Seller, seller_id).version = 1
    db.session.flush()
    return {"seller_id": seller_id}


def a_seller(_seller_id: int) -> dict[str, Any]:
    return {"seller_id": make_seller().id}


A_SELLER = {
    "slug": "atelier-neuf",
    "name": "Atelier Neuf",
    "legal_name": "Atelier Neuf SARL",
    "address": "9 rue des Pistes",
    "postcode": "44000",
    "city": "Nantes",
    "country": "FR",
    "register_number": "RCS Nantes 303 265 045",
    "vat_id": "FR 40 303265045",
    "email": "bonjour@atelier-neuf.example",
    "phone": "+33 2 61 91 00 00",
    "handling_days": "3",
    "guarantee_months": "24",
    "seen": "1",
}


def a_person(_seller_id: int) -> dict[str, Any]:
    return {"person_id": make_person().id}


def a_colleague(seller_id: int) -> dict[str, Any]:
    person = make_person()
    join(person_id=person.id, seller_id=seller_id, now=NOW)
    return {"seller_id": seller_id, "person_id": person.id}


def a_new_colleague(seller_id: int) -> dict[str, Any]:
    """Somebody to invite: one mailbox takes a few invitations an hour only."""
    return {"seller_id": seller_id, "email": f"{secrets.token_hex(6)}@example.com"}


def an_invitation(seller_id: int) -> dict[str, Any]:
    email = f"{secrets.token_hex(6)}@example.com"
    # A seller has room for a few open ones only.
    db.session.execute(delete(SellerInvitation).where(SellerInvitation.seller_id == seller_id))
    invite(seller_id=seller_id, email=email, language="en", person_id=make_person().id, now=NOW)
    found = db.session.scalars(select(SellerInvitation).where(SellerInvitation.email == email)).one()
    return {"seller_id": seller_id, "invitation_id": found.id}


def order_in(state: str) -> Thing:
    """An order of one parcel in this state: its number, its parcel's id, and the version that a form carries."""

    def make(seller_id: int) -> dict[str, Any]:
        order = place_an_order(make_wish(make_offer(seller_id=seller_id)))
        parcel_id = order.parcels[0].id
        if state != "placed":
            actions.mark_paid(order_id=order.id, amount=order.owed, by=OPERATOR, now=NOW)
        if state in ("accepted", "shipped"):
            actions.accept(parcel_id=parcel_id, by=OPERATOR, now=NOW)
        if state == "shipped":
            actions.ship(parcel_id=parcel_id, by=OPERATOR, now=NOW)
        if state == "cancelled":
            actions.cancel(order_id=order.id, by=OPERATOR, now=NOW)
        db.session.flush()
        return {"number": order.number, "parcel_id": parcel_id, "seen": order.version}

    return make


def parcel_to_tick(seller_id: int) -> dict[str, Any]:
    thing = order_in("paid")(seller_id)
    return {"parcel": f"{thing['parcel_id']}-{thing['seen']}"}


def invoiced(seller_id: int) -> dict[str, Any]:
    parcel_id = order_in("shipped")(seller_id)["parcel_id"]
    return {"number": db.session.scalars(select(Invoice.number).where(Invoice.parcel_id == parcel_id)).one()}


def line_of_parcel(seller_id: int) -> dict[str, Any]:
    thing = order_in("shipped")(seller_id)
    line = db.session.scalars(select(OrderLine.id).where(OrderLine.parcel_id == thing["parcel_id"])).one()
    return {**thing, "line": line}


def an_applicant(_seller_id: int) -> dict[str, Any]:
    """A repairer that applied, with what a customer wrote of it."""
    if db.session.scalar(select(TownName.id)) is None:
        make_town()
    found = make_repairer(standing="applied", verified_until=None)
    note_rating(repairer_id=found.id, reference="rating-1", stars=4, words="Quick!", day=NOW.date(), now=NOW)
    entry_id = db.session.scalars(select(RepairEntry.id).where(RepairEntry.repairer_id == found.id)).one()
    return {"repairer_id": found.id, "entry_id": entry_id}


A_REPAIRER = {
    "seen": "1",
    "name": "Réparation Crébillon",
    "register_number": "30326504500003",
    "email": "bonjour@crebillon.example",
    "street": "3 rue Crébillon",
    "postcode": "44000",
    "city": "Nantes",
    "country": "FR",
    "categories": "smartphones",
    "ways": "drop_off",
    "languages": "fr",
    "insurer": "Mutuelle des Vis",
    "insurance_policy": "V-1",
}


A_BONUS = {
    "country": "FR",
    "category": "smartphones",
    "amount": "25",
    "since": "2027-01-01",
    "source": "leaflet of January 2027",
}

SURE = {"step": "confirm", "reason": "late"}

A_CATEGORY = {"name_en": "Drones", "name_fr": "Drones", "drawing": "box", "position": "70"}


def a_model(_seller_id: int) -> dict[str, Any]:
    return {"model_id": make_model().id}


def a_category(_seller_id: int) -> dict[str, Any]:
    return {"category_id": make_category(secrets.token_hex(8)).id}


def a_brand(_seller_id: int) -> dict[str, Any]:
    return {"brand_id": make_brand(secrets.token_hex(8)).id}


def a_claim(seller_id: int) -> dict[str, Any]:
    """A device to be repaired under guarantee, and the version that a form carries."""
    claim = make_claim(delivered_order(seller_id=seller_id))
    return {"referral_id": claim.id, "seen": claim.version}


def a_quote(seller_id: int) -> dict[str, Any]:
    """A quote that holds, and the version that a form carries: operators' alone, also for whom the units are of."""
    # Nothing can be chosen from a seller that is suspended.
    active = db.session.get_one(Seller, seller_id).standing == "active"
    quote = open_quote(make_offer(stock=5, seller_id=seller_id if active else make_seller().id))
    return {"number": quote.number, "seen": quote.version}


AN_ADJUSTMENT = {
    "quantity-0": "2",
    "price-0": "310.00",
    "payment": "bank-transfer",
    "note": "One less, and a little cheaper.",
    "until_day": f"{utcnow() + timedelta(days=5):%Y-%m-%d}",
    "until_time": "12:00",
}


ROWS = (
    # Today
    Row("GET /desk", SELLERS),
    Row("GET /desk/mails", OPERATORS),
    Row("POST /desk/mails/<int:mail_id>/retry", OPERATORS, of=failed_mail, shared=True, answers=303),
    # Orders
    Row("GET /desk/orders", SELLERS),
    Row("GET /desk/orders/exports", SELLERS),
    Row("GET /desk/orders/exports.csv", SELLERS),
    Row("GET /desk/orders/slips.pdf", SELLERS, answers=303),
    Row("GET /desk/orders/invoices/<number>.pdf", SELLERS, of=invoiced),
    Row("GET /desk/orders/<number>", SELLERS, of=order_in("paid")),
    Row("POST /desk/orders/accept", SELLERS, of=parcel_to_tick, answers=303),
    Row("GET /desk/orders/<number>/note", SELLERS, of=order_in("paid")),
    Row("POST /desk/orders/<number>/note", SELLERS, of=order_in("paid"), sends={"note": "Hi"}, answers=303),
    *(
        Row(f"GET /desk/orders/<number>/{deed}", OPERATORS, of=order_in("paid"))
        for deed in ("pay", "unpay", "pay-back", "cancel")
    ),
    Row(
        "POST /desk/orders/<number>/pay",
        OPERATORS,
        of=order_in("placed"),
        sends={"amount": "500", "step": "confirm"},
        answers=303,
    ),
    Row("POST /desk/orders/<number>/unpay", OPERATORS, of=order_in("paid"), sends=SURE, answers=303),
    Row(
        "POST /desk/orders/<number>/pay-back",
        OPERATORS,
        of=order_in("cancelled"),
        sends={**SURE, "way": "hand"},
        answers=303,
    ),
    Row("POST /desk/orders/<number>/cancel", OPERATORS, of=order_in("paid"), sends=SURE, answers=303),
    Row("GET /desk/orders/parcels/<int:parcel_id>/slip.pdf", SELLERS, of=order_in("paid")),
    *(
        Row(f"GET /desk/orders/parcels/<int:parcel_id>/{deed}", for_, of=order_in("paid"))
        for for_, deeds in (
            (SELLERS, ("accept", "ship", "deliver", "track", "serials", "refuse", "take-back")),
            (OPERATORS, ("cancel", "refund")),
        )
        for deed in deeds
    ),
    *(
        Row(f"POST /desk/orders/parcels/<int:parcel_id>/{deed}", for_, of=of, sends=sends, answers=303)
        for deed, for_, of, sends in (
            ("accept", SELLERS, order_in("paid"), {}),
            ("ship", SELLERS, order_in("accepted"), {}),
            ("deliver", SELLERS, order_in("shipped"), {}),
            ("track", SELLERS, order_in("shipped"), {"tracking_url": "https://carrier.example/1"}),
            ("serials", SELLERS, order_in("accepted"), {}),
            ("refuse", SELLERS, order_in("paid"), SURE),
            ("take-back", SELLERS, line_of_parcel, {**SURE, "reason": "defect"}),
            ("cancel", OPERATORS, order_in("paid"), SURE),
            ("refund", OPERATORS, order_in("shipped"), {**SURE, "amount": "1"}),
        )
    ),
    # Repairs
    Row("GET /desk/referrals", SELLERS),
    Row("GET /desk/referrals/figures", OPERATORS),
    Row("GET /desk/referrals/all.csv", OPERATORS),
    Row("GET /desk/referrals/<int:referral_id>", SELLERS, of=a_claim),
    Row("GET /desk/referrals/<int:referral_id>/call-off", OPERATORS, of=a_claim),
    Row(
        "POST /desk/referrals/<int:referral_id>/call-off",
        OPERATORS,
        of=a_claim,
        sends={"reason": "asked for by phone"},
        answers=303,
    ),
    # Quotes: what firms ask for is no seller's to know before it is an order
    Row(
        "GET /desk/quotes",
        SELLERS,
        but={(actor, "none"): 303 for actor in ("seller", "other seller", "suspended seller")},
    ),
    Row("GET /desk/quotes/<number>", OPERATORS, of=a_quote, shared=True),
    Row("GET /desk/quotes/<number>.pdf", OPERATORS, of=a_quote, shared=True),
    Row(
        "POST /desk/quotes/<number>/say",
        OPERATORS,
        of=a_quote,
        shared=True,
        sends={"words": "Grey ones would do?"},
        answers=303,
    ),
    Row("GET /desk/quotes/<number>/adjust", OPERATORS, of=a_quote, shared=True),
    Row(
        "POST /desk/quotes/<number>/adjust",
        OPERATORS,
        of=a_quote,
        shared=True,
        sends=AN_ADJUSTMENT,
        answers=303,
    ),
    Row("GET /desk/quotes/<number>/close", OPERATORS, of=a_quote, shared=True),
    Row(
        "POST /desk/quotes/<number>/close",
        OPERATORS,
        of=a_quote,
        shared=True,
        sends={"note": "A test."},
        answers=303,
    ),
    Row(
        "GET /desk/quotes/discounts",
        SELLERS,
        # Who has one seller is led to it.
        but={(actor, "none"): 303 for actor in ("seller", "other seller", "suspended seller")},
    ),
    Row("GET /desk/quotes/discounts/<int:seller_id>", SELLERS, of=the_seller),
    Row(
        "POST /desk/quotes/discounts/<int:seller_id>",
        TRADERS,
        of=the_seller,
        sends={"units-0": "10", "percent-0": "3"},
        answers=303,
    ),
    # Pages and settings
    Row("GET /desk/settings", OPERATORS),
    Row(
        "GET /desk/settings/<section>",
        OPERATORS,
        of=settings_section,
        shared=True,
        nobodys={"section": "server"},
    ),
    Row(
        "POST /desk/settings/<section>",
        OPERATORS,
        of=settings_section,
        shared=True,
        nobodys={"section": "server"},
        sends={"seen": "9999", "shop.name": "Phénix"},
        answers=303,
    ),
    Row("POST /desk/settings/mail/test", OPERATORS, sends={"recipient": "lou@example.com"}),
    Row("GET /desk/pages", OPERATORS),
    Row("GET /desk/pages/<page>", OPERATORS, of=shop_text, shared=True, nobodys={"page": "diary"}),
    Row(
        "POST /desk/pages/<page>",
        OPERATORS,
        of=shop_text,
        shared=True,
        nobodys={"page": "diary"},
        sends={"seen": "9999", "publish": "yes", "body-grade-good-body-en": "A scratch or two."},
        answers=303,
    ),
    Row("GET /desk/shipping", OPERATORS),
    Row("POST /desk/shipping/start", OPERATORS, answers=303),
    Row("POST /desk/shipping/end", OPERATORS, sends={"seen": "9999"}, answers=303),
    Row("GET /desk/shipping/new", OPERATORS),
    # There are no zones yet that one could stand beside.
    Row("POST /desk/shipping/new", OPERATORS, sends=A_ZONE, answers=409),
    Row("GET /desk/shipping/<int:zone_id>", OPERATORS, of=shipping_zone, shared=True),
    Row(
        "POST /desk/shipping/<int:zone_id>",
        OPERATORS,
        of=shipping_zone,
        shared=True,
        sends=A_ZONE,
        answers=303,
    ),
    Row(
        "POST /desk/shipping/<int:zone_id>/remove",
        OPERATORS,
        of=shipping_zone,
        shared=True,
        sends={"seen": "9999"},
        answers=303,
    ),
    # Offers
    Row("GET /desk/offers", SELLERS),
    Row("GET /desk/offers/new", TRADERS),
    # What it is about, and for which seller, stands in the form: tests/desk/test_new_offers.py tries others' there.
    Row("POST /desk/offers/new", TRADERS, sends={"own": "1", "title": "Toaster"}, answers=422),
    Row("GET /desk/offers/<int:offer_id>", SELLERS, of=an_offer),
    Row(
        "POST /desk/offers/<int:offer_id>",
        TRADERS,
        of=an_offer,
        sends={"price": "310", "was_price": "320.00"},
        answers=303,
    ),
    Row("POST /desk/offers/<int:offer_id>/off-sale", TRADERS, of=an_offer, answers=303),
    # What is chosen stands in the form: tests/desk/test_offers_in_bulk.py tries others' offers there.
    Row("POST /desk/offers/bulk", TRADERS, answers=422),
    Row("POST /desk/offers/bulk/apply", TRADERS, answers=422),
    Row("GET /desk/offers/import", TRADERS),
    Row("POST /desk/offers/import", TRADERS, answers=422),
    Row(
        "GET /desk/offers/import/<token>",
        TRADERS,
        of=an_upload,
        but={("operator", "own"): 404, ("operator", "other's"): 404},
    ),
    Row(
        "POST /desk/offers/import/<token>",
        TRADERS,
        of=an_upload,
        sends={"key": "not the preview's"},
        # Back to the look, which says what is there now.
        answers=303,
        but={("operator", "own"): 404, ("operator", "other's"): 404},
    ),
    Row(
        "POST /desk/offers/import/<token>/read",
        TRADERS,
        of=an_upload,
        answers=303,
        but={("operator", "own"): 404, ("operator", "other's"): 404},
    ),
    Row("GET /desk/offers/export", SELLERS),
    # Repairers
    Row("GET /desk/repairers", OPERATORS),
    Row("GET /desk/repairers/bonuses", OPERATORS),
    Row("POST /desk/repairers/bonuses", OPERATORS, sends=A_BONUS, answers=303),
    Row("GET /desk/repairers/<int:repairer_id>", OPERATORS, of=an_applicant, shared=True),
    Row(
        "POST /desk/repairers/<int:repairer_id>/move",
        OPERATORS,
        of=an_applicant,
        shared=True,
        sends={"move": "refuse", "reason": "No insurance.", "seen": "1"},
        answers=303,
    ),
    Row("GET /desk/repairers/<int:repairer_id>/edit", OPERATORS, of=an_applicant, shared=True),
    Row(
        "POST /desk/repairers/<int:repairer_id>/edit",
        OPERATORS,
        of=an_applicant,
        shared=True,
        sends=A_REPAIRER,
        answers=303,
    ),
    *(
        Row(
            f"POST /desk/repairers/<int:repairer_id>/words/<int:entry_id>/{verb}",
            OPERATORS,
            of=an_applicant,
            shared=True,
            answers=303,
        )
        for verb in ("hide", "show")
    ),
    # Sellers
    Row(
        "GET /desk/sellers",
        SELLERS,
        # Who has one seller is led to it.
        but={(actor, "none"): 303 for actor in ("seller", "other seller", "suspended seller")},
    ),
    Row("GET /desk/sellers/<int:seller_id>", SELLERS, of=the_seller),
    Row("GET /desk/sellers/<int:seller_id>/record", SELLERS, of=the_seller),
    Row("GET /desk/sellers/new", OPERATORS),
    Row("POST /desk/sellers/new", OPERATORS, sends=A_SELLER, answers=303),
    Row("GET /desk/sellers/<int:seller_id>/edit", SELLERS, of=the_seller),
    Row(
        "POST /desk/sellers/<int:seller_id>/identity",
        OPERATORS,
        of=a_seller,
        shared=True,
        sends=A_SELLER,
        answers=303,
    ),
    Row(
        "POST /desk/sellers/<int:seller_id>/details",
        SELLERS,
        of=the_seller_untouched,
        sends=A_SELLER,
        answers=303,
    ),
    Row("GET /desk/sellers/<int:seller_id>/standing", OPERATORS, of=the_seller, shared=True),
    Row(
        "POST /desk/sellers/<int:seller_id>/standing",
        OPERATORS,
        of=a_seller,
        shared=True,
        sends={"move": "suspend", "reason": "Three parcels with bricks in them.", "seen": "1"},
        answers=303,
    ),
    Row("GET /desk/sellers/<int:seller_id>/people", SELLERS, of=the_seller),
    Row(
        "POST /desk/sellers/<int:seller_id>/people",
        TRADERS,
        of=a_new_colleague,
        answers=303,
    ),
    Row(
        "POST /desk/sellers/<int:seller_id>/people/<int:person_id>/remove",
        TRADERS,
        of=a_colleague,
        answers=303,
    ),
    Row(
        "POST /desk/sellers/<int:seller_id>/invitations/<int:invitation_id>/withdraw",
        SELLERS,
        of=an_invitation,
        answers=303,
    ),
    # People
    Row("GET /desk/people", OPERATORS),
    Row("GET /desk/people/<int:person_id>", OPERATORS, of=a_person, shared=True),
    Row("GET /desk/people/<int:person_id>/roles", OPERATORS, of=a_person, shared=True),
    Row(
        "POST /desk/people/<int:person_id>/roles",
        OPERATORS,
        of=a_person,
        shared=True,
        sends={"role": "repairer"},
        answers=303,
    ),
    Row("POST /desk/people/<int:person_id>/sign-out", OPERATORS, of=a_person, shared=True, answers=303),
    # Models, categories and brands: forms that saw nothing, or say nothing, are refused
    Row("GET /desk/models", OPERATORS),
    Row("GET /desk/models/new", OPERATORS),
    Row("POST /desk/models/new", OPERATORS, answers=422),
    Row("GET /desk/models/<int:model_id>", OPERATORS, of=a_model, shared=True),
    Row("GET /desk/models/<int:model_id>/edit", OPERATORS, of=a_model, shared=True),
    Row("POST /desk/models/<int:model_id>/edit", OPERATORS, of=a_model, shared=True, answers=422),
    Row("GET /desk/models/<int:model_id>/merge", OPERATORS, of=a_model, shared=True),
    # Into nothing.
    Row("POST /desk/models/<int:model_id>/merge", OPERATORS, of=a_model, shared=True, answers=404),
    Row("GET /desk/categories", OPERATORS),
    Row("GET /desk/categories/new", OPERATORS),
    Row("POST /desk/categories/new", OPERATORS, sends=A_CATEGORY, answers=303),
    Row("GET /desk/categories/<int:category_id>", OPERATORS, of=a_category, shared=True),
    Row(
        "POST /desk/categories/<int:category_id>",
        OPERATORS,
        of=a_category,
        shared=True,
        sends=A_CATEGORY,
        answers=409,
    ),
    Row("GET /desk/brands", OPERATORS),
    Row("POST /desk/brands", OPERATORS, sends={"name": "Pomme"}, answers=303),
    Row("GET /desk/brands/<int:brand_id>", OPERATORS, of=a_brand, shared=True),
    Row(
        "POST /desk/brands/<int:brand_id>",
        OPERATORS,
        of=a_brand,
        shared=True,
        sends={"name": "Poire", "seen": "long ago"},
        answers=409,
    ),
    Row(
        "POST /desk/brands/<int:brand_id>/remove",
        OPERATORS,
        of=a_brand,
        shared=True,
        sends={"seen": "long ago"},
        answers=409,
    ),
    Row("GET /desk/brands/<int:brand_id>/merge", OPERATORS, of=a_brand, shared=True),
    # Into nothing.
    Row("POST /desk/brands/<int:brand_id>/merge", OPERATORS, of=a_brand, shared=True, answers=404),
)
