"""Signing in as people do, by the page's form."""

import re

from playwright.sync_api import Page

PASSWORD = "four words in a row"


def sign_in(page: Page, email: str) -> None:
    """As somebody with this address and `PASSWORD`."""
    page.goto("/sign-in")
    page.fill("#i-email", email)
    page.fill("#i-password", PASSWORD)
    page.locator("form[action$='/sign-in'] button").click()
    # Whoever has a desk begins there.
    page.wait_for_url(re.compile(r"/(account|desk)$"))
