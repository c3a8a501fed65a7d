"""Both sides' pages: from the form to the stars."""

import pytest
import sqlalchemy as sa

from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.repair.network.models import RepairEntry, SettledQuote
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import CUSTOMER, REPAIRER
from tests.factories import make_repairer, make_town

from .makers import EMAIL, NAME, PHONE, TIMES, WORDS, link_of, make_case

FIELDS = {
    "name": NAME,
    "email": EMAIL,
    "phone": PHONE,
    "words": WORDS,
    "times": TIMES,
    "way": "drop_off",
    "consent": "yes",
}


def refer_url(repairer, **case) -> str:
    args = "&".join(f"{name}={value}" for name, value in make_case(**case).args().items())
    return f"/repair/refer?repairer={repairer.slug}&{args}"


def only_referral() -> Referral:
    db.session.expire_all()
    return db.session.scalars(sa.select(Referral)).one()


@pytest.fixture
def repairer(db_session):
    make_town()
    return make_repairer()


def test_a_case_goes_from_the_form_to_the_stars(client, repairer):
    form = client.get(refer_url(repairer))
    assert repairer.name in form.text
    sent = client.submit(form, "/refer", FIELDS)
    assert sent.status_code == 303
    referral = only_referral()
    customer, workshop = link_of(referral, CUSTOMER), link_of(referral, REPAIRER)
    assert sent.location == customer

    def press(url: str, verb: str, fields=None) -> str:
        answer = client.submit(client.get(url), f"do={verb}", fields or {})
        assert (answer.status_code, answer.location) == (303, url)
        return only_referral().state

    assert press(workshop, "accept") == "accepted"
    assert press(workshop, "quote", {"price": "79,90", "quote_note": "original screen"}) == "quoted"
    assert "€79.90" in client.get(customer).text
    assert press(customer, "agree") == "agreed"
    assert press(workshop, "repaired", {"end_note": "good as before"}) == "repaired"
    assert press(customer, "rate", {"stars": "5", "opinion": "Quick and kind"}) == "repaired"
    assert "You gave 5 stars" in client.get(customer).text
    entries = db.session.execute(
        sa.select(RepairEntry.outcome, RepairEntry.words).order_by(RepairEntry.id)
    ).all()
    assert [tuple(entry) for entry in entries] == [("repaired", ""), ("rated_5", "Quick and kind")]
    price = db.session.execute(sa.select(SettledQuote.price_minor, SettledQuote.fault)).one()
    assert tuple(price) == (7990, "screen")
    mails = db.session.execute(
        sa.select(OutgoingMail.recipient, OutgoingMail.subject).order_by(OutgoingMail.id)
    ).all()
    assert [(mail.recipient == EMAIL, mail.subject.split(": ")[1]) for mail in mails] == [
        (True, "Your repair"), (False, "A device to repair"), (True, "It is taken"),
        (True, "A price for your repair"), (False, "The price is agreed"), (True, "It works again"),
    ]  # fmt: skip
