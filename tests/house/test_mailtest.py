"""A test mail says how it ended: taken, filed, or refused and by what words; it is tried once."""

import pytest

from storefront.core import mail
from storefront.core.clock import utcnow
from storefront.core.database import db, transaction
from storefront.core.errors import FormInvalid
from storefront.house import mailtest
from tests.core.smtp import mail_server
from tests.factories import NOW


def outcome(app) -> mailtest.Outcome:
    with app.app_context():
        with transaction():
            reason = mailtest.write_test("you@example.org", now=NOW)
        return mailtest.try_test(reason)


def test_without_a_mail_server_it_becomes_a_file(app, instance):
    assert outcome(app) == mailtest.Outcome("filed")
    (file,) = (instance / "mail").glob("*.eml")
    assert "To: you@example.org" in file.read_text(encoding="utf-8")


def test_a_mail_server_takes_it_or_says_why_not(make_app):
    with mail_server() as server:
        port = str(server.port)
        app = make_app(REBELOTE_MAIL_HOST="127.0.0.1", REBELOTE_MAIL_PORT=port, REBELOTE_MAIL_TLS="false")
        assert outcome(app) == mailtest.Outcome("sent")
        server.answers["RCPT"] = "550 nobody here"
        refused = outcome(app)
    assert [envelope.message["Subject"] for envelope in server.envelopes] == ["A test from Rebelote"]
    assert (refused.state, "nobody here" in refused.detail) == ("failed", True)


def test_a_server_that_is_not_there(make_app):
    app = make_app(REBELOTE_MAIL_HOST="127.0.0.1", REBELOTE_MAIL_PORT="1")
    ended = outcome(app)
    assert (ended.state, "refused" in ended.detail) == ("failed", True)
    with app.app_context():
        row = db.session.query(mail.OutgoingMail).one()
    assert (row.tries, row.next_try_at, row.sent_at) == (1, None, None)


def test_another_process_has_it_in_hand(app):
    with app.app_context():
        with transaction():
            reason = mailtest.write_test("you@example.org", now=utcnow() + mail.CLAIM)
        assert mailtest.try_test(reason) == mailtest.Outcome("waiting")


def test_nobody_to_write_to(app):
    with app.app_context(), pytest.raises(FormInvalid, match="recipient"), transaction():
        mailtest.write_test("everybody", now=NOW)


def test_the_command(app):
    run = app.test_cli_runner().invoke
    assert "it became a file" in run(args=["house", "test-mail", "you@example.org"]).output
    assert run(args=["house", "test-mail", "everybody"]).exit_code == 1
