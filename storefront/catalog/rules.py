"""Grades, prices worth paying, and words about them: the pure part of the catalogue."""

import re
import unicodedata
from datetime import date

import numpy as np
from numpy.typing import NDArray

# Looks only, best first; every device works fully whatever its grade.
GRADES = ("premium", "excellent", "good", "fair")
VAT_SCHEMES = ("margin", "standard")

# The battery that a grade promises where the seller measured none (percent of the capacity when new). The trade's
# common floor is 80 %; eBay asks 85 % of Excellent, Swappie 100 % of Premium (terms of both shops, 2024).
BATTERY_FLOOR = {"premium": 90, "excellent": 85, "good": 80, "fair": 80}

# What a bad order costs its buyer, in prices. At 4 the first place goes to the cheapest offer in 61 % of cases, costs
# 2 % more than the cheapest, and halves the defects (simulation in DESIGN section 5).
HARM = 4.0
# Under this share of the usual price, being cheaper still is no advantage: it is more often a catch than a gift.
PRICE_FLOOR = 0.70
# How sharply value falls as the cost rises above the usual price.
STEEPNESS = 0.15

Array = NDArray[np.float64]


def cost(price: Array | float, usual: Array | float, risk: Array | float) -> Array:
    """What an offer is likely to cost in the end: its price, not counted below the floor, and the trouble it may bring.

    Worked example: 300.00 where 320.00 is usual, from a seller with 3 % risk: 300 * (1 + 4 * 0.03) = 336.00.
    """
    return np.maximum(price, PRICE_FLOOR * np.asarray(usual, dtype=np.float64)) * (
        1.0 + HARM * np.asarray(risk)
    )


def value(price: Array | float, usual: Array | float, risk: Array | float) -> Array:
    """Value for money in (0, 1): 0.5 where the likely cost is the usual price, more below it, less above.

    `usual` is the median price of the offers in stock for the same product and grade; units cancel out.
    """
    ratio = cost(price, usual, risk) / np.asarray(usual, dtype=np.float64)
    # Written over the log so that an absurd price underflows to 0 instead of overflowing.
    return 1.0 / (1.0 + np.exp(np.minimum(np.log(ratio) / STEEPNESS, 700.0)))


def slugify(text: str) -> str:
    """`iPhone 13 Pro · 128 GB` -> `iphone-13-pro-128-gb`; empty where nothing of it is a letter or digit."""
    plain = unicodedata.normalize("NFKD", text.replace("+", " plus ")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def updates_state(security_until: date | None, today: date) -> str:
    """`unknown`, `ended`, `ending` (within a year) or `running`."""
    if security_until is None:
        return "unknown"
    if security_until < today:
        return "ended"
    return "ending" if (security_until - today).days <= 365 else "running"


def product_title(model_name: str, storage_gb: int | None, colour: str) -> str:
    """`iPhone 13 128 GB midnight`: the words a product is found by; pages write it in the reader's language."""
    return " ".join(part for part in (model_name, storage_words(storage_gb, "GB", "TB"), colour) if part)


def storage_words(storage_gb: int | None, gigabytes: str, terabytes: str) -> str:
    """`128 GB`, `1 TB`, in the units' own words; empty without a storage. Makers count 1,000 or 1,024 GB as one TB."""
    for thousand in (1024, 1000):
        if storage_gb and storage_gb % thousand == 0:
            return f"{storage_gb // thousand} {terabytes}"
    return f"{storage_gb} {gigabytes}" if storage_gb else ""
