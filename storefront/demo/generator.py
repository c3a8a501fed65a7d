"""Offers and quality history of the demo shop, as rows of the shop's own import formats.

Pure and repeatable: a fixed seed, and the day is given. The same day gives the same rows.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from stdnum import ean as ean_numbers

from .prices import GRADE_FACTORS, usual_price
from .tables import Device, Odd, Profile, devices, odds, profiles

SEED = "rebelote-1"
OFFER_COLUMNS = (
    "sku", "seller", "title", "brand", "model", "category", "description", "storage_gb", "colour", "grade", "price",
    "currency", "stock", "ean", "battery_percent", "guarantee_months", "vat_scheme", "purchase_price",
)  # fmt: skip
QUALITY_COLUMNS = ("seller", "reference", "finished_on", "outcome")

# What everybody looks for: many configurations, many sellers.
HITS = frozenset({
    "apple-iphone-xr", "apple-iphone-se-2020", "apple-iphone-11", "apple-iphone-12-mini", "apple-iphone-12",
    "apple-iphone-12-pro", "apple-iphone-se-2022", "apple-iphone-13-mini", "apple-iphone-13",
    "apple-iphone-13-pro", "apple-iphone-14", "apple-iphone-14-pro", "apple-iphone-15", "apple-iphone-15-pro",
    "apple-iphone-16", "samsung-galaxy-s20-fe-5g", "samsung-galaxy-s21-5g", "samsung-galaxy-s22",
    "samsung-galaxy-s23", "samsung-galaxy-s24", "samsung-galaxy-a52s-5g", "samsung-galaxy-a53-5g",
    "samsung-galaxy-a54-5g", "google-pixel-6a", "google-pixel-7", "google-pixel-7a", "google-pixel-8",
    "fairphone-4", "apple-ipad-2019", "apple-ipad-2021", "apple-ipad-air-2020", "samsung-galaxy-tab-s8",
    "apple-macbook-air-13-2020-m1", "apple-macbook-air-13-2022-m2", "lenovo-thinkpad-t480",
    "lenovo-thinkpad-t14-gen-1", "dell-latitude-5420", "hp-elitebook-840-g6", "dell-p2419h",
    "nintendo-switch-2019", "nintendo-switch-oled", "sony-playstation-4-slim", "sony-playstation-5",
    "microsoft-xbox-series-s", "apple-watch-se-2020", "apple-watch-series-7", "apple-airpods-pro",
    "apple-airpods-pro-2", "sony-wh-1000xm4",
})  # fmt: skip

# The least battery (percent) that a grade may have, as `catalog.rules` promises it.
BATTERY_FROM = {"premium": 90, "excellent": 85, "good": 80, "fair": 80}
MEASURED_BATTERIES = frozenset({"phone", "tablet", "laptop", "watch", "console-handheld", "e-reader"})

# How often a model is offered in a grade, when it is young enough for its best one.
GRADE_ODDS = {"premium": 0.5, "excellent": 0.9, "good": 0.85, "fair": 0.6}
PREMIUM_UNTIL_YEARS = 7.0

# Among bad outcomes.
BAD_OUTCOMES = ("defect", "wrong_grade", "late", "cancelled")
BAD_WEIGHTS = (45, 20, 22, 13)

# Sellers of company fleets buy with an invoice that shows VAT, so part of their stock is sold so.
FLEET_CATEGORIES = frozenset({"laptops", "desktops", "monitors"})
# Weights of `Profile.offers`: who has pallets of the same device, and who never has more than three.
LARGE_SELLER = 100
SMALL_WORKSHOP = 40
ENDINGS_CENTS = (0, 0, 90, 99)


@dataclass(slots=True)
class Draft:
    """An offer before it is a row; prices in cents."""

    profile: Profile
    title: str
    brand: str
    model: str
    category: str
    description: str
    storage_gb: int | None
    colour: str
    grade: str
    price: int
    ean: str
    battery: bool

    @property
    def product(self) -> tuple[str, str, int | None, str]:
        return (self.model, self.title, self.storage_gb, self.colour)


def offer_rows(today: date, currency: str = "EUR") -> Iterator[dict[str, str]]:
    """The offers, columns `OFFER_COLUMNS`, ordered by model so that competing offers stand together.

    Prices are those of France in euros; another `currency` takes the same numbers.
    """
    random = Random(f"{SEED}/offers")
    sellers = profiles()
    drafts = [draft for device in devices() for draft in _device_drafts(device, sellers, today, random)]
    _set_traps(drafts, random)
    drafts.extend(draft for odd in odds() for draft in _odd_drafts(odd, sellers, random))
    counters: dict[str, int] = defaultdict(int)
    for draft in drafts:
        counters[draft.profile.seller] += 1
        yield _row(draft, counters[draft.profile.seller], random) | {"currency": currency}


def quality_rows(today: date) -> Iterator[dict[str, str]]:
    """A year of finished order lines, columns `QUALITY_COLUMNS`, each seller's drawn with its hidden rate."""
    for profile in profiles():
        random = Random(f"{SEED}/quality/{profile.seller}")
        days = max(min(364, (today - profile.joined_on).days), 1)
        for number in range(1, profile.orders + 1):
            bad = random.random() < profile.bad_rate
            yield {
                "seller": profile.seller,
                "reference": f"history-{number:05d}",
                "finished_on": (today - timedelta(days=random.randint(1, days))).isoformat(),
                "outcome": random.choices(BAD_OUTCOMES, BAD_WEIGHTS)[0] if bad else "good",
            }


def title_of(device: Device, storage_gb: int | None, colour: str) -> str:
    """`iPhone 13 128 GB midnight`."""
    if storage_gb is None:
        return f"{device.name} {colour}"
    size = f"{storage_gb // 1024} TB" if storage_gb % 1024 == 0 else f"{storage_gb} GB"
    return f"{device.name} {size} {colour}"


def _device_drafts(device: Device, sellers: list[Profile], today: date, random: Random) -> Iterator[Draft]:
    """The offers of all sellers for a model, one product and grade after another."""
    able = [profile for profile in sellers if profile.sells(device.category, device.brand)]
    hit = device.slug in HITS
    rare = not hit and random.random() < 0.3
    sellers_wanted = (3, 8) if hit else (1, 2) if rare else (1, 3)
    grades = _grades(device, today, random, hit=hit)
    for storage_gb, colour in _configurations(device, 3 if hit else 1 if rare else 2, random):
        ean = _ean(device, storage_gb, colour) if random.random() < 0.25 else ""
        # A seller's own touch on the product, the same in all grades: a better grade is never cheaper from one seller.
        touch = {profile.seller: profile.price_level * _near_one(random) for profile in able}
        for grade in grades:
            count = random.randint(*sellers_wanted)
            usual = usual_price(device, storage_gb, grade, today)
            for profile in _some(able, count, random):
                yield Draft(
                    profile=profile,
                    title=title_of(device, storage_gb, colour),
                    brand=device.brand,
                    model=device.slug,
                    category=device.category,
                    description="",
                    storage_gb=storage_gb,
                    colour=colour,
                    grade=grade,
                    price=_asked(usual * touch[profile.seller], profile),
                    ean=ean,
                    battery=device.drawing in MEASURED_BATTERIES,
                )


def _odd_drafts(odd: Odd, sellers: list[Profile], random: Random) -> Iterator[Draft]:
    """One offer of a thing with no known model."""
    able = [profile for profile in sellers if profile.sells(odd.category, odd.brand)]
    grade = random.choice(("excellent", "good", "good", "fair"))
    for profile in _some(able, 1, random):
        yield Draft(
            profile=profile,
            title=odd.title,
            brand=odd.brand,
            model="",
            category=odd.category,
            description=odd.description,
            storage_gb=None,
            colour=odd.colour,
            grade=grade,
            price=_asked(float(odd.price) * GRADE_FACTORS[grade] * profile.price_level, profile),
            ean="",
            battery=False,
        )


def _grades(device: Device, today: date, random: Random, *, hit: bool) -> list[str]:
    """The grades that the model is found in: old devices are never flawless, sought-after ones come in most grades."""
    young = (today - device.released_on).days < PREMIUM_UNTIL_YEARS * 365.25
    chance = {grade: share * (1.15 if hit else 0.85) for grade, share in GRADE_ODDS.items()}
    if not young:
        del chance["premium"]
    found = [grade for grade, share in chance.items() if random.random() < share]
    return found or ["good"]


def _configurations(device: Device, count: int, random: Random) -> list[tuple[int | None, str]]:
    """Storage and colour: small storages and the first colours are the most common."""
    pairs: list[tuple[int | None, str]] = [
        (storage, colour) for storage in device.storages_gb or (None,) for colour in device.colours
    ]
    place = {colour: position for position, colour in enumerate(device.colours)}
    rank: dict[int | None, int] = {storage: position for position, storage in enumerate(device.storages_gb)}
    keys = {
        pair: random.random() ** (1 + 0.3 * place[pair[1]] + 0.8 * rank.get(pair[0], 0)) for pair in pairs
    }
    chosen = sorted(pairs, key=lambda pair: keys[pair], reverse=True)[:count]
    return sorted(chosen, key=lambda pair: (pair[0] or 0, place[pair[1]]))


def _some(able: list[Profile], count: int, random: Random) -> list[Profile]:
    """Up to `count` different sellers, large ones more often (Efraimidis and Spirakis' weighted sampling)."""
    keyed = [
        (random.random() ** (len(profile.categories) / profile.offers), profile.seller, profile)
        for profile in able
    ]
    return [profile for _, _, profile in sorted(keyed, reverse=True)[:count]]


def _near_one(random: Random) -> float:
    """A factor between 0.92 and 1.08, mostly close to 1."""
    return min(max(random.gauss(1.0, 0.03), 0.92), 1.08)


def _asked(euros: float, profile: Profile) -> int:
    """The price as the seller writes it, in cents: whole euros, or its favourite ending."""
    ending = _ending(profile.seller)
    whole = max(int(euros + 0.5), 5)
    return whole * 100 if ending == 0 else (whole - 1) * 100 + ending


@cache
def _ending(seller: str) -> int:
    return Random(f"{SEED}/ending/{seller}").choice(ENDINGS_CENTS)


def _ean(device: Device, storage_gb: int | None, colour: str) -> str:
    """A valid EAN-13 of the range for use within shops (200-299), always the same for a product."""
    body = f"2{Random(f'{device.slug}/{storage_gb}/{colour}').randrange(10**11):011d}"
    return body + str(ean_numbers.calc_check_digit(body))


def _set_traps(drafts: list[Draft], random: Random) -> None:
    """Make some offers of some sellers too good to be true: 45-60 % of the median of the same product and grade."""
    cells: dict[object, list[Draft]] = defaultdict(list)
    ranges: dict[object, int] = defaultdict(int)
    for draft in drafts:
        cells[draft.product, draft.grade].append(draft)
        ranges[draft.product, draft.profile.seller] += 1
    for profile in {draft.profile.seller: draft.profile for draft in drafts}.values():
        fit = [
            draft
            for draft in drafts
            if draft.profile is profile
            and len(cells[draft.product, draft.grade]) >= 4
            and ranges[draft.product, profile.seller] == 1
        ]
        for draft in random.sample(fit, min(profile.traps, len(fit))):
            median = statistics.median(other.price for other in cells[draft.product, draft.grade])
            draft.price = _asked(median / 100 * random.uniform(0.46, 0.59), profile)


def _row(draft: Draft, number: int, random: Random) -> dict[str, str]:
    profile = draft.profile
    standard = random.random() < (0.30 if draft.category in FLEET_CATEGORIES else 0.05)
    initials = "".join(word[0] for word in profile.seller.split("-")).upper()
    longer = 12 if profile.guarantee_months < 36 and random.random() < 0.08 else 0
    return {
        "sku": f"{initials}-{number:04d}",
        "seller": profile.seller,
        "title": draft.title,
        "brand": draft.brand,
        "model": draft.model,
        "category": draft.category,
        "description": draft.description,
        "storage_gb": str(draft.storage_gb or ""),
        "colour": draft.colour,
        "grade": draft.grade,
        "price": _decimal(draft.price),
        "currency": "",
        "stock": str(_stock(profile, random)),
        "ean": draft.ean,
        "battery_percent": str(_battery(draft.grade, random)) if draft.battery else "",
        "guarantee_months": str(profile.guarantee_months + longer),
        "vat_scheme": "standard" if standard else "margin",
        "purchase_price": "" if standard else _decimal(int(draft.price * random.uniform(0.55, 0.75))),
    }


def _stock(profile: Profile, random: Random) -> int:
    """Sold out, one, a few, or (from the large) a pallet: most used things are single."""
    dice = random.random()
    if dice < 0.06:
        return 0
    if dice < 0.41:
        return 1
    if profile.offers >= LARGE_SELLER and dice > 0.94:
        return random.randint(20, 60)
    return 2 + min(int(random.expovariate(0.4)), 12 if profile.offers >= SMALL_WORKSHOP else 1)


def _battery(grade: str, random: Random) -> int:
    """Percent of the capacity when new: mostly somewhat above the floor, sometimes a changed battery at 100."""
    if random.random() < 0.15:
        return 100
    return min(BATTERY_FROM[grade] + int(random.expovariate(0.22)), 99)


def _decimal(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
