"""A device of a category that this shop's people made: no figures, whoever repairs such things, and never an error."""

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.money import Money
from storefront.orders.units import key_of
from storefront.repair.advice.case import Case
from storefront.repair.network.models import RepairerPrice, SettledQuote
from storefront.repair.network.queries import price_range
from storefront.repair.network.rules import CATEGORIES, ELSE
from storefront.repair.referrals import actions
from storefront.repair.referrals.models import Referral

from ...factories import make_category, make_model, make_product, make_repairer, make_town
from ..referrals.makers import make_asking
from ..referrals.test_pages import FIELDS
from .test_advice import delivered


@pytest.fixture
def bike(db_session) -> Case:
    """An e-bike that somebody has, in a town with one repairer of such things, and one of phones."""
    make_town()
    category = make_category("e-bikes", name_en="E-bikes", name_fr="Vélos électriques")
    model = make_model("Pedalo 3000", category_id=category.id, new_price_minor=200_000)
    make_repairer(name="Roue libre", slug="roue-libre", categories=(ELSE,))
    make_repairer(name="Phones only")
    return Case(ELSE, model.id, "Pedalo 3000", "other", "Nantes")


def test_it_is_found_by_its_name_and_asked_what_is_wrong(client, bike):
    found = client.get("/repair?find=pedalo+3000")
    assert (found.status_code, found.location) == (303, f"/repair?model={bike.model_id}")

    page = client.get(found.location).text

    assert "Pedalo 3000" in page
    assert 'value="other" required checked' in page, "there is one answer, so it is given"


def test_the_advice_has_no_figures_of_other_things(client, bike):
    page = client.get("/repair/advice", query_string=bike.args())

    assert page.status_code == 200
    assert "Mend it." in page.text
    assert "No price yet." in page.text
    for figure in ("Volunteers", "CO₂e", "−€"):
        assert figure not in page.text


def test_whoever_repairs_such_things_is_near(client, bike):
    page = client.get("/repair/repairers", query_string=bike.args())

    assert page.status_code == 200
    assert "Roue libre" in page.text
    assert "Phones only" not in page.text


def test_it_is_handed_over_and_mended(client, bike):
    form = client.get("/repair/refer", query_string={**bike.args(), "repairer": "roue-libre"})
    assert client.submit(form, "/refer", FIELDS).status_code == 303
    referral = db.session.scalars(sa.select(Referral)).one()
    now = utcnow()
    actions.accept(referral_id=referral.id, now=now)
    actions.quote(referral_id=referral.id, price=Money(4_000, "EUR"), now=now)
    actions.agree(referral_id=referral.id, now=now)
    actions.repaired(referral_id=referral.id, now=now)

    assert (referral.category, referral.state) == (ELSE, "repaired")
    assert db.session.query(SettledQuote).count() == 0, "what has nothing in common has no usual price"
    assert price_range(ELSE, "other", today=now.date()) is None


def test_one_that_was_bought_here_is_claimed(client, bike):
    product = make_product(
        category_id=make_category("e-bikes").id, model_id=bike.model_id, title="Pedalo 3000 blue"
    )
    order = delivered(100, product_id=product.id)
    unit = key_of(order, order.parcels[0].lines[0])

    page = client.get("/repair", query_string={"unit": unit}).text
    assert order.parcels[0].lines[0].title in page
    case = Case(ELSE, fault="other", unit=unit)
    assert "Open the claim" in client.get("/repair/advice", query_string=case.args()).text
    made = actions.claim_guarantee(case=case, asking=make_asking(), now=utcnow())
    assert made.category == ELSE
    found = client.submit(client.get("/repair"), "/repair/serial", {"serial": "C02XK1ABJG5H"})
    assert client.get(found.location).status_code == 200


def test_the_first_page_has_a_place_for_what_fits_nowhere(client):
    page = client.get("/repair").text

    assert "Other devices" in page
    assert client.get(f"/repair?category={ELSE}").status_code == 200


def test_a_repairer_says_that_it_repairs_such_things_without_prices(client, db_session):
    page = client.get("/repair/join").text

    assert f'value="{ELSE}"' in page
    assert f"price-{ELSE}" not in page
    assert db.session.query(RepairerPrice).filter(RepairerPrice.category.not_in(CATEGORIES)).count() == 0
