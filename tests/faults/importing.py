"""An importer at work: `python -m tests.faults.importing SECONDS`, with the shop's environment; a few rounds at least.

Loads one file after the other, each with a new price, stock and description for every gadget, as `flask catalog import`
does; prints the number of each round as soon as it is committed.
"""

import csv
import string
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from storefront import create_app
from storefront.catalog.finder import current_finder
from storefront.catalog.importer import Options, import_offers

GADGETS = 40
# So many are loaded however long each takes.
ROUNDS = 3


def word(number: int) -> str:
    """What only the descriptions of this round say; letters alone, which nobody takes for a model's number."""
    return "zork" + "".join(string.ascii_lowercase[int(digit)] for digit in f"{number:04d}")


def price(number: int) -> int:
    """Of every gadget in this round, in cents."""
    return 10_000 + 100 * number


def rows(number: int) -> Iterator[dict[str, str]]:
    for gadget in range(GADGETS):
        yield {
            "sku": f"G{gadget}",
            "seller": "Usine Seconde",
            "title": f"Gadget {string.ascii_lowercase[gadget % 26] * (gadget // 26 + 3)}",
            "category": "smartphones",
            "grade": "good",
            "price": f"{price(number) / 100:.2f}",
            "stock": str(1 + number % 7),
            "description": f"Now {word(number)}",
        }


def load_round(app: Flask, number: int) -> None:
    path = Path(app.instance_path) / f"gadgets-{number}.csv"
    goods = list(rows(number))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(goods[0]))
        writer.writeheader()
        writer.writerows(goods)
    with app.app_context():
        report = import_offers(
            path, Options(create=True), settings=app.config["SETTINGS"], now=datetime.now(UTC)
        )
        assert report.problems == [], report.problems


def main(seconds: float) -> None:
    app = create_app()
    number, end = 1, time.monotonic() + seconds
    while time.monotonic() < end or number <= ROUNDS:
        load_round(app, number)
        print(number, flush=True)
        with app.app_context():
            current_finder().write_words()
        number += 1


if __name__ == "__main__":
    main(float(sys.argv[1]))
