"""The desk's sellers and people in a browser: axe, valid HTML, what fits a phone and a thumb."""

from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from storefront.core.database import db
from storefront.sellers.models import Seller
from tests.conftest import DemoShop
from tests.factories import make_person

from .looking import html_errors, look_at_all
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_and_all_fits(new_page, demo_shop: DemoShop, tmp_path: Path, scheme, width):
    email = f"sellers-{scheme}@example.com"
    with demo_shop.app.app_context():
        person_id = make_person(email, password=PASSWORD, roles=("operator",)).id
        newcomer = db.session.scalar(select(Seller.id).where(Seller.standing == "probation").limit(1))
        worst = db.session.scalar(select(Seller.id).order_by(Seller.risk.desc()).limit(1))
        db.session.commit()
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    sign_in(page, email)
    one = f"/desk/sellers/{worst}"
    paths = (
        "/desk/sellers",
        "/desk/sellers/new",
        f"/desk/sellers/{newcomer}",
        *(one + tab for tab in ("", "/record", "/edit", "/standing", "/people")),
        "/desk/people",
        f"/desk/people/{person_id}",
        f"/desk/people/{person_id}/roles?role=repairer",
    )
    assert look_at_all(page, paths, tmp_path) == []
    assert html_errors(tmp_path) == []
