"""The journey in a text browser, by its keys: what the page says is what can be done."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.live import LiveShop, Visitor
from tests.walk import CUSTOMER

pytestmark = pytest.mark.browser

# How long a page may take to appear (seconds).
PATIENCE = 15


class Screen:
    """A text browser in a terminal of its own (tmux): press keys, read what stands there."""

    def __init__(self, command: str, home: Path) -> None:
        self.socket = str(home / "tmux")
        self.tmux("new-session", "-d", "-x", "110", "-y", "400", f"HOME={home} TERM=screen {command}")

    def tmux(self, *arguments: str) -> str:
        command = ["tmux", "-S", self.socket, *arguments]
        environ = {name: value for name, value in os.environ.items() if name != "TMUX"}
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout

    def read(self) -> str:
        return self.tmux("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.tmux("send-keys", key)
            time.sleep(0.05)

    def write(self, text: str) -> None:
        self.tmux("send-keys", "-l", text)
        time.sleep(0.05)

    def wait_for(self, pattern: str) -> str:
        """Wait until the screen shows `pattern`; gives the screen."""
        deadline = time.monotonic() + PATIENCE
        while not re.search(pattern, screen := self.read()):
            assert time.monotonic() < deadline, f"{pattern} does not appear:\n{screen.rstrip()}"
            time.sleep(0.1)
        return screen

    def close(self) -> None:
        self.tmux("kill-server")


class W3m(Screen):
    """w3m: `/` searches, Tab goes to the next link or field, Enter follows it or opens it for typing."""

    def __init__(self, url: str, home: Path) -> None:
        super().__init__(f"w3m -cookie -o accept_cookie=1 -o confirm_qq=0 '{url}'", home)

    def go_to(self, text: str) -> None:
        self.press("g", "/")
        self.write(re.escape(text).replace("\\ ", " "))
        self.press("Enter")

    def type_into(self, label: str, text: str) -> None:
        self.go_to(label)
        self.press("Tab")
        self.fill(text)

    def fill(self, text: str) -> None:
        """Type into the field under the cursor: w3m asks for it in its last line."""
        self.press("Enter")
        self.wait_for("TEXT:")
        self.write(text)
        self.press("Enter")


@pytest.fixture
def w3m(shop: LiveShop, tmp_path: Path) -> Iterator[W3m]:
    for program in ("w3m", "tmux"):
        assert shutil.which(program), f"{program} is missing: apt install {program}"
    browser = W3m(shop.url, tmp_path)
    yield browser
    browser.close()


def first_title(shop: LiveShop, words: str) -> str:
    """The title of the first card, as a person would read it from the screen."""
    visitor = Visitor(shop)
    page = visitor.get(f"/search?q={words}").body
    visitor.close()
    found = re.search(r'itemprop="url" href="[^"]*">([^<]+)', page)
    assert found
    return unescape(found[1])


def test_a_phone_is_ordered_in_w3m(w3m, shop, demo_shop):
    title = first_title(shop, "iphone")
    w3m.wait_for("Refurbished|refurbished")
    # From the first link ("Skip to the content") by the shop's name to the search.
    w3m.press("Tab", "Tab")
    w3m.fill("iphone")
    w3m.press("Tab", "Enter")
    w3m.wait_for("Results for")
    w3m.go_to(title)
    w3m.press("Enter")
    w3m.wait_for("Add to cart")
    w3m.go_to("Add to cart")
    w3m.press("Enter")
    w3m.wait_for("Go to checkout")
    w3m.go_to("Go to checkout")
    w3m.press("Enter")
    w3m.wait_for("Order and pay")
    w3m.type_into("Mail address", "w3m@example.org")
    for label, field in (
        ("Name", "name"),
        ("Street and number", "street"),
        ("Postcode", "postcode"),
        ("Town", "city"),
    ):
        w3m.type_into(label, CUSTOMER[field])
    w3m.go_to("Order and pay")
    w3m.press("Enter")
    screen = w3m.wait_for(r"Your order|Order \w+")
    assert CUSTOMER["city"] in screen


@pytest.mark.parametrize("path", ["/", "/search?q=iphone", "/c/laptops", "/how-we-rank", "/fr/"])
def test_pages_make_sense_in_lynx(shop, path):
    assert shutil.which("lynx"), "lynx is missing: apt install lynx"
    command = ["lynx", "-dump", "-width=100", "-display_charset=utf-8", f"{shop.url}{path}"]
    text = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) > 20
    # No drawing, script or style leaks into what is read, and no link is nameless.
    assert not re.search(r"data:image|function\s*\(|\{[a-z-]+:", text)
    assert not re.search(r"\[\d+\](?=\[\d+\])", text)
