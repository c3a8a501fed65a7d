"""What there is for a request: the problem that the solver solves, and what would have to give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, or_, select

from ...catalog.devices import products_said
from ...catalog.models import Category, Model, Offer, Product
from ...catalog.rules import GRADES, cost, usual_prices
from ...catalog.valuing import buyable
from ...config import current_settings
from ...core.database import db
from ...core.money import Money
from ...house.rules import Method
from ...house.running import current_house
from ...sellers.models import Seller
from ...sellers.rules import room_for
from ..wishes.rules import Request
from .market import Ints
from .rules import MODEL_PRICE, PARCEL_PRICE, Demand, Problem, Supply
from .stalls import NearMiss, Stalls
from .tiers import tiers_of

# Of words alone, with no model and no category, so many products are looked at.
_MOST_PRODUCTS = 5_000
_DAYS_OF_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class _There:
    """What can be bought that any wish may mean: `offers` and `stalls` are of the same offers, in the same order; the
    rows of products and sellers by their ids; and which products' texts say the words.
    """

    offers: list[Any]
    products: Mapping[int, Any]
    sellers: Mapping[int, Any]
    stalls: Stalls
    said: Mapping[str, frozenset[int]]
    method: Method


def supplies_for(request: Request, today: date) -> Problem:
    """What is in stock for the request, as a problem to solve. Four SQL statements, however large either is.

    A supply may do for a wish only if it can be there in time, its seller beginning `today`.
    """
    there = _there(request, today)
    fitting = [there.stalls.fitting(wish, request, there.said) for wish in request.wishes]
    wanted = np.flatnonzero(np.any(fitting, axis=0)) if len(there.offers) else np.zeros(0, np.int64)
    days = sorted({request.day_of(wish) or date.max for wish in request.wishes})
    supplies = _supplies(there, wanted, today)
    sellers = {supply.seller_id for supply in supplies}
    return Problem(
        wishes=tuple(
            Demand(
                units=wish.units,
                fits=tuple(np.flatnonzero(fits[wanted]).tolist()),
                uniformity=wish.uniformity,
                batch=days.index(request.day_of(wish) or date.max),
            )
            for wish, fits in zip(request.wishes, fitting, strict=True)
        ),
        supplies=supplies,
        rooms=_rooms(there, sellers),
        discounts=tiers_of(sellers),
        parcel_cost=_minor(PARCEL_PRICE),
        model_cost=_minor(MODEL_PRICE),
        # A fleet's parcel is heavy: by the step that has no end.
        shipping=there.method.steps[-1].price_minor,
    )


def near_misses(request: Request, today: date) -> tuple[tuple[NearMiss, ...], ...]:
    """For each wish that can't be filled, even by itself, how many units more each need would bring that gave way."""
    there = _there(request, today)
    return tuple(there.stalls.near_misses(wish, request, there.said) for wish in request.wishes)


def _there(request: Request, today: date) -> _There:
    said = {wish.words: _said(wish.words) for wish in request.wishes if wish.words}
    meant = _meant(request, said)
    products, offers, sellers = _products(meant), _offers(meant), _sellers()
    tariff = current_house().tariff
    zone = tariff.zone_of(request.firm.delivery_country) or tariff.zones[0]
    method = zone.methods[0]
    stalls = Stalls.of(offers, products, sellers, today=today, travel_days=method.travel_days)
    return _There(offers, products, sellers, stalls, said, method)


def _said(words: str) -> frozenset[int]:
    """The products whose texts have all words; none has, where one of them is unknown."""
    products, unknown = products_said(words)
    return frozenset() if unknown else products


def _meant(request: Request, said: Mapping[str, frozenset[int]]) -> ColumnElement[bool]:
    """The condition of the models, categories and products that wishes may mean, for statements that join these."""
    models = {wish.model_id for wish in request.wishes if wish.model_id is not None}
    plain = [wish for wish in request.wishes if wish.model_id is None]
    categories = {wish.category for wish in plain if wish.category is not None}
    products = _first({id for wish in plain if wish.category is None for id in said.get(wish.words, ())})
    return or_(
        Product.model_id.in_(sorted(models)), Category.slug.in_(sorted(categories)), Product.id.in_(products)
    )


def _first(products: Iterable[int]) -> list[int]:
    return sorted(products)[:_MOST_PRODUCTS]


def _products(meant: ColumnElement[bool]) -> dict[int, Any]:
    """One SQL statement."""
    statement = (
        select(
            Product.id,
            Product.model_id,
            Product.storage_gb,
            Product.title,
            Category.slug,
            Model.security_until,
        )
        .join(Category, Product.category_id == Category.id)
        .outerjoin(Model, Product.model_id == Model.id)
        .where(meant)
    )
    return {row.id: row for row in db.session.execute(statement)}


def _offers(meant: ColumnElement[bool]) -> list[Any]:
    """All offers that can be bought of what is meant, by their ids; one SQL statement.

    All grades and prices, since what is usual for a product is measured by all of them.
    """
    statement = (
        select(
            Offer.id, Offer.product_id, Offer.grade, Offer.price_minor, Offer.stock, Offer.battery_percent,
            Offer.vat_scheme, Offer.seller_id,
        )
        .join(Seller, Offer.seller_id == Seller.id)
        .join(Product, Offer.product_id == Product.id)
        .join(Category, Product.category_id == Category.id)
        .where(*buyable(), meant)
        .order_by(Offer.id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def _sellers() -> dict[int, Any]:
    """One SQL statement."""
    columns = (Seller.id, Seller.risk, Seller.standing, Seller.open_units, Seller.handling_days)
    return {row.id: row for row in db.session.execute(select(*columns))}


def _rooms(there: _There, sellers: Iterable[int]) -> dict[int, int]:
    cap = current_settings().sellers.probation_units
    rows = (there.sellers[id] for id in sellers)
    rooms = {row.id: room_for(row.standing, open_units=row.open_units, cap=cap) for row in rows}
    return {id: room for id, room in rooms.items() if room is not None}


def _supplies(there: _There, wanted: Ints, today: date) -> tuple[Supply, ...]:
    """With what each is likely to cost: as in ranking, by the seller's own risk (no firm is a newcomer's first try)."""
    stalls = there.stalls
    prices = stalls.price.astype(np.float64)
    usual = usual_prices(stalls.product * len(GRADES) + stalls.grade, prices)
    risks = np.array([there.sellers[offer.seller_id].risk for offer in there.offers], np.float64)
    costs = cost(prices, usual, risks)[wanted].tolist()
    years = {id: _years(product.security_until, today) for id, product in there.products.items()}
    keys = {
        id: f"p{id}" if row.model_id is None else f"m{row.model_id}" for id, row in there.products.items()
    }
    return tuple(
        Supply(
            offer_id=id,
            product_id=product_id,
            model_key=keys[product_id],
            grade=grade,
            seller_id=seller_id,
            stock=stock,
            price=price,
            cost=likely,
            battery=battery,
            handling_days=there.sellers[seller_id].handling_days,
            vat_scheme=vat_scheme,
            years_left=years[product_id],
            title=there.products[product_id].title,
        )
        for (id, product_id, grade, price, stock, battery, vat_scheme, seller_id), likely in zip(
            (there.offers[place] for place in wanted.tolist()), costs, strict=True
        )
    )


def _years(until: date | None, today: date) -> float | None:
    return None if until is None else max(0.0, (until - today).days / _DAYS_OF_A_YEAR)


def _minor(whole: int) -> int:
    return Money.of(Decimal(whole), current_settings().shop.currency).minor
