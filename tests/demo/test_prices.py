"""What things are worth: less with age and wear, more with storage, never more than new."""

from datetime import date

import pytest

from storefront.demo.prices import GRADE_FACTORS, share_of_new, usual_price
from storefront.demo.tables import Device, devices

DEVICES = {device.slug: device for device in devices()}
LATER = date(2028, 11, 22)


def excellent(slug: str, today: date) -> float:
    device = DEVICES[slug]
    return usual_price(device, device.storages_gb[0] if device.storages_gb else None, "excellent", today)


# What French shops ask in late 2026 for the smallest storage in excellent grade, in euros, give or take.
@pytest.mark.parametrize(
    ("slug", "low", "high"),
    [
        ("apple-iphone-11", 90, 140),
        ("apple-iphone-13", 180, 250),
        ("apple-iphone-15-pro", 420, 560),
        ("apple-iphone-17", 620, 780),
        ("samsung-galaxy-s22", 140, 210),
        ("samsung-galaxy-a54-5g", 120, 180),
        ("google-pixel-8", 230, 310),
        ("fairphone-4", 110, 180),
        ("apple-ipad-2021", 140, 200),
        ("apple-macbook-air-13-2020-m1", 350, 460),
        ("lenovo-thinkpad-t480", 150, 220),
        ("nintendo-switch-oled", 190, 250),
        ("sony-playstation-5", 300, 380),
        ("apple-airpods-pro-2", 120, 170),
        ("dell-p2419h", 60, 100),
        ("vorwerk-thermomix-tm6", 650, 950),
    ],
)
def test_prices_are_those_of_the_market(slug: str, low: int, high: int, today: date):
    assert low <= excellent(slug, today) <= high


@pytest.mark.parametrize("device", DEVICES.values(), ids=lambda device: device.slug)
def test_a_price_falls_with_age_and_wear_and_rises_with_storage(device: Device, today: date):
    storages = device.storages_gb or (None,)
    assert share_of_new(device, LATER) < share_of_new(device, today)
    for grade in GRADE_FACTORS:
        prices = [usual_price(device, storage, grade, today) for storage in storages]
        assert prices == sorted(set(prices))
    by_grade = [usual_price(device, storages[0], grade, today) for grade in GRADE_FACTORS]
    assert by_grade == sorted(by_grade, reverse=True)
    assert by_grade[0] < float(device.new_price)


@pytest.mark.parametrize(
    "line",
    [
        ("apple-iphone-11", "apple-iphone-12", "apple-iphone-13", "apple-iphone-14", "apple-iphone-15"),
        ("apple-iphone-13-mini", "apple-iphone-13", "apple-iphone-13-pro", "apple-iphone-13-pro-max"),
        ("samsung-galaxy-s21-5g", "samsung-galaxy-s22", "samsung-galaxy-s23", "samsung-galaxy-s24"),
        ("google-pixel-6a", "google-pixel-7a", "google-pixel-8a", "google-pixel-9a"),
        ("apple-ipad-2018", "apple-ipad-2019", "apple-ipad-2020", "apple-ipad-2021", "apple-ipad-2022"),
        ("lenovo-thinkpad-t480", "lenovo-thinkpad-t490", "lenovo-thinkpad-t14-gen-1", "lenovo-thinkpad-t14-gen-3"),
        ("nintendo-switch-lite", "nintendo-switch-2019", "nintendo-switch-oled", "nintendo-switch-2"),
    ],
)  # fmt: skip
def test_the_better_sibling_is_dearer(line: tuple[str, ...], today: date):
    prices = [excellent(slug, today) for slug in line]
    assert prices == sorted(set(prices))


def test_the_worked_example(today: date):
    iphone = DEVICES["apple-iphone-13"]
    assert round(usual_price(iphone, 128, "excellent", today)) == 209
    assert round(usual_price(iphone, 128, "fair", today)) == 178
