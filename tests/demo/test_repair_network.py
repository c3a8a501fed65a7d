"""The demo shop's workshops: believable, of every standing, and found by its visitors."""

from collections import Counter

import pytest
from sqlalchemy import func, select
from stdnum.fr import siren

from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.demo.repair_network import USUAL, workshops
from storefront.repair.faults import faults_of
from storefront.repair.network.models import Repairer, RepairerPrice
from storefront.repair.network.place_names import department_of
from storefront.repair.network.queries import near, price_range
from storefront.repair.network.rules import ELSE, Point, kilometres
from storefront.sellers.rules import stars


def test_they_came_in_by_the_same_doors_as_anybody(loaded_shop):
    standings = Counter(db.session.scalars(select(Repairer.standing)))

    assert standings == {"verified": 12, "applied": 1, "suspended": 1}
    assert db.session.scalar(select(func.count()).where(Repairer.proved_at.is_(None))) == 0
    # Nobody reads their mailboxes.
    emails = select(Repairer.email)
    waiting = OutgoingMail.recipient.in_(emails), OutgoingMail.sent_at.is_(None)
    assert db.session.scalars(select(OutgoingMail.subject).where(*waiting)).all() == []


def test_they_differ_in_quality(loaded_shop):
    risks = db.session.scalars(select(Repairer.risk).where(Repairer.standing == "verified"))

    assert len({stars(risk) for risk in risks}) >= 3


def test_a_broken_screen_has_repairers_and_a_price(loaded_shop):
    today = loaded_shop.now.date()
    found = near(Point(47.2184, -1.5536), country="FR", category="smartphones", fault="screen", today=today)

    assert [repairer.city for repairer in found.repairers] == ["Nantes", "Nantes"]
    span = price_range("smartphones", "screen", today=today)
    assert span is not None
    assert 5_000 < span.low.minor < span.median.minor < span.high.minor < 30_000


def test_other_things_have_repairers_near_and_far(loaded_shop):
    today = loaded_shop.now.date()
    for point, widened in ((Point(47.2184, -1.5536), False), (Point(44.5181, 3.5006), True)):
        found = near(point, country="FR", category=ELSE, today=today)
        assert (len(found.repairers), found.widened) == (1, widened)


def test_in_the_middle_of_nowhere_parcels_help(loaded_shop):
    found = near(Point(44.5181, 3.5006), country="FR", category="smartphones", today=loaded_shop.now.date())
    assert found.widened
    assert all("mail_in" in repairer.ways for repairer in found.repairers)


@pytest.mark.parametrize("workshop", list(workshops()), ids=lambda workshop: workshop.form.repairer.name)
def test_what_stands_in_the_table_can_be(workshop):
    said = workshop.form.repairer
    department = department_of(said.postcode)

    assert siren.is_valid(said.register_number)
    assert department is not None
    assert kilometres(department.point, workshop.point) < 60
    assert said.email.endswith(".example")
    assert set(workshop.form.categories) <= set(USUAL)


def test_prices_are_of_faults_that_customers_can_choose(loaded_shop):
    rows = db.session.execute(select(RepairerPrice.category, RepairerPrice.fault).distinct())
    assert all(row.fault in {fault.code for fault in faults_of(row.category)} for row in rows)
    named = {(category, fault) for category, faults in USUAL.items() for fault in faults}
    known = {(category, fault.code) for category in USUAL for fault in faults_of(category)}
    assert named <= known
