"""Loading the demo shop: through the same importers as a reseller's files."""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from ..accounts.passwords import hash_password
from ..catalog.actions import refresh_quality as refresh_values
from ..catalog.importer import Options, import_offers
from ..catalog.model_file import import_models
from ..catalog.models import Offer
from ..config import Settings
from ..core.database import db, transaction
from ..core.tables import Problem
from ..sellers.actions import refresh_quality
from ..sellers.seller_file import import_history, import_sellers
from .generator import OFFER_COLUMNS, QUALITY_COLUMNS, offer_rows, quality_rows
from .past_orders import place_past_orders
from .past_repairs import place_past_repairs
from .people import may_have_people, move_in, new_password
from .repair_network import take_repairers_in
from .tables import MODELS_CSV, SELLERS_CSV


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many of each were loaded; `past_lines` are those of the file, before any order of the shop's own.

    `password` opens the accounts of `people.INHABITANTS`, and is kept nowhere else; empty where there are none.
    `problems` are rows that the importers left out.
    """

    models: int
    sellers: int
    past_lines: int
    offers: int
    orders: int
    password: str
    problems: tuple[Problem, ...]


def has_offers() -> bool:
    """Whether anything has ever been offered here, sold out or not."""
    return db.session.scalar(select(Offer.id).limit(1)) is not None


def load_demo(
    settings: Settings, *, now: datetime, progress: Callable[[int], None] = lambda _position: None
) -> Loaded:
    """Load models, sellers, their year of history, and last the offers and the orders, all of them or none.

    So a shop that has offers has a whole demo shop, and one whose loading was cut short can be loaded again.
    Opens its own transactions.
    """
    orders = 0
    password = new_password() if may_have_people(settings) else ""
    # Before any transaction: it takes its time.
    password_hash = hash_password(password) if password else ""

    def live() -> None:
        nonlocal orders
        if password_hash:
            move_in(password_hash, language=settings.shop.language, now=now)
        orders = place_past_orders(settings, now=now)
        take_repairers_in(now=now)
        place_past_repairs(now=now)
        # What was delivered, late, or sent back has entered the sellers' records.
        refresh_values(today=now.date())

    with TemporaryDirectory() as folder:
        history, offers = Path(folder, "history.csv"), Path(folder, "offers.csv")
        write_csv(history, QUALITY_COLUMNS, quality_rows(now.date()))
        write_csv(offers, OFFER_COLUMNS, offer_rows(now.date(), settings.shop.currency))
        with transaction():
            models = import_models(MODELS_CSV, currency=settings.shop.currency)
            sellers = import_sellers(SELLERS_CSV, now=now)
            past = import_history(history, now=now)
            # Before the offers come, so that each is ranked by its seller's quality from the start.
            refresh_quality(today=now.date())
        # Some of the odd goods are of makers that no model has: they come with the offers.
        options = Options(strict=True, create=True)
        sold = import_offers(offers, options, settings=settings, now=now, progress=progress, afterwards=live)
    return Loaded(
        models=models.created + models.updated + models.unchanged,
        sellers=sellers.loaded,
        past_lines=past.loaded,
        offers=sold.created + sold.updated + sold.unchanged,
        orders=orders,
        password=password,
        problems=(*models.problems, *sellers.problems, *past.problems, *sold.problems),
    )


def write_csv(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> None:
    """Write rows as a CSV file that the shop's importers read."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
