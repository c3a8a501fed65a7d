"""How fast the search library answers, alone and beside others: `make bench ARGS="--only search --offers 100000"`.

Every question is answered whole: how many cards there are, the first page, and the count of every choice of every
filter. Times are milliseconds of the answering thread's processor time, so that other work on the machine is left out
(a slow moment of its caches and its clock is not): p50, p95 and the longest.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from search import Engine, Query
from tests.bench.fts5 import Fts5Shop
from tests.bench.goods import GRADES, OFFERS_A_PRODUCT, QUESTIONS, documents, never_asked, offers
from tests.bench.rivals import Answer, Goods, Rival, Understood

TIMES = 200
# A rival that takes its time is asked less often.
PATIENCE = 3.0  # seconds a question


@dataclass(frozen=True)
class Timing:
    """Milliseconds."""

    p50: float
    p95: float
    worst: float

    def __str__(self) -> str:
        return f"{self.p50:8.2f} {self.p95:8.2f} {self.worst:8.2f}"


def timed(action: Callable[[], object], times: int = TIMES) -> Timing:
    spent: list[float] = []
    end = time.monotonic() + PATIENCE
    while len(spent) < times and (len(spent) < 5 or time.monotonic() < end):
        start = time.thread_time()
        action()
        spent.append((time.thread_time() - start) * 1000)
    spent.sort()
    return Timing(spent[len(spent) // 2], spent[int(len(spent) * 0.95)], spent[-1])


def main(sizes: list[int]) -> None:
    for size in sizes:
        # A process each, so that its memory is its own.
        with ProcessPoolExecutor(1, get_context("spawn")) as worker:
            worker.submit(show, size).result()


def show(size: int) -> None:
    products = max(size // OFFERS_A_PRODUCT, 1)
    print(f"\n{size:,} offers of {products:,} products{'':18} {'p50':>8} {'p95':>8} {'max':>8}")
    with TemporaryDirectory() as directory:
        # In another process: this one is to show what serving alone takes.
        with ProcessPoolExecutor(1, get_context("spawn")) as builder:
            seconds, peak = builder.submit(_build, products, Path(directory, "ours")).result()
        engine = Engine(Path(directory, "ours"), grades=GRADES)
        engine.load(documents(products), offers(products, size), upto=0)
        for name, timing in _alone(engine, products, size):
            _say(name, str(timing))
        _say("memory of the process that serves", f"{_peak():5} MB at its highest")
        _say("the text index is built", f"{seconds:5.1f} s of processor time, {peak} MB")
        _beside(engine, products, size, Path(directory, "theirs"))


def _say(name: str, figures: str) -> None:
    print(f"{name:44}{figures}", flush=True)


def _peak() -> int:
    """MB. Not getrusage: of a process that another one started it gives the other's, if that was larger."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _build(products: int, directory: Path) -> tuple[float, int]:
    """Seconds of processor time, and the highest memory in MB."""
    start = time.process_time()
    assert Engine(directory, grades=GRADES).rebuild(documents(products), upto=0)
    return time.process_time() - start, _peak()


def _alone(engine: Engine, products: int, size: int) -> Iterator[tuple[str, Timing]]:
    """What is asked once, and what changes; each line of its own kind."""
    yield "the first query after a start", timed(lambda: engine.search(Query("samsung galaxy 21")), 1)
    unseen = iter(never_asked(TIMES))
    yield f"{TIMES} different queries, each the first time", timed(lambda: engine.search(Query(next(unseen))))
    starts = cycle([text[: 3 + place % 5] for place, text in enumerate(never_asked(TIMES))])
    yield "suggestions for what one begins to type", timed(lambda: engine.suggest(next(starts)))
    product_id = products // 2
    rows = [row for row in offers(products, size) if row.product_id == product_id]
    cheaper = cycle(([replace(row, price=row.price // 2) for row in rows], rows))
    yield "a price changes", timed(lambda: engine.replace_offers([product_id], next(cheaper)), 50)
    sold = cycle((rows[1:], rows))
    yield (
        "the last unit of an offer is sold",
        timed(lambda: engine.replace_offers([product_id], next(sold)), 50),
    )
    upto = iter(range(1, 100))
    changed = list(islice(documents(products, seed=9), 1))
    yield "a text changes, durably", timed(lambda: engine.apply_text(changed, [], next(upto)), 5)
    yield "a product changes its attributes", timed(lambda: engine.put_documents(changed), 20)


def _beside(engine: Engine, products: int, size: int, directory: Path) -> None:
    # As it was before the changes.
    engine.load(documents(products), offers(products, size), upto=0)
    assert engine.rebuild(documents(products), upto=100)
    goods = Goods(documents(products), offers(products, size), GRADES)
    rivals = list(_rivals(goods, directory))
    names = "".join(f"{rival.name:>14} {'ratio':>6}" for rival in rivals)
    print(f"\nthe same questions, the same answers  {'cards':>6} {'p50':>8} {'p95':>8} {'max':>8}{names}")
    for name, query in QUESTIONS.items():
        asked = Understood.by(engine, query)
        ours = Answer.of(engine.search(query))
        timing = timed(partial(engine.search, query))
        line = f"{name:37}{ours.total:7}{timing}"
        for rival in rivals:
            agree(ours, rival.answer(asked), query, f"{rival.name}, {name}")
            theirs = timed(partial(rival.answer, asked))
            line += f"{theirs.p50:14.2f} {theirs.p50 / timing.p50:6.1f}"
        print(line, flush=True)


def _rivals(goods: Goods, directory: Path) -> Iterator[Rival]:
    start = time.process_time()
    fts5 = Fts5Shop(goods)
    _say("SQLite FTS5 is built, in memory", f"{time.process_time() - start:5.1f} s of processor time")
    yield fts5
    if find_spec("tantivy") is None:
        print(
            "Tantivy is not installed: `make bench` would do so where there is a build of it for this machine."
        )
        return
    from tests.bench.tantivy_shop import TantivyShop  # not everywhere installed

    directory.mkdir()
    start = time.process_time()
    tantivy = TantivyShop(goods, str(directory))
    _say("Tantivy is built", f"{time.process_time() - start:5.1f} s of processor time")
    yield tantivy


def agree(ours: Answer, theirs: Answer, query: Query, where: str) -> None:
    """Raises ValueError unless both found the same cards: their number, every count, and the prices where these order
    them. The order of the best is each engine's own.
    """
    if (ours.total, ours.facets) != (theirs.total, theirs.facets):
        raise ValueError(f"{where}: {theirs.total} cards, not {ours.total}, or other counts")
    if len(ours.prices) != len(theirs.prices) or (query.sort == "price" and ours.prices != theirs.prices):
        raise ValueError(f"{where}: another page")
