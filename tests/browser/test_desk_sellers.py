"""The desk's sellers and people in a browser: axe, valid HTML, what fits a phone and a thumb."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from storefront.core.database import db
from storefront.sellers.models import Seller
from tests.conftest import DemoShop
from tests.factories import make_person

from .test_desk_orders import PASSWORD, sign_in
from .test_looks import AXE, AXE_OPTIONS, SMALLEST_TARGET, VNU

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
    findings: list[tuple[str, object]] = []
    for nth, path in enumerate(paths):
        answer = page.goto(path)
        assert answer is not None
        (tmp_path / f"{nth:02d}.html").write_text(answer.text(), encoding="utf-8")
        page.add_script_tag(path=AXE)
        found = page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)
        findings += [(path, violation["id"]) for violation in found["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            findings.append((path, "too wide"))
        small = page.evaluate(
            """least => [...document.querySelectorAll('main button, main input, select, textarea, label.check, .btn')]
              .filter(e => !['hidden', 'radio', 'checkbox'].includes(e.type) && e.checkVisibility())
              .filter(e => e.getBoundingClientRect().height < least).map(e => e.outerHTML.slice(0, 80))""",
            SMALLEST_TARGET,
        )
        findings += [(path, html) for html in small]
    assert findings == []
    assert _invalid(tmp_path) == []


def _invalid(folder: Path) -> list[str]:
    java = shutil.which("java")
    assert java, "The HTML checker needs Java: apt install default-jre-headless"
    checked = subprocess.run(
        [java, "-Xss2m", "-jar", str(VNU), "--format", "json", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    messages = json.loads(checked.stderr)["messages"]
    return [
        f"{message['url'][-7:]}: {message['message']}" for message in messages if message["type"] == "error"
    ]
