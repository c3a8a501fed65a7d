"""How fast the search library answers, alone: `python -m tests.bench.search_bench 10000 100000`.

A made-up catalogue with a fixed seed, about three offers a product; every question is asked many times, warm and
shuffled, and each answer holds the first page and all facet counts.
"""

import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from search import Document, Engine, Filters, OfferRow, Query
from tests.search.demo_goods import demo_goods
from tests.search.judging import judged_queries, ndcg, ranking
from tests.search.rivals import Fts5, WhooshDefaults

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


@dataclass(frozen=True)
class Timing:
    """Milliseconds, of the answering thread's own time unless said otherwise: other work on the machine is left out."""

    question: str
    p50: float
    p95: float
    worst: float


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
    "words, grade, category, price": Query("iphone 13", CHOSEN),
    "a typo": Query("iphoen 13"),
    "a unit, joined": Query("iphone13 128gb"),
    "any word": Query("cheap laptop thinkpad school"),
    "no word: grade, category, price": Query("", CHOSEN),
    "no word, no filter": Query(),
    "sorted by price": Query("apple", sort="price"),
    "battery, page 50": Query("apple", Filters(battery_min=85), page=50),
}


def timed(
    action: Callable[[], object], times: int, name: str, clock: Callable[[], float] = time.thread_time
) -> Timing:
    spent = []
    for _ in range(times):
        start = clock()
        action()
        spent.append((clock() - start) * 1000)
    spent.sort()
    return Timing(name, spent[len(spent) // 2], spent[int(len(spent) * 0.95)], spent[-1])


def measure(offer_count: int, directory: Path, times: int = 200) -> Iterator[Timing]:
    """Build an engine of so many offers, then time its questions and changes."""
    products = max(offer_count // OFFERS_A_PRODUCT, 1)
    # In another process: this one is to show what serving alone takes.
    with ProcessPoolExecutor(1, get_context("spawn")) as builder:
        spent = builder.submit(_build, products, directory).result()
    yield Timing("build the text index", spent, spent, spent)
    engine = Engine(directory, grades=GRADES)
    yield timed(
        lambda: engine.load(documents(products), offers(products, offer_count), upto=0),
        1,
        "load the columns, catalogue made up",
    )
    yield timed(lambda: engine.search(QUESTIONS["three words"]), 1, "first query after a start")
    unseen = iter(never_asked(times))
    yield timed(lambda: engine.search(Query(next(unseen))), times, f"{times} others, each the first time")
    for name, query in QUESTIONS.items():
        yield timed(lambda query=query: engine.search(query), times, name)  # type: ignore[misc]
    yield from _changes(engine, products, offer_count)


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


def _build(products: int, directory: Path) -> float:
    """Milliseconds of processor time."""
    start = time.process_time()
    Engine(directory, grades=GRADES).rebuild(documents(products), upto=0)
    return (time.process_time() - start) * 1000


def _changes(engine: Engine, products: int, offer_count: int) -> Iterator[Timing]:
    product_id = products // 2
    rows = [row for row in offers(products, offer_count) if row.product_id == product_id]
    cheaper = [replace(row, price=row.price // 2) for row in rows]
    yield timed(lambda: engine.replace_offers([product_id], cheaper), 50, "a price changes")
    sold = cycle((rows[1:], rows))
    yield timed(
        lambda: engine.replace_offers([product_id], next(sold)), 50, "the last unit of an offer is sold"
    )
    upto = iter(range(1, 100))
    changed = list(islice(documents(products, seed=9), 1))
    yield timed(lambda: engine.apply_text(changed, [], next(upto)), 5, "a text changes, durably")
    yield timed(lambda: engine.put_documents(changed), 20, "a product changes its attributes")


def judge() -> None:
    """nDCG@10 and empty answers over the judged queries, ours beside other engines as they come."""
    goods = demo_goods()
    with TemporaryDirectory() as ours, TemporaryDirectory() as theirs:
        engine = Engine(Path(ours), grades=GRADES)
        engine.load(goods.documents, goods.offers, upto=0)
        engine.rebuild(goods.documents, upto=0)
        whoosh, fts5 = WhooshDefaults(goods.documents, Path(theirs)), Fts5(goods.documents)
        rankings: dict[str, Callable[[str], list[int]]] = {
            "ours": lambda text: ranking(engine, text),
            whoosh.name: whoosh.ranking,
            fts5.name: fts5.ranking,
        }
        gains = {query.text: query.gains(goods.documents, goods.cheapest) for query in judged_queries()}
        print(f"\n{len(gains)} judged queries over {len(goods.documents)} products     nDCG@10   empty")
        for name, ranked in rankings.items():
            answers = {text: ranked(text) for text in gains}
            score = mean(ndcg(answers[text], fitting) for text, fitting in gains.items() if fitting)
            print(f"{name:47}{score:9.3f} {sum(not found for found in answers.values()):7}")


def main(sizes: list[int]) -> None:
    # A process for each size, so that its memory is its own.
    tasks: list[Callable[[], None]] = [judge, *(partial(show, size) for size in sizes)]
    for task in tasks:
        with ProcessPoolExecutor(1, get_context("spawn")) as worker:
            worker.submit(task).result()


def show(size: int) -> None:
    print(f"\n{size:,} offers: ms              p50       p95       max")
    with TemporaryDirectory() as directory:
        for timing in measure(size, Path(directory)):
            print(f"{timing.question:38}{timing.p50:9.2f} {timing.p95:9.2f} {timing.worst:9.2f}", flush=True)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"memory of the serving process at its highest: {memory} MB", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000])
