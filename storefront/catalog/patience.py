"""How often something is tried that the machine refuses."""

import time


class Patience:
    """When to try again what the disk refused: soon at first, ever later while it goes on refusing."""

    FIRST, LONGEST = 1.0, 30.0

    def __init__(self) -> None:
        self.pause = self.FIRST
        self.until = 0.0

    def may_try(self) -> bool:
        return time.monotonic() >= self.until

    def lose(self) -> None:
        self.until = time.monotonic() + self.pause
        self.pause = min(2 * self.pause, self.LONGEST)

    def regain(self) -> None:
        self.pause, self.until = self.FIRST, 0.0
