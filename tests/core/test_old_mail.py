"""Mails that went out or were given up: what is kept of them, for how long, and what the files hold."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from storefront.core.clock import utcnow
from storefront.core.database import db, transaction
from storefront.core.mail import Letter, OutgoingMail, enqueue, send_waiting
from storefront.core.old_mail import KEPT, SECRETS_LAST, forget, purge
from storefront.core.undelivered import MailRefused, try_again

from ..factories import NOW

SECOND = timedelta(seconds=1)


def keep(reason: str, **values: Any) -> int:
    """A mail in the outbox that was given up, unless its values say otherwise; gives its id."""
    told = {"recipient": "zoe@example.org", "subject": "For you", "text": "12345678", "created_at": NOW}
    with transaction():
        mail = OutgoingMail(reason=reason, **{**told, **values})
        db.session.add(mail)
        db.session.flush()
        return mail.id


def purged(now: datetime) -> dict[str, str]:
    """What the mails that are left say, by their reasons."""
    with transaction():
        purge(now=now)
    rows = db.session.execute(sa.select(OutgoingMail.reason, OutgoingMail.text))
    return {row.reason: row.text for row in rows}


def test_what_went_out_is_deleted_after_thirty_days_and_what_waits_is_not(db_session):
    keep("order 1", sent_at=NOW)
    keep("still waits", next_try_at=NOW)

    assert purged(NOW + KEPT - SECOND).keys() == {"order 1", "still waits"}
    assert purged(NOW + KEPT + SECOND) == {"still waits": "12345678"}


def test_a_mail_that_was_given_up_is_kept_as_long_for_another_try(db_session):
    keep("order 1")

    assert purged(NOW + KEPT - SECOND) == {"order 1": "12345678"}
    assert purged(NOW + KEPT + SECOND) == {}


@pytest.mark.parametrize("reason", ["account-code-7", "claim-1-2-3", "invitation-abc"])
def test_what_a_secret_said_is_gone_once_it_is_of_no_use(db_session, reason):
    keep(reason, html="<b>12345678</b>")
    keep(f"{reason}-out", sent_at=NOW)
    keep(f"{reason}-waits", next_try_at=NOW, text="", facts='{"code": "12345678"}', writer="code")

    assert purged(NOW + SECRETS_LAST - SECOND) == {
        reason: "12345678",
        f"{reason}-out": "",
        f"{reason}-waits": "",
    }
    assert purged(NOW + SECRETS_LAST + SECOND) == {reason: "", f"{reason}-out": "", f"{reason}-waits": ""}
    everything = db.session.execute(sa.select(OutgoingMail.html, OutgoingMail.facts)).all()
    assert sorted(map(tuple, everything)) == [("", ""), ("", ""), ("", '{"code": "12345678"}')]


def test_a_mail_that_says_nothing_any_more_is_not_tried_again(db_session):
    secret, order = keep("account-code-7"), keep("order 1")
    purged(NOW + SECRETS_LAST + SECOND)
    with pytest.raises(MailRefused, match="has ended"), transaction():
        try_again(mail_id=secret, now=NOW)
    with transaction():
        try_again(mail_id=order, now=NOW)

    assert db.session.scalars(sa.select(OutgoingMail.id).where(OutgoingMail.next_try_at == NOW)).all() == [
        order
    ]


def test_the_files_of_mails_go_with_them_and_no_other_file_does(app, db_session):
    settings = app.config["SETTINGS"]
    folder = settings.instance / "mail"
    for email in ("zoe@example.org", "Lou@example.org"):
        with transaction():
            enqueue(Letter(email, "For you", "Hello"), reason=email, now=utcnow())
    send_waiting(settings)
    # Named by their mails' numbers, which go on counting on PostgreSQL.
    to_zoe, _to_lou = sorted(path.name for path in folder.iterdir())
    (folder / "read-me.eml").write_text("kept")
    keep("to lou, in vain", recipient="lou@example.org")
    with transaction():
        forget("lou@example.org")

    assert purged(utcnow()).keys() == {"zoe@example.org"}
    assert sorted(path.name for path in folder.iterdir()) == [to_zoe, "read-me.eml"]
    purged(utcnow() + KEPT + SECOND)
    assert [path.name for path in folder.iterdir()] == ["read-me.eml"]
