"""The house as it stands now, in every process: read again when its version moved, which costs microseconds to see.

Nothing is read for a page that is kept: a change moves the catalogue's generation as well, and with it all kept pages.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from ..config import Name, Settings, WrongSetting, with_changes
from ..core.database import db
from ..core.money import Money
from .models import (
    HouseSetting,
    HouseState,
    HouseText,
    ShippingCountry,
    ShippingMethod,
    ShippingStep,
    ShippingZone,
)
from .rules import METHODS, Method, Step, Tariff, Zone

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """Settings, own texts by name and language, and shipping, all of one version."""

    version: int
    settings: Settings
    texts: Mapping[tuple[str, str], str]
    tariff: Tariff


class Running:
    """The house of this process. Within a request, a command or a task it stays the same."""

    def __init__(self, app: Flask) -> None:
        self.start: Settings = app.config["SETTINGS"]
        self.last = House(0, self.start, {}, tariff_of_settings(self.start))

    def __call__(self) -> House:
        if "house" not in g:
            g.house = self._newest()
        house: House = g.house
        return house

    def _newest(self) -> House:
        try:
            if peek() != self.last.version:
                self.last = self._read()
                current_app.config["SETTINGS"] = self.last.settings
        except (DBAPIError, db.engine.dialect.loaded_dbapi.Error) as error:
            # No database, or one without this table yet: the page that says so has the shop's name all the same.
            log.warning("the settings can't be read, those from before hold: %s", error)
        return self.last

    def _read(self) -> House:
        with db.engine.connect() as connection:
            # First: what is changed meanwhile is at worst read once more.
            version = connection.execute(select(HouseState.version)).scalar_one()
            settings = self._settings(connection, version)
            texts = connection.execute(
                select(HouseText.name, HouseText.language, HouseText.body).where(HouseText.body.is_not(None))
            )
            own = {(row.name, row.language): row.body for row in texts}
            return House(version, settings, own, _tariff(connection) or tariff_of_settings(settings))

    def _settings(self, connection: Connection, version: int) -> Settings:
        columns = (HouseSetting.section, HouseSetting.name, HouseSetting.value)
        rows = connection.execute(select(*columns).where(HouseSetting.value.is_not(None)))
        values: dict[Name, str] = {(row.section, row.name): row.value for row in rows}
        try:
            return with_changes(self.start, values, version=version)
        except WrongSetting as error:
            # They were checked when they were changed: the file, the environment or the program changed since.
            log.error(
                "what was changed at the desk doesn't go with the settings any more, and waits: %s", error
            )
            return with_changes(self.start, {}, version=version)


def tariff_of_settings(settings: Settings) -> Tariff:
    """One zone, at any weight, for a shop that has made none of its own."""
    shipping, currency = settings.shipping, settings.shop.currency
    methods = tuple(
        Method(code, max(1, days), (Step(None, Money.of(price, currency).minor),))
        for code, price, days in (
            ("standard", shipping.standard, shipping.standard_days),
            ("express", shipping.express, shipping.express_days),
        )
    )
    return Tariff((Zone("", shipping.countries, methods),))


def _tariff(connection: Connection) -> Tariff | None:
    """The zones of the database; none where there are none. Four statements."""
    columns = (ShippingZone.id, ShippingZone.name, ShippingZone.version)
    zones = connection.execute(select(*columns).order_by(ShippingZone.id))
    countries = _grouped(
        connection.execute(
            select(ShippingCountry.zone_id, ShippingCountry.code).order_by(ShippingCountry.code)
        )
    )
    steps: dict[int, list[Step]] = {}
    for row in connection.execute(
        select(ShippingStep.method_id, ShippingStep.up_to_g, ShippingStep.price_minor).order_by(
            ShippingStep.method_id, ShippingStep.position
        )
    ):
        steps.setdefault(row.method_id, []).append(Step(row.up_to_g, row.price_minor))
    methods: dict[int, list[Method]] = {}
    for row in connection.execute(select(ShippingMethod.__table__)):
        method = Method(row.code, max(1, row.travel_days), tuple(steps[row.id]), row.free_from_minor)
        methods.setdefault(row.zone_id, []).append(method)
    found = tuple(
        Zone(
            row.name,
            tuple(countries.get(row.id, ())),
            tuple(sorted(methods.get(row.id, ()), key=lambda method: METHODS.index(method.code))),
            row.id,
            row.version,
        )
        for row in zones
    )
    return Tariff(found) if found else None


def _grouped(rows: Any) -> dict[int, list[str]]:
    groups: dict[int, list[str]] = {}
    for key, value in rows:
        groups.setdefault(key, []).append(value)
    return groups


def peek() -> int:
    """The version, read without a session, in microseconds."""
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT version FROM house_state")
        (version,) = cursor.fetchone() or (0,)
        return int(version)
    finally:
        connection.close()


def follow(app: Flask) -> None:
    """From now on `current_settings()` gives this room's."""
    running = app.extensions["house"] = Running(app)
    app.extensions["settings"] = lambda: running().settings


def current_house() -> House:
    """The house as it stands now: the same for the whole of a request."""
    running: Running = current_app.extensions["house"]
    return running()


def home_zone() -> Zone:
    """Where the shop itself stands: one of its zones always has the shop's own country."""
    house = current_house()
    return house.tariff.zone_of(house.settings.shop.country) or house.tariff.zones[0]


def start_settings() -> Settings:
    """What the file and the environment say."""
    running: Running = current_app.extensions["house"]
    return running.start
