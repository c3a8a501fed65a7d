"""What a shop does by itself now and then: send mails, let unpaid orders go, follow payments, tidy up.

Every serving process runs all of it, in three threads. Each task takes what is due and nobody else has taken, so it
does no harm when two processes, or a command, do the same at once, nor when one is killed in the middle.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from .accounts import actions as accounts
from .cart import actions as cart
from .catalog import actions as catalog
from .catalog import fruitless, loading, uploads
from .catalog.changes import forget_old_changes
from .catalog.finder import current_finder
from .checkout import actions as checkout
from .checkout.payments.refunds import send_refunds
from .config import current_settings
from .core import mail, old_mail
from .core.clock import utcnow
from .core.database import db, transaction
from .fleet.quotes import due as quotes
from .orders.expiring import expire_unpaid
from .repair.network import joining, standings
from .repair.network import quality as repair_quality
from .repair.referrals import due as repairs
from .sellers import invitations

log = logging.getLogger(__name__)

HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do every so many `seconds`."""

    name: str
    seconds: float
    run: Callable[[], object]


def follow_catalogue() -> None:
    """Take up what other processes changed, and bring the words of the search index up to date."""
    finder = current_finder()
    finder.catch_up()
    finder.look_after_words()


def send_mails() -> None:
    mail.send_waiting(current_settings())


def let_unpaid_orders_go() -> None:
    """Give back what was not paid in time."""
    expire_unpaid(now=utcnow())


def refresh_quality() -> None:
    """Orders and referrals leave the window of the quality record day by day."""
    today = utcnow().date()
    with transaction():
        catalog.refresh_quality(today=today)
    with transaction():
        repair_quality.refresh(today=today)


def remind_repairers() -> None:
    """Write to those whose verification ends soon."""
    now = utcnow()
    with transaction():
        standings.remind(today=now.date(), now=now)


def write_fruitless_down() -> None:
    """What shoppers of this process searched for in vain."""
    heard = fruitless.current_fruitless().taken()
    if heard:
        with transaction():
            fruitless.write_down(heard)


def look_after_repairs() -> None:
    """Remind who is silent about a repair, and stop waiting where it was too long."""
    with transaction():
        repairs.tick(now=utcnow())


def look_after_quotes() -> None:
    """Give back what was held for too long, and remind firms before."""
    quotes.tick(now=utcnow())


def tidy_up() -> None:
    with transaction():
        accounts.purge(now=utcnow())
        invitations.purge(now=utcnow())
        old_mail.purge(now=utcnow())
        cart.purge_old(now=utcnow())
        uploads.sweep_uploads(now=utcnow())
        forget_old_changes()
        fruitless.forget_old(today=utcnow().date())
        repairs.purge(now=utcnow())
        joining.purge(now=utcnow())
    quotes.purge(now=utcnow())


# In a thread of its own: new words are found within two seconds, however long a mail server takes to answer.
FOLLOWING = (Task("follow the catalogue", 0.5, follow_catalogue),)
# In another: a large file takes a minute.
LOADING = (Task("load files", 1, loading.load_wanted),)
TASKS = (
    Task("send mails", 2, send_mails),
    Task("let unpaid orders go", 60, let_unpaid_orders_go),
    Task("follow open payments", 120, checkout.sweep_open_payments),
    Task("write searches without results down", 60, write_fruitless_down),
    Task("pay back", 30, send_refunds),
    Task("refresh quality", 6 * HOUR, refresh_quality),
    Task("remind repairers", HOUR, remind_repairers),
    Task("look after repairs", 600, look_after_repairs),
    Task("look after quotes", 60, look_after_quotes),
    Task("tidy up", HOUR, tidy_up),
)


def start(app: Flask) -> None:
    """Begin, in threads of this process that end with it."""
    for tasks, pause in ((FOLLOWING, 0.25), (LOADING, 0.5), (TASKS, 0.5)):
        threading.Thread(target=_keep_going, args=(app, tasks, pause), daemon=True, name="periodic").start()


def _keep_going(app: Flask, tasks: tuple[Task, ...], pause: float) -> None:
    due: dict[str, float] = {}
    while True:
        run_due(app, tasks, due)
        time.sleep(pause)


def run_due(app: Flask, tasks: tuple[Task, ...], due: dict[str, float]) -> None:
    """Run the tasks whose time has come (`due`, by name, on the monotonic clock), and note when they are due again."""
    for task in tasks:
        if time.monotonic() >= due.get(task.name, 0.0):
            run_task(app, task)
            due[task.name] = time.monotonic() + task.seconds


def run_task(app: Flask, task: Task) -> None:
    """Run one task; what goes wrong is logged, and tried again when the task is due again."""
    # The one place that catches everything: nobody stands above this thread, and an error that nobody thought of in
    # one task must not end the mails, the payments and the search index of the whole shop.
    try:
        with app.app_context():
            try:
                task.run()
            finally:
                db.session.remove()
    except Exception:
        log.exception("could not %s", task.name)
