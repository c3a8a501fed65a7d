"""Shipping zones: made of the settings first, then changed; of two people the second is told."""

import pytest

from storefront.core.database import transaction
from storefront.core.errors import FormInvalid
from storefront.house import zones
from storefront.house.errors import HouseRefused
from storefront.house.forms import read_zone
from storefront.house.rules import Method, Step
from storefront.house.running import current_house
from tests.factories import NOW

ISLANDS = {
    "name": "Islands",
    "countries": "IE, MT",
    "standard": "yes",
    "standard-days": "6",
    "standard-free": "250",
    "standard-up-to-0": "0,5",
    "standard-price-0": "5.90",
    "standard-up-to-1": "",
    "standard-price-1": "12,90",
}


def tariff(app):
    with app.app_context():
        return current_house().tariff


def start(app) -> int:
    with app.app_context(), transaction():
        return zones.start_zones(person_id=1, now=NOW)


def save(app, fields, zone_id=None, seen=None) -> int:
    with app.app_context(), transaction():
        version = current_house().version if seen is None else seen
        form = read_zone(fields, currency="EUR")
        return zones.save_zone(form, zone_id=zone_id, seen=version, person_id=1, now=NOW)


def remove(app, zone_id, seen=None):
    with app.app_context(), transaction():
        zones.remove_zone(zone_id, seen=current_house().version if seen is None else seen)


def test_the_first_zone_is_what_the_settings_say(app):
    before = tariff(app)
    start(app)
    (zone,) = tariff(app).zones
    assert (zone.name, sorted(zone.countries)) == ("Main zone", sorted(before.countries))
    assert zone.methods == before.zones[0].methods == (
        Method("standard", 3, (Step(None, 390),)),
        Method("express", 1, (Step(None, 890),)),
    )  # fmt: skip
    with pytest.raises(HouseRefused, match="There are zones already"):
        start(app)


def test_a_zone_of_its_own(app):
    start(app)
    zone_id = save(app, ISLANDS)
    zone = tariff(app).zone_of("MT")
    assert zone is not None
    assert (zone.id, zone.name, zone.countries) == (zone_id, "Islands", ("IE", "MT"))
    assert zone.methods == (Method("standard", 6, (Step(500, 590), Step(None, 1290)), 25000),)


def test_a_country_moves_to_the_zone_that_names_it_last(app):
    main = start(app)
    save(app, ISLANDS | {"countries": "BE, MT"})
    found = tariff(app)
    assert found.zone_of("BE").name == "Islands"
    assert [zone.id for zone in found.zones if "FR" in zone.countries] == [main]


def test_a_zone_changes_as_a_whole(app):
    start(app)
    zone_id = save(app, ISLANDS)
    changed = ISLANDS | {
        "countries": "MT, CY",
        "express": "yes",
        "express-days": "2",
        "express-price-0": "20",
    }
    assert save(app, changed, zone_id) == zone_id
    zone = tariff(app).zone_of("CY")
    assert (zone.id, zone.countries) == (zone_id, ("CY", "MT"))
    assert [method.code for method in zone.methods] == ["standard", "express"]
    assert tariff(app).zone_of("IE") is None


def test_the_shops_own_country_stays(app):
    main = start(app)
    with pytest.raises(FormInvalid, match="countries"):
        save(app, ISLANDS, main)
    with pytest.raises(HouseRefused, match="own country"):
        remove(app, main)
    save(app, ISLANDS | {"countries": "FR"})
    remove(app, main)
    assert tariff(app).countries == ("FR",)


def test_of_two_people_the_second_is_told(app):
    main = start(app)
    zone_id = save(app, ISLANDS)
    seen = tariff(app).zones[0].version + 1
    save(app, ISLANDS | {"standard-days": "7"}, zone_id)
    for attempt in (
        lambda: save(app, ISLANDS | {"standard-days": "8"}, zone_id, seen),
        lambda: save(app, ISLANDS | {"name": "Third", "countries": "MT"}, None, seen),
        lambda: remove(app, zone_id, seen),
    ):
        with pytest.raises(HouseRefused, match="Somebody else has just changed the zone Islands"):
            attempt()
    assert tariff(app).zone_of("MT").methods[0].travel_days == 7
    assert main


def test_a_country_that_is_taken_away_counts_as_a_change(app):
    main = start(app)
    seen = tariff(app).zones[0].version
    save(app, ISLANDS | {"countries": "BE"})
    with pytest.raises(HouseRefused, match="Somebody else"):
        save(app, ISLANDS | {"countries": "FR"}, main, seen)


def test_back_to_the_settings(app):
    before = tariff(app)
    start(app)
    save(app, ISLANDS)
    with app.app_context(), transaction():
        zones.end_zones(seen=current_house().version)
    assert tariff(app) == before


def test_a_shop_whose_host_gives_the_prices_makes_no_zones(make_app):
    with pytest.raises(HouseRefused, match="whoever runs the machine"):
        start(make_app(REBELOTE_SHIPPING_STANDARD="4.90"))


def test_no_zone_before_the_first(app):
    with pytest.raises(HouseRefused, match="no zones yet"):
        save(app, ISLANDS)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, "name"),
        ({"name": "Main zone"}, "name"),
        ({"countries": "Ireland"}, "countries"),
        ({"countries": "XQ"}, "countries"),
        ({"countries": ""}, "countries"),
        ({"standard-days": "soon"}, "standard-days"),
        ({"standard-days": "0"}, "standard-days"),
        ({"standard-free": "-1"}, "standard-free"),
        ({"standard-price-0": ""}, "standard-price-0"),
        ({"standard-price-0": "-5"}, "standard-price-0"),
        ({"standard-up-to-0": "light"}, "standard-up-to-0"),
        ({"standard-up-to-0": "0"}, "standard-up-to-0"),
        ({"standard-price-0": "99"}, "standard-up-to-0"),
        ({"standard-up-to-1": "30"}, "standard-up-to-0"),
    ],
)
def test_what_can_not_be_taken_is_named(app, fields, wrong):
    start(app)
    with pytest.raises(FormInvalid) as caught:
        save(app, ISLANDS | fields)
    assert set(caught.value.errors) == {wrong}


def test_a_zone_without_a_way_is_none(app):
    start(app)
    without = {name: value for name, value in ISLANDS.items() if name != "standard"}
    with pytest.raises(FormInvalid) as caught:
        save(app, without)
    assert set(caught.value.errors) == {"standard"}
