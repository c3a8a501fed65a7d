"""Opens a running shop again and again without loading its code each time: `python -m tests.faults.nursery`.

Each line on standard input forks a child that serves the shop as `python -m storefront.serve` does, in a process
group of its own; the child's process id is printed.
"""

import os
import signal
import sys

from app import app
from storefront import serve


def warm() -> None:
    """Do once, for all children, what a shop does at its first requests."""
    app.test_client().get("/search")
    for template in app.jinja_env.list_templates():
        app.jinja_env.get_template(template)


def main() -> None:
    warm()
    # Children that were killed need no burial.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            print(f"shop {os.getpid()}", flush=True)
            # Forgets the connections of this process, as before each worker's fork.
            serve.main([])
            os._exit(0)


if __name__ == "__main__":
    main()
