"""A browser and a running demo shop. `make browser` runs these; `make test` leaves them out."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from tests.conftest import DemoShop
from tests.live import LiveShop

# How long to wait for anything in a browser (milliseconds).
PATIENCE = 10_000
MakePage = Callable[..., Page]


@pytest.fixture(scope="session")
def shop(demo_shop: DemoShop) -> Iterator[LiveShop]:
    with LiveShop(demo_shop.instance, {**demo_shop.environ, "REBELOTE_LIMITS_ORDERS": "1000000"}) as shop:
        yield shop
        assert shop.complaints() == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.fail("No Chromium found: apt install chromium, or say where: CHROMIUM=/path make browser")
    # Chromium refuses its sandbox to root, as which CI runs.
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser, shop: LiveShop) -> Iterator[MakePage]:
    """Open a page of the shop in a browser of its own; whatever the browser complains of fails the test.

    `new_page(java_script_enabled=False, viewport={"width": 320, "height": 640})`; with `expected="503"`, complaints
    that hold this text are part of the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []
    awaited: list[str] = []

    def make(expected: str | None = None, **options: object) -> Page:
        if expected:
            awaited.append(expected)
        context = browser.new_context(**{"base_url": shop.url, "locale": "en-GB", **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(_worrying(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda response: complaints.extend(_missing(response)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert [complaint for complaint in complaints if not any(text in complaint for text in awaited)] == []


def _worrying(message: ConsoleMessage) -> list[str]:
    """Errors and warnings, such as of the content security policy. What failed to load is looked at by its answer."""
    return (
        [message.text]
        if message.type == "error" and not message.text.startswith("Failed to load resource")
        else []
    )


def _missing(response: Response) -> list[str]:
    """Files that a page asks for and that are not there; pages may well be refused."""
    is_page = response.request.resource_type in ("document", "xhr", "fetch")
    return [f"{response.status} {response.url}"] if response.status >= 400 and not is_page else []


@pytest.fixture
def outbox(demo_shop: DemoShop) -> Path:
    """Where mails of the running shop land."""
    return demo_shop.instance / "mail"
