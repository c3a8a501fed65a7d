"""Things for tests: small functions that make a row with everything it needs, flush it, and give it back.

Each takes what the test speaks of and fills in the rest with values that stand out as made up.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from storefront.accounts.models import Person, PersonRole
from storefront.accounts.passwords import hash_password
from storefront.cart import actions as carts
from storefront.cart.models import Cart
from storefront.catalog.models import Brand, Category, Model, Offer, Product
from storefront.catalog.sale import offers_for_sale
from storefront.core.database import db
from storefront.core.money import Money
from storefront.orders.actions import Customer, ParcelWish, place_order
from storefront.orders.expiring import expire_unpaid
from storefront.orders.models import ShopOrder
from storefront.repair.network.models import Repairer, RepairerCategory, RepairerPrice, TownName
from storefront.repair.network.place_names import name_key
from storefront.sellers.models import Seller

# A Monday morning, as the fixture `now`.
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_number = count(1)


def make_seller(**values: Any) -> Seller:
    """An active refurbisher in Nantes, who sends within 2 days."""
    number = next(_number)
    seller = Seller(
        **{
            "slug": f"seller-{number}",
            "name": f"Atelier {number}",
            "legal_name": f"Atelier {number} SARL",
            "address": f"{number} rue des Pistes",
            "postcode": "44000",
            "city": "Nantes",
            "country": "FR",
            "phone": "+33 2 61 91 00 00",
            "email": f"seller-{number}@atelier.example",
            "register_number": f"RCS Nantes {number:09d}",
            "vat_id": f"FR00{number:09d}",
            "handling_days": 2,
            "guarantee_months": 12,
            "standing": "active",
            "joined_on": date(2024, 1, 15),
            **values,
        }
    )
    db.session.add(seller)
    db.session.flush()
    return seller


def make_person(
    email: str = "", *, roles: Collection[str] = (), password: str | None = None, **values: Any
) -> Person:
    """Somebody with a proved mailbox, and no way in by password unless one is given."""
    person = Person(
        **{
            "email": email or f"person-{next(_number)}@example.com",
            "name": "Dominique Ferrand",
            "language": "en",
            "password_hash": hash_password(password) if password else "",
            "created_at": NOW,
            "confirmed_at": NOW,
            "role_rows": [PersonRole(role=role, given_at=NOW) for role in sorted(roles)],
            **values,
        }
    )
    db.session.add(person)
    db.session.flush()
    return person


def make_category(slug: str = "smartphones", **values: Any) -> Category:
    """The category with this slug, made if there is none."""
    found = db.session.query(Category).filter_by(slug=slug).one_or_none()
    if found:
        return found
    category = Category(
        **{"slug": slug, "name_en": slug.capitalize(), "name_fr": slug.capitalize(), **values}
    )
    db.session.add(category)
    db.session.flush()
    return category


def make_brand(name: str = "Pomme") -> Brand:
    """The brand with this name, made if there is none."""
    found = db.session.query(Brand).filter_by(name=name).one_or_none()
    if found:
        return found
    brand = Brand(slug=name.lower(), name=name)
    db.session.add(brand)
    db.session.flush()
    return brand


def make_model(name: str = "", **values: Any) -> Model:
    """A phone by Pomme that nothing more is known of."""
    number = next(_number)
    model = Model(
        **{
            "slug": f"model-{number}",
            "name": name or f"Model {number}",
            "brand_id": make_brand().id,
            "category_id": make_category().id,
            **values,
        }
    )
    db.session.add(model)
    db.session.flush()
    return model


def make_product(**values: Any) -> Product:
    """A smartphone without a known model."""
    number = next(_number)
    values.setdefault("category_id", make_category().id)
    product = Product(
        **{
            "slug": f"phone-{number}-128-gb",
            "identity": f"test:{number}",
            "title": f"Phone {number} 128 GB",
            "storage_gb": 128,
            "colour": "black",
            "created_at": NOW,
            **values,
        }
    )
    db.session.add(product)
    db.session.flush()
    return product


def make_offer(**values: Any) -> Offer:
    """Five units in good grade at 320.00, bought for 200.00: 20.00 of VAT in each under the margin scheme."""
    number = next(_number)
    if "product_id" not in values:
        values["product_id"] = make_product().id
    if "seller_id" not in values:
        values["seller_id"] = make_seller().id
    offer = Offer(
        **{
            "sku": f"SKU-{number}",
            "grade": "good",
            "price_minor": 32000,
            "stock": 5,
            "battery_percent": 88,
            "guarantee_months": 12,
            "vat_scheme": "margin",
            "purchase_price_minor": 20000,
            "created_at": NOW,
            **values,
        }
    )
    db.session.add(offer)
    db.session.flush()
    return offer


def put_in_cart(token: str, offer: Offer, quantity: int = 1, now: datetime = NOW) -> Cart:
    """Put units of `offer` into the cart that `token` opens."""
    carts.add(token=token, offer_id=offer.id, quantity=quantity, now=now)
    cart = carts.locked(token)
    assert cart is not None
    return cart


def make_customer(**values: Any) -> Customer:
    return Customer(
        **{
            "email": "lou@example.com",
            "name": "Lou Martin",
            "phone": "+33 6 12 34 56 78",
            "street": "3 rue Crébillon",
            "street_more": "",
            "postcode": "44000",
            "city": "Nantes",
            "country": "FR",
            "language": "en",
            **values,
        }
    )


def make_wish(offer: Offer, quantity: int = 1, shipping_method: str = "standard") -> ParcelWish:
    """A parcel with one offer in it, by standard (3.90), express (8.90) or pickup (free)."""
    shipping = {"standard": 390, "express": 890, "pickup": 0}[shipping_method]
    return ParcelWish(
        seller_id=offer.seller_id,
        items=((offers_for_sale([offer.id])[offer.id], quantity),),
        shipping_method=shipping_method,
        shipping=Money(shipping, "EUR"),
        standard_shipping=Money(390, "EUR"),
        travel_days={"standard": 3, "express": 1, "pickup": 0}[shipping_method],
    )


def place_an_order(*parcels: ParcelWish, now: datetime = NOW, **values: Any) -> ShopOrder:
    """An order by bank transfer, to be paid within a week; for one unit of a new offer unless told otherwise."""
    customer = make_customer(
        **{name: values.pop(name) for name in list(values) if name in Customer.__slots__}
    )
    return place_order(
        **{
            "key": f"key-of-test-order-{next(_number)}",
            "customer": customer,
            "parcels": parcels or (make_wish(make_offer()),),
            "payment_method": "bank-transfer",
            "pay_by": now + timedelta(days=7),
            "now": now,
            **values,
        }
    )


def run_out(now: datetime) -> int:
    """Keep what the test has made, and let unpaid orders go as the periodic work does; how many went."""
    db.session.commit()
    return expire_unpaid(now=now)


def make_repairer(**values: Any) -> Repairer:
    """A verified repairer of smartphones in the middle of Nantes, whom devices are brought or sent to.

    `categories` are slugs, `prices` maps (category, fault) to (from, to) in cents.
    """
    number = next(_number)
    categories = values.pop("categories", ("smartphones",))
    prices = values.pop("prices", {})
    repairer = Repairer(
        **{
            "slug": f"repairer-{number}",
            "name": f"Réparation {number}",
            "email": f"repairer-{number}@atelier.example",
            "language": "en",
            "phone": "+33 2 61 91 00 00",
            "street": f"{number} rue des Vis",
            "postcode": "44000",
            "city": "Nantes",
            "country": "FR",
            "lat": 47.2172,
            "lon": -1.5534,
            "register_number": "30326504500003",
            "standing": "verified",
            "verified_until": date(2099, 1, 1),
            "drop_off": True,
            "mail_in": True,
            "hours": "Tue to Sat, 10 to 19",
            "languages": "fr en",
            "insurer": "Mutuelle des Vis",
            "insurance_policy": "V-1",
            "agreed_at": NOW,
            "proved_at": NOW,
            "created_at": NOW,
            "risk": 0.06,
            "categories": [RepairerCategory(category=category) for category in categories],
            "prices": [
                RepairerPrice(
                    category=category, fault=fault, low_minor=low, high_minor=high, said_on=NOW.date()
                )
                for (category, fault), (low, high) in prices.items()
            ],
            **values,
        }
    )
    db.session.add(repairer)
    db.session.flush()
    return repairer


def make_town(name: str = "Nantes", *, country: str = "FR", **values: Any) -> TownName:
    """A town that places are found by; Nantes, with its own coordinates, unless told otherwise."""
    number = next(_number)
    town = TownName(
        **{
            "town": number,
            "country": country,
            "folded": name_key(name),
            "name": name,
            "population": 325_070,
            "lat": 47.21725,
            "lon": -1.55336,
            **values,
        }
    )
    db.session.add(town)
    db.session.flush()
    return town
