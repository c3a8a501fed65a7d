"""A repair in a browser: both sides to the end, on a phone, without scripts, and one side in a text browser."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.money import Money
from storefront.orders.models import OrderLine
from storefront.repair.network.models import Repairer
from storefront.repair.referrals import actions
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import CUSTOMER, REPAIRER
from tests.conftest import DemoShop
from tests.factories import make_person, make_repairer, make_town
from tests.live import LiveShop
from tests.repair.referrals.makers import link_of, make_case, make_claim, make_referral

from .looking import PHONE, html_errors, look_at_all, too_wide
from .signing_in import PASSWORD, sign_in
from .test_text_browsers import W3m

pytestmark = pytest.mark.browser


def workshop(demo_shop: DemoShop, name: str, **place: float) -> str:
    """The slug of a new repairer."""
    with demo_shop.app.app_context():
        slug = make_repairer(name=name, slug=name.casefold().replace(" ", "-"), **place).slug
        db.session.commit()
        return slug


def form_of(slug: str) -> str:
    """The address of the form that hands a case to this repairer."""
    args = make_case(device="iPhone 13").args()
    return f"/repair/refer?repairer={slug}&{urlencode(args)}"


def links(demo_shop: DemoShop, name: str) -> dict[str, str]:
    """Both sides' addresses of the newest referral to this repairer."""
    with demo_shop.app.app_context():
        asked = select(Referral).join(Referral.repairer).where(Repairer.name == name)
        referral = db.session.scalars(asked.order_by(Referral.id.desc())).first()
        assert referral is not None
        return {side: link_of(referral, side) for side in (CUSTOMER, REPAIRER)}


@pytest.mark.parametrize("scripts", [True, False])
def test_both_sides_walk_to_the_end(new_page, demo_shop: DemoShop, scripts):
    name, town = f"Atelier Chromium {scripts}", f"Vis-sur-Ecrou-{scripts}"
    # A town that no other test speaks of.
    place = {"lat": 43.5 + scripts, "lon": 6.0}
    workshop(demo_shop, name, **place)
    with demo_shop.app.app_context():
        make_town(town, **place)
        db.session.commit()
    customer: Page = new_page(java_script_enabled=scripts)
    customer.goto(f"/repair/repairers?category=smartphones&device=iPhone+13&fault=screen&place={town}")
    customer.get_by_role("link", name=f"from {name}").click()
    customer.get_by_label("What's wrong, in your words").fill("It fell off the tandem.")
    customer.get_by_label("Your name").fill("Zoé Vandermeersch")
    customer.get_by_label("Mail address").fill(f"zoe-{scripts}@example.org".lower())
    customer.get_by_label("I agree").check()
    customer.get_by_role("button", name="Ask for the repair").click()
    customer.get_by_role("heading", name="Waiting for the repairer").wait_for()
    addresses = links(demo_shop, name)
    assert customer.url.endswith(addresses[CUSTOMER])

    repairer: Page = new_page(java_script_enabled=scripts, **PHONE)
    repairer.goto(addresses[REPAIRER])
    assert "Vandermeersch" not in repairer.content()
    repairer.get_by_role("button", name="Yes, I can repair it").click()
    repairer.get_by_text("Zoé Vandermeersch").wait_for()
    repairer.get_by_label("Day").fill(str((utcnow() + timedelta(days=3)).date()))
    repairer.get_by_label("Time", exact=True).fill("14:30")
    repairer.get_by_role("button", name="Propose it").click()
    repairer.get_by_text("To meet:").wait_for()
    repairer.get_by_label("Price in EUR").fill("79,90")
    repairer.get_by_role("button", name="Say this price").click()
    repairer.get_by_role("heading", name="Price given").wait_for()

    customer.reload()
    customer.get_by_role("button", name="Yes, repair it for €79.90").click()
    customer.get_by_role("heading", name="Price agreed").wait_for()
    repairer.reload()
    repairer.get_by_label("It works again").check()
    repairer.get_by_role("button", name="Say so").click()
    repairer.get_by_role("heading", name="Repaired", exact=True).wait_for()
    assert "Vandermeersch" not in repairer.content()
    customer.reload()
    customer.get_by_label("5 stars: splendid").check()
    customer.get_by_label("In a few words").fill("Quick and kind")
    customer.get_by_role("button", name="Say so").click()
    customer.get_by_text("You gave 5 stars. Thank you!").wait_for()
    assert (too_wide(repairer), too_wide(customer)) == ([], [])


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_and_thumbs_find_all(new_page, demo_shop: DemoShop, tmp_path: Path, scheme, width):
    form = form_of(workshop(demo_shop, f"Atelier Axe {scheme}"))
    with demo_shop.app.app_context():
        referrals = {}
        for state in ("sent", "accepted", "quoted", "repaired", "declined"):
            referral = referrals[state] = make_referral(now=utcnow(), case={"place_text": ""})
            if state in ("accepted", "quoted", "repaired"):
                actions.accept(referral_id=referral.id, now=utcnow())
            if state in ("quoted", "repaired"):
                actions.quote(referral_id=referral.id, price=Money(7990, "EUR"), now=utcnow())
            if state == "repaired":
                actions.agree(referral_id=referral.id, now=utcnow())
                actions.repaired(referral_id=referral.id, now=utcnow())
            if state == "declined":
                actions.decline(referral_id=referral.id, note="No time", now=utcnow())
        paths = [link_of(referral, side) for referral in referrals.values() for side in (CUSTOMER, REPAIRER)]
        db.session.commit()
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    assert look_at_all(page, [form, *paths, f"/fr{paths[2]}"], tmp_path) == []
    assert html_errors(tmp_path) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_the_desks_pages_look_well(new_page, demo_shop: DemoShop, tmp_path: Path, scheme, width):
    email = f"repairs-{scheme}@example.com"
    with demo_shop.app.app_context():
        make_person(email, password=PASSWORD, roles=("operator",))
        claim, ended = make_claim(now=utcnow()), make_referral(now=utcnow())
        actions.accept(referral_id=ended.id, now=utcnow())
        actions.not_repairable(referral_id=ended.id, note="Water inside", now=utcnow())
        claim_id, ended_id = claim.id, ended.id
        assert claim.line_id is not None
        parcel_id = db.session.get_one(OrderLine, claim.line_id).parcel_id
        db.session.commit()
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    sign_in(page, email)
    paths = (
        "/desk/referrals",
        "/desk/referrals?q=nothing-of-that-name",
        "/fr/desk/referrals/figures",
        f"/desk/referrals/{claim_id}",
        f"/desk/referrals/{ended_id}",
        f"/desk/referrals/{claim_id}/call-off",
        f"/desk/orders/parcels/{parcel_id}/serials",
    )
    assert look_at_all(page, paths, tmp_path) == []
    assert html_errors(tmp_path) == []


@pytest.fixture
def w3m_at(shop: LiveShop, demo_shop: DemoShop, tmp_path: Path) -> Iterator[tuple[W3m, dict[str, str]]]:
    with demo_shop.app.app_context():
        referral = make_referral(make_repairer(name="Atelier w3m"), now=utcnow())
        addresses = {side: link_of(referral, side) for side in (CUSTOMER, REPAIRER)}
        db.session.commit()
    browser = W3m(f"{shop.url}/en{addresses[REPAIRER]}", tmp_path)
    yield browser, addresses
    browser.close()


def test_a_repairer_answers_and_says_a_price_in_w3m(w3m_at):
    browser, _addresses = w3m_at
    browser.wait_for("Yes, I can repair it")
    browser.go_to("Yes, I can repair it")
    browser.press("Enter")
    screen = browser.wait_for("Your price")
    assert re.search("Vandermeersch", screen)
    browser.type_into("Price in EUR", "79.90")
    browser.go_to("Say this price")
    browser.press("Enter")
    browser.wait_for("Price given")
