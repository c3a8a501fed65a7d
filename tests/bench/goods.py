"""A made-up catalogue of any size, the same at each run, and what people ask of it."""

import random
from collections.abc import Iterator

from search import Document, Filters, OfferRow, Query

GRADES = ("premium", "excellent", "good", "fair")
OFFERS_A_PRODUCT = 3
LINES = {
    "smartphones": [
        ("Apple", "iPhone"),
        ("Samsung", "Galaxy S"),
        ("Google", "Pixel"),
        ("Xiaomi", "Redmi Note"),
    ],
    "laptops": [
        ("Lenovo", "ThinkPad T"),
        ("Dell", "Latitude "),
        ("HP", "EliteBook "),
        ("Apple", "MacBook Air M"),
    ],
    "tablets": [("Apple", "iPad"), ("Samsung", "Galaxy Tab A"), ("Lenovo", "Tab M")],
    "audio": [
        ("Sony", "WH-1000XM"),
        ("Apple", "AirPods Pro"),
        ("Jabra", "Elite "),
        ("Bose", "QuietComfort "),
    ],
}
SUFFIXES = ("", "Pro", "Max", "mini", "Plus", "Ultra", "SE", "5G")
COLOURS = ("black", "white", "blue", "silver", "midnight", "red", "green", "gold")
STORAGES = (64, 128, 256, 512, 1024)
CATEGORY_WORDS = {
    "smartphones": "smartphones téléphones phones",
    "laptops": "ordinateurs portables laptops",
    "tablets": "tablettes tablets",
    "audio": "audio casques écouteurs headphones",
}


def documents(count: int, seed: int = 1) -> Iterator[Document]:
    """Made-up products with ids from 1."""
    dice = random.Random(seed)
    vocabulary = [f"{dice.choice('bcdfglmprst')}{dice.choice('aeiou')}{number:x}n" for number in range(3000)]
    for id in range(1, count + 1):
        category = dice.choice(tuple(LINES))
        brand, line = dice.choice(LINES[category])
        model = (
            f"{line}{'' if line.endswith(' ') else ' '}{dice.randint(1, 60)} {dice.choice(SUFFIXES)}".strip()
        )
        storage, colour = dice.choice(STORAGES), dice.choice(COLOURS)
        yield Document(
            id=id,
            title=f"{brand} {model} {storage} Go {colour}",
            brand=brand,
            model=model,
            description=" ".join(dice.choices(vocabulary, k=dice.randint(10, 30))),
            category=category,
            category_words=CATEGORY_WORDS[category],
            storage=storage,
            colour=colour,
            freshness=dice.randint(18000, 20000),
        )


def offers(products: int, count: int, seed: int = 2) -> Iterator[OfferRow]:
    """Made-up offers of products 1 to `products`; one in ten is sold out."""
    dice = random.Random(seed)
    for id in range(1, count + 1):
        yield OfferRow(
            id=id,
            product_id=dice.randint(1, products),
            grade=dice.choice(GRADES),
            price=dice.randint(40, 1500) * 100 - 1,
            stock=dice.choice((0, 1, 1, 1, 1, 2, 3, 5, 8, 20)),
            value=dice.random(),
            battery=dice.choice((None, 80, 85, 90, 95, 100)),
            guarantee=dice.choice((12, 24)),
            created=1_700_000_000 + id,
        )


CHOSEN = Filters(grade=("good", "excellent"), category=("smartphones",), min_price=10_000, max_price=60_000)
QUESTIONS = {
    "one word": Query("iphone"),
    "three words": Query("samsung galaxy 21"),
    "a prefix (thinkp)": Query("thinkp"),
    "a word and a prefix (apple macb)": Query("apple macb"),
    "a letter left out (galax 21)": Query("galax 21"),
    "a typo (iphoen 13)": Query("iphoen 13"),
    "a unit, joined (iphone13 128gb)": Query("iphone13 128gb"),
    "any of three words": Query("macbook galaxy thinkpad"),
    "words, some unknown": Query("cheap laptop thinkpad school"),
    "words, grade, category, price": Query("iphone 13", CHOSEN),
    "no word: grade, category, price": Query("", CHOSEN),
    "no word, no filter": Query(),
    "sorted by price": Query("apple", sort="price"),
    "page 50": Query("apple", page=50),
    "battery": Query("apple", Filters(battery_min=85)),
    "battery, page 50": Query("apple", Filters(battery_min=85), page=50),
    "all facets and price": Query(
        "apple",
        Filters(
            grade=("good", "fair"),
            category=("smartphones", "tablets"),
            brand=("Apple",),
            storage=(128, 256),
            colour=("black", "blue", "silver"),
            min_price=10_000,
            max_price=90_000,
        ),
    ),
}


def never_asked(count: int) -> list[str]:
    """What people type about the made-up products, each thing once: names, units, colours, typos, vague wishes."""
    dice = random.Random(3)
    titles = [document.title.split() for document in documents(count, seed=4)]
    asked = []
    for place, words in enumerate(titles):
        kept = dice.sample(words, min(len(words), dice.randint(1, 4)))
        if place % 5 == 0:
            at = dice.randrange(1, max(len(kept[0]) - 1, 2))
            kept[0] = kept[0][:at] + kept[0][at + 1 :]
        asked.append(" ".join(kept) + (" school" if place % 7 == 0 else ""))
    return asked
