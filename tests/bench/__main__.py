"""`make bench`: how many requests a second the main pages answer, against a bare Flask route served the same way; then
how well and how fast the search library finds, beside SQLite FTS5 and Tantivy; then how fast the desk lists offers,
orders and models, how fast the nearest repairers are found, and how long a proposal for a firm takes.

make bench ARGS="--only pages --offers 10000 --seconds 5 --orders 300"
make bench ARGS="--only search --sizes 1000 10000 100000 1000000"
make bench ARGS="--only desk --sizes 100000"
make bench ARGS="--only orders --desk-orders 50000"
make bench ARGS="--only repair"
make bench ARGS="--only fleet --sizes 1000 10000 100000"
"""

import argparse
import logging
import os
import platform
import tempfile
from pathlib import Path

from tests.bench import desk_bench, finder_bench, fleet_bench, orders_bench, repair_bench, search_bench
from tests.bench.judges import judge
from tests.bench.load import Measured, get, load, load_once
from tests.bench.market import questions, stock_shop
from tests.live import LiveShop

# Measured in turns, so that a busy moment of the machine spoils no page alone.
ROUNDS = 3
# The aims of the design: a share of the bare route's rate.
AIMS = {"home": 1 / 3, "product": 1 / 3, "results, 50 searches": 1 / 5}


def measure(instance: Path, *, seconds: float, orders: int) -> dict[str, Measured]:
    """Each page for so many seconds; the orders once each."""
    yardstick = instance / "bare"
    yardstick.mkdir()
    limits = {"REBELOTE_LIMITS_ORDERS": "1000000"}
    with LiveShop(instance, limits) as shop, LiveShop(yardstick, {}, module="tests.bench.bare") as bare:
        asked = questions(instance, shop, orders)
        pages = {
            "bare Flask route": (bare.port, [get("/")]),
            "home": (shop.port, asked.home),
            "results, 50 searches": (shop.port, asked.results),
            "results, never asked before": (shop.port, asked.new_results),
            "product": (shop.port, asked.products),
            "cart": (shop.port, asked.cart),
        }
        measured = {name: Measured() for name in pages}
        for port, requests in pages.values():
            load_once(port, requests[:100])
        for turn in range(ROUNDS):
            for name, (port, requests) in pages.items():
                fresh = requests[turn * len(requests) // ROUNDS :] if "never" in name else requests
                measured[name].add(load(port, fresh, seconds=seconds / ROUNDS))
        measured["order placement"] = load_once(shop.port, asked.orders)
    return measured


def table(measured: dict[str, Measured]) -> str:
    bare = measured["bare Flask route"].rate
    lines = [f"{'':28} {'req/s':>8} {'p50 ms':>8} {'p95 ms':>8} {'ratio':>7}   aim"]
    for name, one in measured.items():
        ratio = one.rate / bare
        aim = f"{AIMS[name]:.2f} {'reached' if ratio >= AIMS[name] else 'missed'}" if name in AIMS else ""
        odd = {status: count for status, count in one.statuses.items() if status not in (200, 303)}
        lines.append(
            f"{name:28} {one.rate:8.0f} {one.percentile(50):8.2f} {one.percentile(95):8.2f} {ratio:7.3f}   {aim}"
            + (f" answered otherwise: {odd}" if odd else "")
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--offers", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--only", choices=("pages", "search", "finder", "desk", "orders", "repair", "fleet"))
    parser.add_argument("--desk-orders", type=int, default=50_000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    chosen = parser.parse_args()
    if chosen.only in (None, "pages"):
        bench_pages(chosen.offers, seconds=chosen.seconds, orders=chosen.orders)
    if chosen.only in (None, "search"):
        print("\nThe search library alone:", flush=True)
        judge()
        search_bench.main(chosen.sizes)
    if chosen.only in (None, "finder"):
        print("\nA shop that takes up changes:", flush=True)
        finder_bench.main(chosen.sizes)
    if chosen.only in (None, "desk"):
        print("\nThe desk's list of offers:", flush=True)
        desk_bench.main(max(chosen.sizes))
    if chosen.only in (None, "orders"):
        print("\nThe desk's orders and models:", flush=True)
        orders_bench.main(chosen.desk_orders)
    if chosen.only in (None, "repair"):
        print("\nRepairers:", flush=True)
        repair_bench.main()
    if chosen.only in (None, "fleet"):
        print("\nProposals for firms:", flush=True)
        fleet_bench.main(chosen.sizes)


def bench_pages(offers: int, *, seconds: float, orders: int) -> None:
    # What the shop tells its operator while it is stocked is not what was asked for here.
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="rebelote-bench-") as folder:
        instance = Path(folder)
        print("Stocking a shop ...", flush=True)
        stocked = stock_shop(instance, offers)
        print(
            f"{stocked} offers; 2 processes of 4 threads; 8 connections kept alive; "
            f"Python {platform.python_version()}, {os.cpu_count()} cores, which the load shares.",
            flush=True,
        )
        print(table(measure(instance, seconds=seconds, orders=orders)), flush=True)


if __name__ == "__main__":
    main()
