"""Accounts in a browser: hostile addresses as Chromium reads them, and every page of the account looked at by axe."""

import re

import pyotp
import pytest
from playwright.sync_api import Page

from storefront.accounts.rules import own_page
from tests.accounts.test_rules import HOSTILE, OURS
from tests.conftest import DemoShop
from tests.factories import make_person

from .looking import faults
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.browser

PAGES = ["/account", "/account/details", "/account/mail", "/account/password", "/account/sessions"]


def test_a_browser_leads_only_our_own_pages_home(new_page):
    """The control is Chromium itself: many of the refused ones would have left the site."""
    page: Page = new_page()
    page.goto("/legal")

    def origin(address: str) -> str:
        return str(
            page.evaluate(
                "a => { try { return new URL(a, location.href).origin } catch { return '' } }", address
            )
        )

    home = origin("/")
    assert {origin(address) for address in OURS} == {home}
    away = [address for address in HOSTILE if origin(address) != home]
    assert len(away) >= 15
    assert [address for address in away if own_page(address) is not None] == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_in_an_account(new_page, demo_shop: DemoShop, scheme, width):
    from storefront.core.database import db

    email = f"axe-{scheme}@example.com"
    with demo_shop.app.app_context():
        make_person(email, password=PASSWORD, roles=("operator",))
        db.session.commit()
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    findings: list[tuple[str, object]] = []

    def look() -> None:
        findings.extend((page.url, fault) for fault in faults(page))

    for path in ("/sign-up", "/forgotten", "/sign-in"):
        page.goto(path)
        look()
    sign_in(page, email)
    for path in [*PAGES, "/account/second-factor"]:
        page.goto(path)
        look()
    secret = re.findall(r"secret=([A-Z2-7]+)", page.content())[0]
    page.fill("#i-code", pyotp.TOTP(secret).now())
    page.fill("#i-current", PASSWORD)
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    look()
    assert findings == []
