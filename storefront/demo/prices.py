"""What a refurbished device is worth: the price model of the demo shop.

A share of the price new that falls by the year, by kind of device and maker, fitted by eye to what French shops ask in
late 2026. It only has to be believable: nobody is charged by it.
"""

import math
from datetime import date

from .tables import Device

# Grade -> share of the price in excellent grade.
GRADE_FACTORS = {"premium": 1.13, "excellent": 1.0, "good": 0.92, "fair": 0.85}

# (category or drawing, brand or "") -> share of the price new on the first day, yearly decline (exponential).
CURVES = {
    ("smartphones", "Apple"): (0.95, 0.275),
    ("smartphones", "Fairphone"): (0.95, 0.275),
    ("smartphones", "Samsung"): (0.87, 0.30),
    ("smartphones", "Google"): (0.87, 0.30),
    ("smartphones", ""): (0.82, 0.31),
    ("tablets", "Apple"): (0.90, 0.145),
    ("tablets", ""): (0.85, 0.20),
    ("laptops", "Apple"): (0.96, 0.17),
    ("laptops", ""): (0.80, 0.20),
    ("desktops", "Apple"): (0.95, 0.145),
    ("desktops", ""): (0.80, 0.195),
    ("monitors", ""): (0.75, 0.10),
    ("consoles", ""): (0.92, 0.075),
    ("watches", "Apple"): (0.95, 0.20),
    ("watches", "Garmin"): (1.25, 0.20),
    ("watches", ""): (0.75, 0.22),
    ("speaker", ""): (0.80, 0.075),
    ("audio", ""): (0.80, 0.12),
    ("e-readers", ""): (0.80, 0.065),
    ("tvs", ""): (0.80, 0.17),
    ("appliances", ""): (0.80, 0.04),
}

# Where the curve is wrong about a device: its price new was cut soon after, Intel Macs fell out of use, a screen keeps.
CORRECTIONS = {
    "apple-ipad-2022": 0.78,
    "apple-macbook-air-13-2022-m2": 0.87,
    "apple-macbook-air-13-2017": 0.75,
    "apple-macbook-pro-16-2019": 0.62,
    "apple-imac-27-2020": 0.80,
    "apple-studio-display": 1.28,
    "hp-elitebook-840-g8": 0.85,
    "dell-xps-13-9310": 1.15,
    "sony-playstation-5": 1.15,
    "sony-playstation-5-digital": 1.15,
    "microsoft-xbox-series-x": 1.12,
    "samsung-galaxy-buds2-pro": 0.70,
    "sony-wf-1000xm4": 0.75,
    "dyson-v8-absolute": 0.75,
    "dyson-v11-absolute": 0.80,
    "irobot-roomba-i7": 0.50,
}

# What twice the storage adds.
DOUBLING = 1.08
# Under this many euros nobody tests and repairs a device of the category for a living.
FLOORS = {
    "smartphones": 42, "tablets": 59, "laptops": 119, "desktops": 89, "monitors": 49, "consoles": 79,
    "watches": 49, "audio": 39, "e-readers": 39, "tvs": 149, "appliances": 99,
}  # fmt: skip
# A refurbished device never costs more than this share of the same one new.
CEILING = 0.93


def share_of_new(device: Device, today: date) -> float:
    """The share of the price new that the device keeps at its age, in excellent grade and smallest storage."""
    for key in ((device.category, device.brand), (device.drawing, ""), (device.category, "")):
        if key in CURVES:
            start, decline = CURVES[key]
            break
    years = max((today - device.released_on).days / 365.25, 0.0)
    return start * math.exp(-decline * years) * CORRECTIONS.get(device.slug, 1.0)


def usual_price(device: Device, storage_gb: int | None, grade: str, today: date) -> float:
    """The usual price in euros, VAT included.

    Worked example: an iPhone 13 (909.00 new, 5.16 years old) keeps 0.95 * exp(-0.275 * 5.16) = 23 %: about 209 in
    excellent grade and 128 GB, 178 in fair.
    """
    larger = DOUBLING ** math.log2(storage_gb / device.storages_gb[0]) if storage_gb else 1.0
    new = float(device.new_price)
    excellent = max(new * share_of_new(device, today), float(FLOORS[device.category])) * larger
    return min(excellent * GRADE_FACTORS[grade], new * larger * CEILING)
