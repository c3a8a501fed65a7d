"""The desk's settings, texts, zones and models in a browser: a phone without scripts; axe, valid HTML, sizes."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from storefront.catalog.models import Model
from storefront.core.database import db
from tests.conftest import DemoShop
from tests.factories import make_person

from .looking import PHONE, html_errors, look_at_all
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.browser


def operator(demo_shop: DemoShop, email: str) -> tuple[int, int]:
    """Makes an operator; gives the ids of two models."""
    with demo_shop.app.app_context():
        make_person(email, password=PASSWORD, roles=("operator",))
        first, second = db.session.scalars(select(Model.id).order_by(Model.id).limit(2))
        db.session.commit()
        return first, second


def test_an_operator_looks_at_colours_and_a_text_from_a_phone(new_page, demo_shop: DemoShop):
    operator(demo_shop, "settings@example.com")
    page: Page = new_page(java_script_enabled=False, **PHONE)
    sign_in(page, "settings@example.com")
    page.goto("/desk/settings")
    page.get_by_role("link", name="Colours").click()
    page.get_by_label("Accent: the loud button").fill("#00c2a8")
    page.get_by_role("button", name="Look first").click()
    assert page.locator("svg[role=img] rect[fill='#00c2a8']").count() == 1
    page.goto("/desk/pages/about")
    page.locator("#i-body-about-en").fill("# Hello\n\nWe are {company}.")
    page.get_by_role("button", name="Look first").click()
    page.get_by_text("We are Rebelote Démo SAS.", exact=True).wait_for()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_and_thumbs_find_all(new_page, demo_shop: DemoShop, tmp_path: Path, scheme, width):
    email = f"pages-{scheme}@example.com"
    one, other = operator(demo_shop, email)
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    sign_in(page, email)
    paths = (
        "/desk/settings",
        *(f"/desk/settings/{section}" for section in ("shop", "colours", "payment", "shipping", "mail")),
        "/desk/pages",
        "/desk/pages/terms",
        "/desk/pages/grade-good",
        "/desk/shipping?country=FR&weight=much",
        "/desk/shipping/new",
        "/desk/models",
        "/desk/models?q=nobody-of-that-name",
        "/desk/models/new",
        f"/desk/models/{one}",
        f"/desk/models/{one}/edit",
        f"/desk/models/{one}/merge",
        f"/desk/models/{one}/merge?into={other}",
        "/desk/categories",
        "/desk/categories/1",
        "/desk/brands",
        "/desk/brands/1",
    )
    assert look_at_all(page, paths, tmp_path) == []
    assert html_errors(tmp_path) == []
