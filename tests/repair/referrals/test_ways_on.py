"""No page is a dead end: who comes next, how to get out, where to begin again, and what a closed link says."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail, written
from storefront.core.money import Money
from storefront.repair.referrals import actions
from storefront.repair.referrals.models import Referral
from storefront.repair.referrals.rules import CUSTOMER, READABLE_FOR, REPAIRER
from tests.factories import make_repairer, make_town

from .makers import link_of, make_claim, make_referral

pytestmark = pytest.mark.usefixtures("db_session")


def agreed() -> Referral:
    referral = make_referral(now=utcnow())
    actions.accept(referral_id=referral.id, now=utcnow())
    actions.quote(referral_id=referral.id, price=Money(7990, "EUR"), now=utcnow())
    actions.agree(referral_id=referral.id, now=utcnow())
    return referral


def newest_mail() -> tuple[str, str]:
    """To whom, and what it says on one line."""
    mail = db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()
    return mail.recipient, " ".join(written(mail)[0].split())


def page_of(client, referral: Referral, side: str = CUSTOMER) -> str:
    """A page's text on one line."""
    return " ".join(unescape(client.get(link_of(referral, side)).text).split())


def test_who_agreed_to_a_price_calls_it_off_and_knows_what_that_means(client):
    referral = agreed()
    page = client.get(link_of(referral, CUSTOMER))
    assert "You agreed to the price, and may call it off all the same" in page.text
    assert ("Call the repair off" in page.text, "need it any more" in page.text) == (True, False)
    assert client.submit(page, "do=cancel").status_code == 303
    db.session.expire_all()
    assert referral.state == "cancelled"
    assert "What was done or ordered until then" in page_of(client, referral)
    assert "Nothing is owed" not in page_of(client, referral)
    assert "Please stop here" in page_of(client, referral, REPAIRER)
    recipient, said = newest_mail()
    assert referral.repairer is not None
    assert recipient == referral.repairer.email
    assert "although its price was agreed. Please stop here, and order nothing more." in said


def test_before_a_price_is_agreed_nothing_is_owed(client):
    referral = make_referral(now=utcnow())
    actions.cancel(referral_id=referral.id, now=utcnow())
    assert "Nothing is owed" in page_of(client, referral)
    assert "There is nothing more to do" in newest_mail()[1]


def test_where_all_near_had_the_case_one_by_mail_is_named(client):
    make_town()
    referral = make_referral(now=utcnow())
    by_mail = make_repairer(name="Far but kind", lat=43.3, lon=5.4)
    actions.decline(referral_id=referral.id, note="No time", now=utcnow())
    assert f"{by_mail.name} could have a look: on the page, one press hands your case on." in newest_mail()[1]
    page = client.get(link_of(referral, CUSTOMER))
    assert f"Hand my case to {by_mail.name}" in page.text
    assert client.submit(page, "/next").status_code == 303
    following = db.session.scalars(sa.select(Referral).where(Referral.previous_id == referral.id)).one()
    assert (following.repairer_id, following.way) == (by_mail.id, "mail_in")


@pytest.mark.parametrize(("place", "others"), [("Nantes", 0), ("", 1)])
def test_a_mail_promises_no_next_repairer_where_the_page_names_none(client, place, others):
    make_town()
    referral = make_referral(now=utcnow(), case={"place_text": place})
    for _number in range(others):
        make_repairer()
    actions.decline(referral_id=referral.id, note="No time", now=utcnow())
    said = newest_mail()[1]
    assert ("one press" in said, "you can look for somebody yourself" in said) == (False, True)
    page = page_of(client, referral)
    assert ("Hand my case to" in page, "Choose somebody else myself" in page) == (False, True)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("not_repairable", "What else can be done with it"), ("no_show", "Back to the advice for this device"),
        ("cancel", "Back to the advice for this device"),
    ],
)  # fmt: skip
def test_what_came_to_nothing_leads_back_to_the_advice_of_this_case(client, end, said):
    make_town()
    referral = agreed()
    assert said not in page_of(client, referral)
    getattr(actions, end)(referral_id=referral.id, now=utcnow())
    found = re.search(rf'href="([^"]+)">{said}</a>', client.get(link_of(referral, CUSTOMER)).text)
    assert found is not None
    advice = client.get(unescape(found[1]))
    assert (advice.status_code, referral.device in advice.text) == (200, True)


def test_a_claim_that_cannot_be_repaired_leads_to_what_is_owed_and_not_to_prices(client):
    claim = make_claim(now=utcnow())
    actions.accept(referral_id=claim.id, now=utcnow())
    actions.not_repairable(referral_id=claim.id, now=utcnow())
    page = page_of(client, claim)
    assert ("The guarantee doesn't end here" in page, "What else can be done" in page) == (True, False)


def test_a_closed_link_says_so_in_the_words_of_one_that_never_was(client):
    referral = make_referral(now=utcnow())
    actions.cancel(referral_id=referral.id, now=utcnow() - READABLE_FOR)
    customer, workshop = (link_of(referral, side) for side in (CUSTOMER, REPAIRER))
    token, other = (link.rpartition("/")[2] for link in (customer, workshop))
    closed = [customer, workshop, f"/repair/{other}", f"/repair/for/{token}"]
    closed += [f"/repair/{'0' * 40}", f"/repair/for/{'0' * 40}"]
    answers = [client.get(address) for address in closed]
    assert {answer.status_code for answer in answers} == {404}
    main = {answer.text.partition("<main")[2].partition("</main>")[0] for answer in answers}
    assert len(main) == 1
    assert "Such pages close a while after the repair has ended." in main.pop()
    nothing = client.get("/repair/nonsense")
    assert (nothing.status_code, "Such pages close" in nothing.text) == (404, False)
