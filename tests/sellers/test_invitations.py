"""Invitations: mailed to one mailbox, good once and for a week, for its account alone."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import periodic
from storefront.accounts.actions import set_roles
from storefront.accounts.models import Person
from storefront.core.clock import utcnow
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from storefront.sellers import invitations
from storefront.sellers.errors import InvitationGone, SellerRefused
from storefront.sellers.members import join, leave_all, people_of, remove
from storefront.sellers.models import Seller, SellerInvitation

from ..factories import make_person, make_seller
from ..signing_in import sign_in

PASSWORD = "four words in a row"


@pytest.fixture
def seller(db_session) -> Seller:
    return make_seller(name="Atelier Zola")


@pytest.fixture
def host(seller, now) -> Person:
    person = make_person()
    join(person_id=person.id, seller_id=seller.id, now=now)
    return person


def invited(seller, host, email: str, *, now) -> str:
    """The token of the link that was mailed."""
    invitations.invite(seller_id=seller.id, email=email, language="en", person_id=host.id, now=now)
    newest = select(OutgoingMail).where(OutgoingMail.recipient == email).order_by(OutgoingMail.id.desc())
    mail = db.session.scalars(newest.limit(1)).one()
    return re.findall(r"/en/invitation/(\S+)", mail.text)[0]


def test_the_database_holds_no_link_but_its_hash(seller, host, now):
    token = invited(seller, host, "zoe@example.com", now=now)
    row = db.session.scalars(select(SellerInvitation)).one()

    assert len(token) >= 32
    assert token not in (row.token_hash, row.email)
    assert invitations.invitation_of(token, now=now) == invitations.Invitation(
        "Atelier Zola", "zoe@example.com", False
    )


def test_an_invitation_counts_once_for_a_week_and_until_the_next(seller, host, now):
    zoe = make_person("zoe@example.com")
    first = invited(seller, host, "zoe@example.com", now=now)
    token = invited(seller, host, "zoe@example.com", now=now)
    late = now + invitations.LASTS

    for gone, at in ((first, now), (token, late), ("made-up", now)):
        with pytest.raises(InvitationGone):
            invitations.invitation_of(gone, now=at)
        with pytest.raises(InvitationGone):
            invitations.accept(token=gone, person_id=zoe.id, now=at)
    invitations.accept(token=token, person_id=zoe.id, now=late - timedelta(seconds=1))
    with pytest.raises(InvitationGone):
        invitations.accept(token=token, person_id=zoe.id, now=now)
    assert people_of(seller.id) == (host.id, zoe.id)


def test_a_link_that_was_passed_on_lets_nobody_else_in(seller, host, now):
    token = invited(seller, host, "zoe@example.com", now=now)
    with pytest.raises(InvitationGone):
        invitations.accept(token=token, person_id=make_person("max@example.com").id, now=now)
    assert people_of(seller.id) == (host.id,)


def test_who_is_taken_away_is_told_once_in_their_language(seller, host, now):
    colleague = make_person("zoe@example.com", language="fr")
    join(person_id=colleague.id, seller_id=seller.id, now=now)
    for _twice in range(2):
        remove(person_id=colleague.id, seller_id=seller.id, by_id=host.id, now=now)
    [mail] = db.session.query(OutgoingMail).filter_by(recipient="zoe@example.com")
    assert seller.name in mail.subject
    assert "/fr/contact" in mail.text


def test_invitations_are_few_and_not_for_those_who_are_there(seller, host, now):
    for place in range(invitations.MOST_OPEN):
        invited(seller, host, f"p{place}@example.com", now=now)
    with pytest.raises(SellerRefused):
        invited(seller, host, "one-more@example.com", now=now)
    with pytest.raises(SellerRefused):
        invited(seller, host, host.email, now=now)
    assert len(invitations.open_invitations(seller.id, now=now)) == invitations.MOST_OPEN

    later = now + invitations.LASTS
    assert invitations.open_invitations(seller.id, now=later) == []
    invited(seller, host, "one-more@example.com", now=later)


def test_one_that_was_taken_back_is_dead(seller, host, now):
    token = invited(seller, host, "zoe@example.com", now=now)
    [row] = invitations.open_invitations(seller.id, now=now)
    invitations.withdraw(seller_id=make_seller().id, invitation_id=row.id)
    assert invitations.invitation_of(token, now=now)
    invitations.withdraw(seller_id=seller.id, invitation_id=row.id)
    with pytest.raises(InvitationGone):
        invitations.invitation_of(token, now=now)


def test_nobody_takes_themselves_away(seller, host, now):
    colleague = make_person()
    join(person_id=colleague.id, seller_id=seller.id, now=now)
    with pytest.raises(SellerRefused):
        remove(person_id=host.id, seller_id=seller.id, by_id=host.id, now=now)
    remove(person_id=colleague.id, seller_id=seller.id, by_id=host.id, now=now)
    assert people_of(seller.id) == (host.id,)


def refused(token, person, *, now) -> bool:
    with pytest.raises(InvitationGone):
        invitations.invitation_of(token, now=now)
    with pytest.raises(InvitationGone):
        invitations.accept(token=token, person_id=person.id, now=now)
    return True


def test_who_was_taken_away_lets_nobody_in(seller, host, now):
    colleague, zoe = make_person(), make_person("zoe@example.com")
    elsewhere = make_seller()
    for place in (seller, elsewhere):
        join(person_id=colleague.id, seller_id=place.id, now=now)
    here = invited(seller, colleague, "zoe@example.com", now=now)
    there = invited(elsewhere, colleague, "zoe@example.com", now=now)
    kept = invited(seller, host, "max@example.com", now=now)
    remove(person_id=colleague.id, seller_id=seller.id, by_id=host.id, now=now)
    assert refused(here, zoe, now=now)
    assert invitations.invitation_of(there, now=now)
    assert invitations.invitation_of(kept, now=now)
    leave_all(person_id=colleague.id)
    assert refused(there, zoe, now=now)
    # Nor when they are back: what they sent is gone.
    join(person_id=colleague.id, seller_id=seller.id, now=now)
    assert refused(here, zoe, now=now)
    assert [row.email for row in invitations.open_invitations(seller.id, now=now)] == ["max@example.com"]


def test_an_invitation_counts_while_who_sent_it_may_invite(seller, now):
    operator, _another = make_person(roles=("operator",)), make_person(roles=("operator",))
    zoe = make_person("zoe@example.com")
    token = invited(seller, operator, "zoe@example.com", now=now)
    set_roles(person_id=operator.id, roles=(), now=now)
    assert refused(token, zoe, now=now)
    set_roles(person_id=operator.id, roles=("operator",), now=now)
    invitations.accept(token=token, person_id=zoe.id, now=now)
    assert people_of(seller.id) == (zoe.id,)


def test_a_suspended_seller_gets_nobody_new(seller, host, now):
    zoe = make_person("zoe@example.com")
    token = invited(seller, host, "zoe@example.com", now=now)
    seller.standing = "suspended"
    db.session.flush()
    assert refused(token, zoe, now=now)
    assert people_of(seller.id) == (host.id,)


def test_what_was_followed_or_is_over_is_deleted_by_the_periodic_work(seller, host):
    now = utcnow()
    zoe = make_person("zoe@example.com")
    invitations.accept(token=invited(seller, host, zoe.email, now=now), person_id=zoe.id, now=now)
    invited(seller, host, "old@example.com", now=now - invitations.LASTS)
    invited(seller, make_person(roles=("operator",)), "new@example.com", now=now)
    db.session.commit()
    periodic.tidy_up()
    assert db.session.scalars(select(SellerInvitation.email)).all() == ["new@example.com"]


def test_a_newcomer_opens_the_account_by_the_link_and_is_in(client, seller, host):
    token = invited(seller, host, "zoe@example.com", now=utcnow())
    page = client.get(f"/invitation/{token}")
    short = client.submit(page, "/account", {"password": "short", "email": "max@example.com"})
    done = client.submit(short, "/account", {"password": PASSWORD, "name": "Zoé"}, follow_redirects=True)

    assert (short.status_code, done.status_code) == (422, 200)
    assert done.request.path.startswith("/desk")
    person = db.session.scalars(select(Person).where(Person.email == "zoe@example.com")).one()
    assert (person.name, person.id in people_of(seller.id)) == ("Zoé", True)
    again = client.get(f"/invitation/{token}")
    assert again.status_code == 409
    assert "has been used" in again.text


def test_whoever_has_an_account_signs_in_and_says_yes(client, app, seller, host):
    zoe = make_person("zoe@example.com")
    token = invited(seller, host, "zoe@example.com", now=utcnow())
    db.session.commit()
    stranger = client.get(f"/invitation/{token}").text
    assert f"next=%2Finvitation%2F{token}" in stranger or f"next=/invitation/{token}" in stranger
    assert 'type="password"' not in stranger

    other = app.test_client()
    sign_in(other, make_person("max@example.com"))
    page = other.get(f"/invitation/{token}")
    assert "you are signed in as max@example.com" in page.text
    assert "<button" not in page.text.partition("<main")[2]

    sign_in(client, zoe)
    page = client.get(f"/invitation/{token}")
    assert client.submit(page, "/invitation").headers["Location"] == "/desk"
    assert zoe.id in people_of(seller.id)
