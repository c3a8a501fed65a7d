"""What there is for a request: the problem that the solver solves, and what would have to give."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import or_, select

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
from .rules import MODEL_PRICE, PARCEL_PRICE, Demand, Problem, Supply
from .stalls import NearMiss, Stalls
from .tiers import tiers_of

# Of words alone, with no model and no category, so many products are looked at.
_MOST_PRODUCTS = 5_000
_DAYS_OF_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class _There:
    """What can be bought that any wish may mean: rows and columns of the same offers, and what their texts say."""

    rows: list[Any]
    stalls: Stalls
    said: Mapping[str, frozenset[int]]
    method: Method


def supplies_for(request: Request, today: date) -> Problem:
    """What is in stock for the request, as a problem to solve. Three SQL statements, however large either is.

    A supply may do for a wish only if it can be there in time, its seller beginning `today`.
    """
    there = _there(request, today)
    sellers = {row.seller_id: row for row in there.rows}
    cap = current_settings().sellers.probation_units
    rooms = {id: room_for(row.standing, open_units=row.open_units, cap=cap) for id, row in sellers.items()}
    fitting = [np.flatnonzero(there.stalls.fitting(wish, request, there.said)) for wish in request.wishes]
    days = sorted({request.day_of(wish) or date.max for wish in request.wishes})
    return Problem(
        wishes=tuple(
            Demand(
                wish.units,
                tuple(places.tolist()),
                wish.uniformity,
                days.index(request.day_of(wish) or date.max),
            )
            for wish, places in zip(request.wishes, fitting, strict=True)
        ),
        supplies=_supplies(there.rows, today),
        rooms={id: room for id, room in rooms.items() if room is not None},
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
    rows = _rows(request, said)
    tariff = current_house().tariff
    zone = tariff.zone_of(request.firm.delivery_country) or tariff.zones[0]
    stalls = Stalls.of(rows, today=today, travel_days=zone.methods[0].travel_days)
    return _There(rows, stalls, said, zone.methods[0])


def _said(words: str) -> frozenset[int]:
    """The products whose texts have all words; none has, where one of them is unknown."""
    products, unknown = products_said(words)
    return frozenset() if unknown else products


def _rows(request: Request, said: Mapping[str, frozenset[int]]) -> list[Any]:
    """All offers that can be bought of the models, categories and products that wishes may mean, by their ids.

    All grades and prices, since what is usual for a product is measured by all of them. One SQL statement.
    """
    models = {wish.model_id for wish in request.wishes if wish.model_id is not None}
    plain = [wish for wish in request.wishes if wish.model_id is None]
    categories = {wish.category for wish in plain if wish.category is not None}
    products = _first({id for wish in plain if wish.category is None for id in said.get(wish.words, ())})
    statement = (
        select(
            Offer.id, Offer.product_id, Offer.grade, Offer.price_minor, Offer.stock, Offer.battery_percent,
            Offer.vat_scheme, Offer.seller_id, Seller.risk, Seller.standing, Seller.open_units,
            Seller.handling_days, Product.model_id, Product.storage_gb, Product.title, Category.slug,
            Model.security_until,
        )
        .join(Seller, Offer.seller_id == Seller.id)
        .join(Product, Offer.product_id == Product.id)
        .join(Category, Product.category_id == Category.id)
        .outerjoin(Model, Product.model_id == Model.id)
        .where(
            *buyable(),
            or_(
                Product.model_id.in_(sorted(models)),
                Category.slug.in_(sorted(categories)),
                Product.id.in_(products),
            ),
        )
        .order_by(Offer.id)
    )  # fmt: skip
    return list(db.session.execute(statement))


def _first(products: Iterable[int]) -> list[int]:
    return sorted(products)[:_MOST_PRODUCTS]


def _supplies(rows: list[Any], today: date) -> tuple[Supply, ...]:
    """With what each is likely to cost: as in ranking, by the seller's own risk (no firm is a newcomer's first try)."""
    cards = np.array([row.product_id * len(GRADES) + GRADES.index(row.grade) for row in rows], np.int64)
    prices = np.array([row.price_minor for row in rows], np.float64)
    risks = np.array([row.risk for row in rows], np.float64)
    costs = cost(prices, usual_prices(cards, prices), risks).tolist() if rows else []
    return tuple(
        Supply(
            offer_id=row.id,
            product_id=row.product_id,
            model_key=f"m{row.model_id}" if row.model_id is not None else f"p{row.product_id}",
            grade=row.grade,
            seller_id=row.seller_id,
            stock=row.stock,
            price=row.price_minor,
            cost=likely,
            battery=row.battery_percent,
            handling_days=row.handling_days,
            vat_scheme=row.vat_scheme,
            years_left=_years(row.security_until, today),
            title=row.title,
        )
        for row, likely in zip(rows, costs, strict=True)
    )


def _years(until: date | None, today: date) -> float | None:
    return None if until is None else max(0.0, (until - today).days / _DAYS_OF_A_YEAR)


def _minor(whole: int) -> int:
    return Money.of(Decimal(whole), current_settings().shop.currency).minor
