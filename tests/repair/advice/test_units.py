"""What was sold is what it is: an order's link says so, whatever else the address says."""

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.errors import FormInvalid
from storefront.orders.models import ShopOrder
from storefront.orders.units import key_of, unit_by_key
from storefront.repair.advice.case import Case
from storefront.repair.referrals import actions
from storefront.repair.referrals.models import Referral

from ...factories import (
    make_brand,
    make_category,
    make_model,
    make_offer,
    make_product,
    make_wish,
    place_an_order,
)
from ..referrals.makers import make_asking
from .test_advice import delivered

SOLD = "Pliant 480 · 128 GB · black"
ANOTHER = {"category": "smartphones", "fault": "battery", "device": "Gold phone 99"}


@pytest.fixture
def laptop(db_session) -> ShopOrder:
    """The order of a laptop of a known model, delivered 100 days ago; smartphones are in the shop, too."""
    category = make_category("laptops")
    model = make_model("Pliant 480", category_id=category.id)
    product = make_product(model_id=model.id, category_id=category.id)
    return delivered(100, product_id=product.id)


def key(order: ShopOrder) -> str:
    return key_of(order, order.parcels[0].lines[0])


@pytest.mark.parametrize("page", ["/repair", "/repair/advice", "/repair/repairers", "/repair/refer"])
@pytest.mark.parametrize("with_model", [False, True])
def test_an_address_makes_no_other_device_of_a_unit(client, laptop, page, with_model):
    other = make_model("Gold phone 98", brand_id=make_brand("Or").id)
    args = {**ANOTHER, "unit": key(laptop), **({"model": other.id} if with_model else {})}

    shown = client.get(page, query_string=args)

    assert shown.status_code == 200
    assert SOLD in shown.text
    assert "Gold phone" not in shown.text.replace("Gold+phone", "")


@pytest.mark.parametrize("page", ["advice", "repairers", "refer"])
@pytest.mark.parametrize("more", [{}, {"category": ""}, {"category": "hoverboards"}])
def test_a_unit_needs_no_category_beside_it(client, laptop, page, more):
    shown = client.get(f"/repair/{page}", query_string={"unit": key(laptop), "fault": "screen", **more})

    assert shown.status_code == 200
    assert SOLD in shown.text


def test_nor_does_a_model(client, db_session):
    model = make_model("Pliant 481", category_id=make_category("laptops").id)

    assert (
        client.get("/repair/advice", query_string={"model": model.id, "fault": "screen"}).status_code == 200
    )
    assert (
        client.get("/repair/advice", query_string={"model": model.id + 1, "fault": "other"}).status_code
        == 422
    )


@pytest.mark.parametrize("unit", ["nonsense", "a" * 30 + ".1", "undelivered"])
@pytest.mark.parametrize("page", ["/repair", "/repair/advice"])
def test_a_unit_that_nobody_has_is_said_to_be_none(client, laptop, unit, page):
    if unit == "undelivered":
        order = place_an_order(make_wish(make_offer()), now=utcnow())
        unit = key(order)

    shown = client.get(page, query_string={"unit": unit, "fault": "screen"}).text

    assert "delivered yet, or went back to its seller" in shown
    assert "category=smartphones" in shown
    assert "went back to its seller" not in client.get("/repair", query_string={"unit": key(laptop)}).text


def test_a_claim_is_of_what_was_sold(client, laptop):
    form = client.get("/repair/refer", query_string={**ANOTHER, "unit": key(laptop)})
    sent = client.submit(form, "/refer", {"words": "It went dark", "way": "mail_in", "consent": "yes"})

    assert sent.status_code == 303
    referral = db.session.scalars(sa.select(Referral)).one()
    model = unit_by_key(key(laptop))
    assert model is not None
    assert (referral.category, referral.model_id, referral.device, referral.fault) == (
        "laptops", model.model_id, SOLD, "battery",
    )  # fmt: skip


def test_nor_does_the_action_take_another_device(laptop):
    case = Case(category="smartphones", device="Gold phone 99", fault="battery", unit=key(laptop))
    made = actions.claim_guarantee(case=case, asking=make_asking(), now=utcnow())
    assert (made.category, made.device) == ("laptops", SOLD)

    unfitting = Case(category="smartphones", device="Gold phone 99", fault="sim", unit=key(laptop))
    made.state = "cancelled"
    with pytest.raises(FormInvalid):
        actions.claim_guarantee(case=unfitting, asking=make_asking(), now=utcnow())


@pytest.mark.parametrize("page", ["advice", "repairers"])
def test_a_fault_that_it_cannot_have_is_asked_for_again(client, laptop, page):
    args = {**ANOTHER, "fault": "sim", "unit": key(laptop)}

    asked = client.get(f"/repair/{page}", query_string=args)

    assert asked.status_code == 422
    assert "The keyboard or touchpad fails" in asked.text
    assert client.get("/repair/refer", query_string=args).status_code == 303


def test_a_unit_of_no_known_model_is_of_none(client, db_session):
    other = make_model("Gold phone 98", new_price_minor=90_000)
    order = delivered(100)

    page = client.get("/repair/advice", query_string={**ANOTHER, "model": other.id, "unit": key(order)})

    assert "Gold phone" not in page.text.replace("Gold+phone", "")
    assert "Where most give up" not in page.text, "there is no price new of a device that nobody knows"


@pytest.mark.parametrize(("days_ago", "promised"), [(100, True), (800, False)])
def test_six_months_more_are_promised_while_the_legal_guarantee_runs(client, db_session, days_ago, promised):
    """The seller's own three years run on alone after the law's two."""
    order = delivered(days_ago, guarantee_months=36)
    case = Case(category="smartphones", fault="battery", unit=key(order))

    page = client.get("/repair/advice", query_string=case.args()).text

    assert "Claim it. It&#39;s free." in page
    assert ("six months" in page) == promised
    before = unit_by_key(key(order))
    claim = actions.claim_guarantee(case=case, asking=make_asking(), now=utcnow())
    actions.accept(referral_id=claim.id, now=utcnow())
    actions.repaired(referral_id=claim.id, now=utcnow())
    after = unit_by_key(key(order))
    assert before is not None
    assert after is not None
    assert (after.legal_until > before.legal_until) == promised
