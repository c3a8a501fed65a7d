"""A repairer joins, is looked at and found: as strict visitors and their thumbs see it, and without scripts."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from storefront.core.database import db
from storefront.repair.network.links import token_of
from storefront.repair.network.models import Repairer
from tests.conftest import DemoShop
from tests.factories import make_person, make_town

from .looking import PHONE, html_errors, look_at_all
from .signing_in import PASSWORD, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def town(demo_shop: DemoShop) -> None:
    with demo_shop.app.app_context():
        make_town("Trucville", lat=46.1, lon=3.4)
        db.session.commit()
        db.session.remove()


def of_standing(standing: str) -> Repairer:
    return db.session.scalars(
        select(Repairer).where(Repairer.standing == standing).order_by(Repairer.id).limit(1)
    ).one()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_nothing_is_wrong_with_the_looks(new_page, demo_shop: DemoShop, tmp_path: Path, scheme, width):
    email = f"repairers-{scheme}@example.com"
    with demo_shop.app.app_context():
        make_person(email, password=PASSWORD, roles=("operator",))
        shown, applied, suspended = map(of_standing, ("verified", "applied", "suspended"))
        public = ("/repair/join", "/fr/repair/join", "/repair/sent", "/repair/yours", "/fr/repair/yours")
        own = [f"/repair/yours/{token_of(one)}" for one in (shown, applied, suspended)]
        slug = f"/repair/repairers/{shown.slug}"
        desk = [f"/desk/repairers/{one.id}" for one in (shown, applied, suspended)]
        db.session.commit()
        db.session.remove()
    page: Page = new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)

    assert look_at_all(page, (*public, *own, slug, f"/fr{slug}"), tmp_path) == []
    sign_in(page, email)
    lists = ("/desk/repairers", "/desk/repairers?standing=applied", "/desk/repairers?q=nobody")
    assert look_at_all(page, (*lists, *desk, f"{desk[0]}/edit"), tmp_path) == []
    assert html_errors(tmp_path) == []


def test_from_a_form_to_the_list_of_repairers_without_scripts(new_page, demo_shop: DemoShop):
    page: Page = new_page(java_script_enabled=False, **PHONE)
    page.goto("/repair/join")
    for label, text in (
        ("Name of your firm", "Les Vis de Trucville"),
        ("Register number", "303 265 045"),
        ("Mail address", "vis@trucville.example"),
        ("Street and number", "1 place du Truc"),
        ("Postcode", "03000"),
        ("Town", "Trucville"),
        ("Insurer", "Mutuelle des Vis"),
        ("Number of the policy", "V-1"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    for box in ("Smartphones", "Customers bring it", "French", "I agree"):
        page.get_by_label(box).first.check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")

    with demo_shop.app.app_context():
        found = db.session.scalars(select(Repairer).where(Repairer.email == "vis@trucville.example")).one()
        repairer_id, link = found.id, f"/repair/yours/{token_of(found)}"
        make_person("screws@example.com", password=PASSWORD, roles=("operator",))
        db.session.commit()
        db.session.remove()
    page.goto(link)
    page.get_by_label("It doesn't switch on, or the battery is soon empty").fill("55-75")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Now it is our turn")).to_be_visible()

    operator: Page = new_page(java_script_enabled=False, viewport={"width": 1024, "height": 800})
    sign_in(operator, "screws@example.com")
    operator.goto(f"/desk/repairers/{repairer_id}")
    operator.get_by_label("Verify").check()
    for point in operator.locator("input[name=checked]").all():
        point.check()
    operator.get_by_role("button", name="Do it").click()
    expect(operator.get_by_text("Customers see it until")).to_be_visible()

    page.goto("/repair/repairers?category=smartphones&fault=battery&place=Trucville")
    expect(page.get_by_text("Les Vis de Trucville").first).to_be_visible()
