"""How often something is tried that the machine refuses."""

import time
from collections.abc import Callable


class Patience:
    """When to try again what the disk refused: soon at first, ever later while it goes on refusing.

    `clock` gives seconds that never go back.
    """

    FIRST, LONGEST = 1.0, 30.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.pause = self.FIRST
        self.until = 0.0

    def may_try(self) -> bool:
        return self.clock() >= self.until

    def lose(self) -> None:
        self.until = self.clock() + self.pause
        self.pause = min(2 * self.pause, self.LONGEST)

    def regain(self) -> None:
        self.pause, self.until = self.FIRST, 0.0
