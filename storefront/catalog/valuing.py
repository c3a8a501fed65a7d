"""Offers as search and ranking see them: with their value, which depends on all offers of the same card."""

from collections.abc import Iterable
from datetime import UTC, date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, or_, select

from search.query import Document, OfferRow

from ..config import current_settings
from ..core.database import db
from ..sellers.models import Seller
from ..sellers.rules import PROBATION, SUSPENDED, Record
from .models import Brand, Category, Model, Offer, Product
from .rules import GRADES, Rival, Turns, list_value, usual_prices, value

# What a seller is judged by.
JUDGED = (Seller.risk, Seller.standing, Seller.finished_lines, Seller.bad_lines)
_EPOCH_DAY = 719_163  # date(1970, 1, 1).toordinal()
# A thing of which nobody knows when it was first sold is sorted as if it had been this long ago when it came in: else
# every curiosity would stand before the newest devices.
_UNKNOWN_AGE = timedelta(days=3_652)


def buyable() -> tuple[ColumnElement[bool], ...]:
    """The conditions of what shoppers can buy, for statements that join offers with their sellers.

    As `sellers.rules.room_for`: nothing of a suspended seller, nor of one on probation that has all the units on their
    way that it may.
    """
    has_room = Seller.open_units < current_settings().sellers.probation_units
    return (Offer.stock > 0, Seller.standing != SUSPENDED, or_(Seller.standing != PROBATION, has_room))


def documents(product_ids: Iterable[int] | None = None) -> list[Document]:
    """The products as texts to search in, all of them or those with these ids; one SQL statement."""
    statement = (
        select(
            Product.id,
            Product.title,
            Product.description,
            Product.storage_gb,
            Product.colour,
            Product.model_text,
            Product.created_at,
            Brand.name.label("brand"),
            Model.name.label("model"),
            Model.released_on,
            Model.screen_in,
            Model.description_en,
            Model.description_fr,
            Category.slug,
            Category.words,
            Category.name_en,
            Category.name_fr,
        )
        .join(Category, Product.category_id == Category.id)
        .outerjoin(Brand, Product.brand_id == Brand.id)
        .outerjoin(Model, Product.model_id == Model.id)
    )
    return [_document(row) for row in db.session.execute(_only(statement, product_ids))]


def _document(row: Any) -> Document:
    screen = f"{row.screen_in:g} inch" if row.screen_in else ""
    texts = (row.description, row.description_en, row.description_fr, screen)
    return Document(
        id=row.id,
        title=row.title,
        brand=row.brand or "",
        model=row.model or row.model_text or "",
        description=" ".join(text for text in texts if text),
        category=row.slug,
        category_words=f"{row.words} {row.name_en} {row.name_fr}",
        storage=row.storage_gb,
        colour=row.colour,
        freshness=_first_sold(row).toordinal() - _EPOCH_DAY,
    )


def _first_sold(row: Any) -> date:
    released: date | None = row.released_on
    came_in: date = row.created_at.astimezone(UTC).date()
    return released or came_in - _UNKNOWN_AGE


def offer_rows(turns: Turns, product_ids: Iterable[int] | None = None) -> list[OfferRow]:
    """The offers in stock of all products, or of those with these ids, each with its value; one SQL statement."""
    statement = (
        select(
            Offer.id,
            Offer.product_id,
            Offer.grade,
            Offer.price_minor,
            Offer.stock,
            Offer.battery_percent,
            Offer.guarantee_months,
            Offer.created_at,
            Offer.seller_id,
            Seller.risk,
        )
        .join(Seller, Offer.seller_id == Seller.id)
        .where(*buyable())
    )
    rows = list(db.session.execute(_only(statement, product_ids, Offer.product_id)))
    cards = np.array([row.product_id * len(GRADES) + GRADES.index(row.grade) for row in rows], dtype=np.int64)
    prices = np.array([row.price_minor for row in rows], dtype=np.float64)
    usual = usual_prices(cards, prices)
    values = value(prices, usual, np.array([_risk(row, turns) for row in rows]))
    listed = list_value(prices, usual, np.array([_list_risk(row, turns) for row in rows]))
    return [
        _offer_row(row, float(worth), float(in_list))
        for row, worth, in_list in zip(rows, values, listed, strict=True)
    ]


def _offer_row(row: Any, worth: float, in_list: float) -> OfferRow:
    return OfferRow(
        id=row.id,
        product_id=row.product_id,
        grade=row.grade,
        price=row.price_minor,
        stock=row.stock,
        value=worth,
        list_value=in_list,
        battery=row.battery_percent,
        guarantee=row.guarantee_months,
        created=int(row.created_at.timestamp()),
    )


def _risk(row: Any, turns: Turns) -> float:
    return turns.risk(row.risk, seller_id=row.seller_id, product_id=row.product_id, grade=row.grade)


def _list_risk(row: Any, turns: Turns) -> float:
    return turns.list_risk(row.risk, seller_id=row.seller_id, product_id=row.product_id, grade=row.grade)


def rivals(product_ids: Iterable[int], turns: Turns) -> dict[tuple[int, str], list[Rival]]:
    """The offers in stock of these products by (product id, grade), each with its value; one SQL statement."""
    statement = (
        select(
            Offer.id,
            Offer.product_id,
            Offer.grade,
            Offer.price_minor,
            Offer.seller_id,
            *JUDGED,
        )
        .join(Seller, Offer.seller_id == Seller.id)
        .where(*buyable(), Offer.product_id.in_(list(product_ids)))
    )
    return {card: _valued(rows, turns) for card, rows in by_card(db.session.execute(statement)).items()}


def _valued(rows: list[Any], turns: Turns) -> list[Rival]:
    usual = usual_price(rows)
    return [rival(row, row, _risk(row, turns), usual) for row in rows]


def rival(offer: Any, seller: Any, turn_risk: float, usual: float) -> Rival:
    """The offer (anything with `id` and `price_minor`) among those of its card, of median price `usual`.

    `seller` is anything with the columns of `JUDGED`.
    """
    price = float(offer.price_minor)
    return Rival(
        offer.id,
        offer.price_minor,
        seller.risk,
        value=float(value(price, usual, turn_risk)),
        probation=seller.standing == "probation",
        usual_value=float(value(price, usual, seller.risk)) if turn_risk != seller.risk else None,
        record=Record(seller.finished_lines, seller.bad_lines),
    )


def by_card(rows: Iterable[Any]) -> dict[tuple[int, str], list[Any]]:
    """Rows with `product_id` and `grade`, by the card that they belong to."""
    cards: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        cards.setdefault((row.product_id, row.grade), []).append(row)
    return cards


def usual_price(rows: Iterable[Any]) -> float:
    """The median `price_minor` of a card's rows."""
    return float(np.median([row.price_minor for row in rows]))


def _only(
    statement: Select[*tuple[Any, ...]], product_ids: Iterable[int] | None, column: Any = Product.id
) -> Any:
    return statement if product_ids is None else statement.where(column.in_(list(product_ids)))
