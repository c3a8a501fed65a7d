"""What has had its time is deleted by the periodic work."""

from datetime import timedelta

import sqlalchemy as sa

from storefront.accounts import actions, codes, sessions, tries
from storefront.accounts.models import MailedCode, SignIn, WrongTries
from storefront.accounts.rules import SIGN_IN_LASTS, SIGN_UP, TRIES_KEPT
from storefront.core.database import db
from tests.factories import make_person


def rows() -> list[int]:
    return [
        db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in (SignIn, MailedCode, WrongTries)
    ]


def test_what_can_still_matter_stays(app, db_session, now):
    person = make_person()
    with app.test_request_context():
        for age in (timedelta(0), timedelta(days=2), SIGN_IN_LASTS + timedelta(seconds=1)):
            sessions.begin(person_id=person.id, browser="", now=now - age)
            codes.ask(purpose=SIGN_UP, email="lou@example.com", now=now - age)
            tries.begin(f"somebody {age}", now=now - age)
        tries.begin("somebody else", now=now - TRIES_KEPT + timedelta(seconds=1))
        assert rows() == [3, 3, 4]
        actions.purge(now=now)
        assert rows() == [2, 1, 2]
