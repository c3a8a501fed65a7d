"""The hand-written tables of the demo shop, read into typed rows.

`models.csv` holds real devices (facts checked against endoflife.date, LineageOS and the makers' pages; empty where no
trustworthy figure exists), `sellers.csv` invented refurbishers, `profiles.csv` what the shop isn't told about them,
`odds.csv` things of no known model, `customers.csv` invented people, `repairers.csv` invented workshops.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from ..orders.actions import Customer

FOLDER = Path(__file__).parent
MODELS_CSV = FOLDER / "models.csv"
SELLERS_CSV = FOLDER / "sellers.csv"
PROFILES_CSV = FOLDER / "profiles.csv"
ODDS_CSV = FOLDER / "odds.csv"
CUSTOMERS_CSV = FOLDER / "customers.csv"
REPAIRERS_CSV = FOLDER / "repairers.csv"


@dataclass(frozen=True, slots=True)
class Device:
    """What the generator wants to know about a model; `new_price` in euros, for the smallest storage."""

    slug: str
    name: str
    brand: str
    category: str
    drawing: str
    released_on: date
    storages_gb: tuple[int, ...]
    colours: tuple[str, ...]
    new_price: Decimal


@dataclass(frozen=True, slots=True)
class Profile:
    """The hidden side of a seller.

    `orders` finished in a year, `bad_rate` true share of bad outcomes, `price_level` against the market (1 = usual),
    `offers` a weight, `categories` and `brands` that it deals in (no brands: all), `traps` offers too good to be true.
    """

    seller: str
    orders: int
    bad_rate: float
    price_level: float
    offers: int
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    traps: int
    guarantee_months: int
    joined_on: date

    def sells(self, category: str, brand: str) -> bool:
        return category in self.categories and (not self.brands or brand in self.brands)


@dataclass(frozen=True, slots=True)
class Odd:
    """A thing with a title and no known model; `price` in euros, in excellent grade."""

    title: str
    brand: str
    category: str
    colour: str
    price: Decimal
    description: str


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file of ours, by column name."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def several(cell: str) -> tuple[str, ...]:
    """`black|blue` -> ("black", "blue"); an empty cell holds nothing."""
    return tuple(cell.split("|")) if cell else ()


def devices() -> list[Device]:
    return [
        Device(
            slug=row["model"],
            name=row["name"],
            brand=row["brand"],
            category=row["category"],
            drawing=row["drawing"],
            released_on=date.fromisoformat(row["released_on"]),
            storages_gb=tuple(int(size) for size in several(row["storages_gb"])),
            colours=several(row["colours"]),
            new_price=Decimal(row["new_price"]),
        )
        for row in rows(MODELS_CSV)
    ]


def profiles() -> list[Profile]:
    sellers = {row["slug"]: row for row in rows(SELLERS_CSV)}
    return [
        Profile(
            seller=row["seller"],
            orders=int(row["orders"]),
            bad_rate=float(row["bad_rate"]),
            price_level=float(row["price_level"]),
            offers=int(row["offers"]),
            categories=several(row["categories"]),
            brands=several(row["brands"]),
            traps=int(row["traps"]),
            guarantee_months=int(sellers[row["seller"]]["guarantee_months"]),
            joined_on=date.fromisoformat(sellers[row["seller"]]["joined_on"]),
        )
        for row in rows(PROFILES_CSV)
    ]


def odds() -> list[Odd]:
    return [
        Odd(
            title=row["title"],
            brand=row["brand"],
            category=row["category"],
            colour=row["colour"],
            price=Decimal(row["price"]),
            description=row["description"],
        )
        for row in rows(ODDS_CSV)
    ]


def customers() -> list[Customer]:
    return [Customer(**row, person_id=None) for row in rows(CUSTOMERS_CSV)]
