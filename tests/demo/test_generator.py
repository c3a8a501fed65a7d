"""The generated rows: believable as a market, valid as import files, the same every time."""

import statistics
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
import stdnum.ean

from storefront.catalog.rules import BATTERY_FLOOR, GRADES
from storefront.demo.generator import HITS, OFFER_COLUMNS, QUALITY_COLUMNS, offer_rows, quality_rows, title_of
from storefront.demo.tables import devices, profiles

Rows = list[dict[str, str]]
DEVICES = {device.slug: device for device in devices()}
PROFILES = {profile.seller: profile for profile in profiles()}


def cells(offers: Rows) -> dict[tuple[str, str], Rows]:
    """Competing offers: those of one product in one grade."""
    found: dict[tuple[str, str], Rows] = defaultdict(list)
    for offer in offers:
        found[offer["title"], offer["grade"]].append(offer)
    return found


def traps(offers: Rows) -> Rows:
    """Offers at 62 % or less of the median of at least four."""
    return [
        offer
        for rivals in cells(offers).values()
        if len(rivals) >= 4
        for offer in rivals
        if Decimal(offer["price"]) <= Decimal("0.62") * statistics.median(Decimal(o["price"]) for o in rivals)
    ]


def test_the_same_day_gives_the_same_rows(offers: Rows, history: Rows, today: date):
    assert list(offer_rows(today)) == offers
    assert list(quality_rows(today)) == history


def test_rows_have_the_columns_of_the_importers(offers: Rows, history: Rows):
    assert {tuple(offer) for offer in offers} == {OFFER_COLUMNS}
    assert {tuple(row) for row in history} == {QUALITY_COLUMNS}


def test_the_shop_is_as_large_as_it_should_be(offers: Rows):
    assert 3_200 <= len(offers) <= 4_000
    assert {offer["model"] for offer in offers} - {""} == set(DEVICES)
    assert {offer["seller"] for offer in offers} == set(PROFILES)
    assert 24 <= sum(not offer["model"] for offer in offers) <= 60
    assert {offer["currency"] for offer in offers} == {"EUR"}


def test_no_seller_uses_a_sku_twice(offers: Rows):
    assert len({(offer["seller"], offer["sku"]) for offer in offers}) == len(offers)


def test_no_seller_offers_the_same_thing_twice(offers: Rows):
    assert len({(o["seller"], o["title"], o["grade"]) for o in offers}) == len(offers)


def test_stock_is_that_of_a_second_hand_shop(offers: Rows):
    stock = Counter(int(offer["stock"]) for offer in offers)
    assert 0.04 < stock[0] / len(offers) < 0.08
    assert 0.30 < stock[1] / len(offers) < 0.40
    assert sum(count for units, count in stock.items() if units >= 20) >= 100
    assert max(int(o["stock"]) for o in offers if o["seller"] == "chez-marcel") <= 3


def test_popular_things_have_rivals_and_rare_ones_do_not(offers: Rows):
    rivals = [(group[0]["model"], len(group)) for group in cells(offers).values()]
    popular = [count for model, count in rivals if model in HITS]
    others = [count for model, count in rivals if model not in HITS]
    assert statistics.mean(popular) > 4
    assert max(popular) <= 9
    assert max(others) <= 3
    assert sum(count == 1 for count in others) > 100


def test_devices_match_their_model(offers: Rows):
    for offer in offers:
        if offer["model"]:
            device = DEVICES[offer["model"]]
            storage = int(offer["storage_gb"]) if offer["storage_gb"] else None
            assert offer["colour"] in device.colours
            assert storage in (device.storages_gb or (None,))
            assert (offer["category"], offer["brand"]) == (device.category, device.brand)
            assert offer["title"] == title_of(device, storage, offer["colour"])
            assert PROFILES[offer["seller"]].sells(device.category, device.brand)


def test_titles_read_as_sellers_write_them():
    iphone, console = DEVICES["apple-iphone-13"], DEVICES["sony-playstation-4-slim"]
    assert title_of(iphone, 128, "midnight") == "iPhone 13 128 GB midnight"
    assert title_of(console, 1024, "black") == "PlayStation 4 Slim 1 TB black"
    assert title_of(DEVICES["dell-p2419h"], None, "black") == "Dell P2419H black"


def test_batteries_are_measured_where_there_is_one(offers: Rows):
    for offer in offers:
        kind = DEVICES[offer["model"]].drawing if offer["model"] else ""
        if kind in {"phone", "tablet", "laptop", "watch", "console-handheld", "e-reader"}:
            assert BATTERY_FLOOR[offer["grade"]] <= int(offer["battery_percent"]) <= 100
        else:
            assert offer["battery_percent"] == ""


def test_an_ean_is_valid_of_the_in_store_range_and_means_one_product(offers: Rows):
    products = defaultdict(set)
    for offer in offers:
        if offer["ean"]:
            assert stdnum.ean.is_valid(offer["ean"])
            products[offer["ean"]].add(offer["title"])
    assert len(products) > 50
    assert {ean[0] for ean in products} == {"2"}
    assert {len(titles) for titles in products.values()} == {1}


def test_most_units_are_under_the_margin_scheme(offers: Rows):
    margin = [offer for offer in offers if offer["vat_scheme"] == "margin"]
    assert 0.85 < len(margin) / len(offers) < 0.97
    for offer in margin:
        assert Decimal("0.54") < Decimal(offer["purchase_price"]) / Decimal(offer["price"]) <= Decimal("0.75")
    assert {offer["purchase_price"] for offer in offers if offer["vat_scheme"] == "standard"} == {""}


def test_guarantees_are_the_sellers_or_longer(offers: Rows):
    for offer in offers:
        assert int(offer["guarantee_months"]) - PROFILES[offer["seller"]].guarantee_months in (0, 12)


def test_a_better_grade_is_never_cheaper_from_one_seller(offers: Rows):
    ladders: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(dict)
    for offer in offers:
        ladders[offer["seller"], offer["title"]][offer["grade"]] = Decimal(offer["price"])
    assert sum(len(ladder) > 1 for ladder in ladders.values()) > 500
    for (seller, title), ladder in ladders.items():
        prices = [ladder[grade] for grade in GRADES if grade in ladder]
        assert prices == sorted(prices, reverse=True), (seller, title)


def test_a_handful_is_too_good_to_be_true_and_from_sellers_to_be_wary_of(offers: Rows):
    found = traps(offers)
    assert 8 <= len(found) <= 24
    for offer in found:
        profile = PROFILES[offer["seller"]]
        assert profile.bad_rate >= 0.06


def test_no_price_is_otherwise_far_from_its_rivals(offers: Rows):
    suspicious = {(offer["seller"], offer["sku"]) for offer in traps(offers)}
    for rivals in cells(offers).values():
        median = statistics.median(Decimal(offer["price"]) for offer in rivals)
        for offer in rivals:
            if (offer["seller"], offer["sku"]) not in suspicious:
                assert Decimal("0.70") < Decimal(offer["price"]) / median < Decimal("1.35"), offer


def test_careful_sellers_are_dearer_than_careless_ones(offers: Rows):
    medians = {
        key: statistics.median(Decimal(o["price"]) for o in rivals) for key, rivals in cells(offers).items()
    }

    def level(wanted: set[str]) -> float:
        shares = [
            float(Decimal(o["price"]) / medians[o["title"], o["grade"]])
            for o in offers
            if o["seller"] in wanted
        ]
        return statistics.mean(shares)

    careful = {seller for seller, profile in PROFILES.items() if profile.bad_rate <= 0.012}
    careless = {seller for seller, profile in PROFILES.items() if profile.bad_rate >= 0.06}
    assert level(careful) > level(careless) + 0.05


def test_history_is_of_the_year_before_and_of_known_sellers(history: Rows, today: date):
    assert 11_000 <= len(history) <= 14_000
    assert len({(row["seller"], row["reference"]) for row in history}) == len(history)
    for row in history:
        finished = date.fromisoformat(row["finished_on"])
        assert today - timedelta(days=365) < finished < today
        assert finished >= PROFILES[row["seller"]].joined_on


def test_history_shows_the_hidden_quality(history: Rows):
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in history:
        outcomes[row["seller"]][row["outcome"]] += 1
    assert {outcome for counter in outcomes.values() for outcome in counter} == {
        "good", "defect", "wrong_grade", "late", "cancelled",
    }  # fmt: skip
    for seller, profile in PROFILES.items():
        total = outcomes[seller].total()
        bad = total - outcomes[seller]["good"]
        # Within four standard deviations of what the true rate leads to.
        allowed = 4 * (profile.bad_rate * (1 - profile.bad_rate) * total) ** 0.5 + 1
        assert total == profile.orders
        assert abs(bad - profile.bad_rate * total) <= allowed, seller


@pytest.mark.parametrize("later", [date(2027, 1, 1), date(2027, 6, 30)])
def test_another_day_gives_a_valid_shop_too(later: date, offers: Rows):
    rows = list(offer_rows(later))
    assert 3_200 <= len(rows) <= 4_000
    assert len({(row["seller"], row["sku"]) for row in rows}) == len(rows)
    total, before = (sum(Decimal(row["price"]) for row in some) / len(some) for some in (rows, offers))
    assert total < before
