"""Under guarantee: the seller repairs it, and six months come on top; only for who has the order's link."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.orders.units import key_of, unit_by_key
from storefront.repair.referrals import actions
from storefront.repair.referrals.errors import ReferralRefused
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import CUSTOMER, REPAIRER
from tests.factories import NOW

from .makers import delivered_order, line_of, link_of, make_claim

LATER = NOW + timedelta(days=200)


def until(order) -> date:
    unit = unit_by_key(key_of(order, line_of(order)))
    assert unit is not None
    return unit.legal_until


def test_a_repair_under_guarantee_makes_it_longer_and_the_order_says_so(client, db_session):
    order = delivered_order()
    key = key_of(order, line_of(order))
    form = client.get(f"/repair/refer?category=smartphones&fault=screen&unit={key}")
    assert (form.status_code, order.name in form.text) == (200, True)
    sent = client.submit(form, "/refer", {"words": "It went dark", "way": "mail_in", "consent": "yes"})
    assert sent.status_code == 303
    referral = db.session.scalars(sa.select(Referral)).one()
    assert (referral.kind, referral.line_id) == ("guarantee", line_of(order).id)
    workshop = link_of(referral, REPAIRER)
    for verb, fields in (("accept", {}), ("end", {"end": "repaired"})):
        assert client.submit(client.get(workshop), f"do={verb}", fields).status_code == 303
    assert "6 months" not in client.get(workshop).text
    assert until(order) == date(2028, 9, 2)
    assert (
        "Repaired under guarantee, so the legal one runs until 2 September 2028."
        in client.get(f"/orders/{order.token}").text
    )
    assert "2 September 2028" in client.get(link_of(referral, CUSTOMER)).text


def test_told_twice_it_counts_once_and_another_repair_again(db_session):
    order = delivered_order()
    for expected in (date(2028, 9, 2), date(2029, 3, 2)):
        referral = make_claim(order)
        actions.accept(referral_id=referral.id, now=LATER)
        actions.repaired(referral_id=referral.id, now=LATER)
        with pytest.raises(ReferralRefused):
            actions.repaired(referral_id=referral.id, now=LATER)
        assert until(order) == expected


@pytest.mark.parametrize("verb", ["decline", "not_repairable"])
def test_what_is_not_repaired_makes_nothing_longer_and_the_shop_goes_on(client, db_session, verb):
    order = delivered_order()
    referral = make_claim(order, now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    getattr(actions, verb)(referral_id=referral.id, note="Water inside", now=utcnow())
    assert until(order) == date(2028, 3, 2)
    assert "The guarantee doesn't end here" in client.get(link_of(referral, CUSTOMER)).text.replace(
        "&#39;", "'"
    )


def test_a_unit_has_one_claim_at_a_time(db_session):
    order = delivered_order()
    first = make_claim(order)
    with pytest.raises(ReferralRefused):
        make_claim(order)
    actions.cancel(referral_id=first.id, now=LATER)
    assert make_claim(order).id != first.id


def test_after_both_guarantees_there_is_nothing_to_claim(db_session):
    with pytest.raises(ReferralRefused):
        make_claim(now=NOW + timedelta(days=3 * 366))


@pytest.mark.parametrize("unit", ["", "x", "a" * 32 + ".1", "{token}", "{token}.999999", "{token}.0"])
def test_without_the_orders_link_there_is_no_claim(client, db_session, unit):
    order = delivered_order()
    asked = unit.format(token=order.token)
    assert client.get(f"/repair/refer?category=smartphones&fault=screen&unit={asked}").status_code == 404


def test_the_order_page_leads_to_the_claim(client, db_session):
    order = delivered_order()
    page = client.get(f"/orders/{order.token}").text
    (link,) = re.findall(r'href="(/repair\?unit=[^"]+)"', page)
    assert link == f"/repair?unit={key_of(order, line_of(order))}"
    assert client.get(link).status_code == 200
