"""Somebody who accepts quotes, one after the other, and is killed: `python -m tests.faults.accepting`, with the shop's
environment. The code is loaded once: each line on standard input (`FIRST LAST`, ids) forks a child of its own, whose
process id is printed, and then the id of each quote as soon as its order is committed. Once the child has ended, in
whatever way, `over` is printed.
"""

import os
import sys
from datetime import timedelta

from flask import Flask

from storefront import create_app
from storefront.core.database import transaction
from storefront.fleet.quotes import actions
from tests.factories import NOW


def accept(app: Flask, first: int, last: int) -> None:
    with app.app_context():
        for quote_id in range(first, last + 1):
            with transaction():
                actions.accept(
                    quote_id=quote_id,
                    name="Zoé Vandermeersch",
                    purchase_order=f"PO-{quote_id}",
                    now=NOW + timedelta(hours=1),
                )
            print(quote_id, flush=True)


def main() -> None:
    app = create_app()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            print(f"child {os.getpid()}", flush=True)
            first, last = line.split()
            accept(app, int(first), int(last))
            os._exit(0)
        os.waitpid(child, 0)
        print("over", flush=True)


if __name__ == "__main__":
    main()
