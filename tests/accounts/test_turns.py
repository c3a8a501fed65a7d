"""Hashing takes turns: few at once, few in the queue, and a sentence for whoever finds no place in it."""

import threading
import time

import argon2
import pytest
from werkzeug.exceptions import ServiceUnavailable

from storefront.accounts import passwords
from storefront.accounts.passwords import Turns, turns_for

# For what is sure to come, on any machine (seconds).
PATIENCE = 60.0


class Crowd:
    """Threads that want a turn each, and hold it until they are let go."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.let_go = threading.Event()
        self.inside = 0
        self.refused = 0
        self.lock = threading.Lock()
        self.threads: list[threading.Thread] = []

    def come(self, many: int, *, inside: int, refused: int) -> None:
        """Returns when so many are inside and so many were refused; who comes first is not said."""
        for _ in range(many):
            thread = threading.Thread(target=self._want)
            thread.start()
            self.threads.append(thread)
        deadline = time.monotonic() + PATIENCE
        while (self.inside, self.refused) != (inside, refused):
            assert time.monotonic() < deadline, (self.inside, self.refused)
            time.sleep(0.01)

    def _want(self) -> None:
        try:
            with self.turns.take():
                with self.lock:
                    self.inside += 1
                self.let_go.wait(PATIENCE)
        except ServiceUnavailable:
            with self.lock:
                self.refused += 1

    def leave(self) -> None:
        self.let_go.set()
        for thread in self.threads:
            thread.join(PATIENCE)


def test_two_at_once_one_waits_and_the_fourth_is_told_so():
    crowd = Crowd(Turns(at_once=2, waiting=1, patience=PATIENCE))
    crowd.come(5, inside=2, refused=2)
    crowd.leave()
    assert (crowd.inside, crowd.refused) == (3, 2)
    with crowd.turns.take():
        pass


def test_nobody_waits_for_ever():
    turns = Turns(at_once=1, waiting=1, patience=0.05)
    with turns.take(), pytest.raises(ServiceUnavailable), turns.take():
        pass
    with turns.take():
        pass


@pytest.mark.parametrize(
    ("cores", "workers", "threads", "at_once", "waiting"),
    [(2, 2, 4, 1, 1), (2, 1, 4, 2, 1), (8, 2, 8, 4, 1), (1, 4, 1, 1, 1), (4, 2, 16, 2, 6)],
)
def test_the_machine_s_cores_are_shared_among_the_workers(cores, workers, threads, at_once, waiting):
    crowd = Crowd(turns_for(cores=cores, workers=workers, threads=threads))
    crowd.come(at_once + waiting + 2, inside=at_once, refused=2)
    crowd.leave()
    assert (crowd.inside, crowd.refused) == (at_once + waiting, 2)


def test_who_finds_no_place_gets_a_page_that_says_so(app, client, monkeypatch):
    turns = Turns(at_once=1, waiting=0, patience=0.05)
    app.extensions["password_turns"] = turns
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)
    page = client.get("/sign-in")
    fields = {"email": "lou@example.com", "password": "four words in a row"}
    with turns.take():
        for _ in range(6):
            busy = client.submit(page, "/sign-in", fields)
        shoppers = client.get("/legal")
    assert (busy.status_code, shoppers.status_code) == (503, 200)
    assert "Many people sign in" in busy.text
    assert busy.headers["Retry-After"] == "5"
    answer = client.submit(page, "/sign-in", fields)
    assert answer.status_code == 422, "a try that was not looked at is not a wrong one"
