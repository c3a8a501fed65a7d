"""The outbox: what it tells is told once, whatever fails between the shop and the mailbox."""

import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa

from storefront.config import Settings
from storefront.core import mail
from storefront.core.database import db, transaction
from storefront.core.mail import RETRY_MINUTES, Letter, OutgoingMail, enqueue, send_waiting

from .smtp import MailServer, mail_server

LETTER = Letter("zoe@example.org", "Your order", "Hello Zoé,\n\n.\nThank you.", "<p>Hello Zoé</p>")


@pytest.fixture
def clock(monkeypatch):
    """The outbox's clock; `clock.append(moment)` sets it."""
    moments = [datetime(2026, 3, 2, 9, 30, tzinfo=UTC)]
    monkeypatch.setattr(mail, "utcnow", lambda: moments[-1])
    return moments


@pytest.fixture
def settings(app) -> Settings:
    settings: Settings = app.config["SETTINGS"]
    return settings


def by_smtp(settings: Settings, server: MailServer, **changes: object) -> Settings:
    at = {"host": "127.0.0.1", "port": server.port, "tls": False, **changes}
    return replace(settings, mail=replace(settings.mail, **at))  # type: ignore[arg-type]


@pytest.fixture
def server():
    with mail_server() as server:
        yield server


def write(now: datetime, letter: Letter = LETTER, reason: str = "order 1 placed") -> None:
    with transaction():
        enqueue(letter, reason=reason, now=now)


def rows() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)))


def files(settings: Settings) -> list[Path]:
    return sorted((settings.instance / "mail").glob("*"))


def test_without_a_server_a_mail_becomes_a_file_named_by_its_number(db_session, settings, clock, caplog):
    caplog.set_level("INFO")
    write(clock[-1])
    write(clock[-1], reason="order 2 placed")
    assert send_waiting(settings) == 2
    assert [path.name for path in files(settings)] == [f"{row.id:08d}.eml" for row in rows()]
    message = message_from_bytes(files(settings)[0].read_bytes(), policy=policy.default)
    assert (message["To"], message["Subject"]) == ("zoe@example.org", "Your order")
    assert message["From"] == "Rebelote <bonjour@rebelote.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().strip() == LETTER.text
    assert "zoe@example.org" in caplog.text
    assert send_waiting(settings) == 0


def test_the_same_reason_makes_one_mail(db_session, settings, clock):
    write(clock[-1])
    write(clock[-1], replace(LETTER, subject="Again"))
    with transaction():
        enqueue(LETTER, reason="other", now=clock[-1])
        enqueue(LETTER, reason="other", now=clock[-1])
        enqueue(LETTER, reason="third", now=clock[-1])
    assert [(row.reason, row.subject) for row in rows()] == [
        ("order 1 placed", "Your order"),
        ("other", "Your order"),
        ("third", "Your order"),
    ]


def test_a_mail_goes_with_what_it_tells_or_not_at_all(db_session, settings, clock):
    def fail() -> None:
        with transaction():
            enqueue(LETTER, reason="one", now=clock[-1])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert rows() == []
    assert send_waiting(settings) == 0


def test_it_is_sent_by_smtp(db_session, settings, clock, server):
    write(clock[-1])
    assert send_waiting(by_smtp(settings, server)) == 1
    (envelope,) = server.envelopes
    assert (envelope.sender, envelope.recipients) == ("bonjour@rebelote.example", ["zoe@example.org"])
    plain = envelope.message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == LETTER.text
    assert rows()[0].sent_at == clock[-1]
    assert not files(settings)


def test_at_the_port_of_smtps_encryption_begins_with_the_first_byte(db_session, settings, clock, monkeypatch):
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        monkeypatch.setattr(mail, "SMTPS", port)

        def listen() -> None:
            connection, _address = listening.accept()
            with connection:
                heard.append(connection.recv(1))

        listener = threading.Thread(target=listen)
        listener.start()
        write(clock[-1])
        assert send_waiting(by_smtp(settings, MailServer(port), tls=True)) == 0
        listener.join()
    # A TLS handshake; whoever waits for a greeting first says nothing.
    assert heard == [b"\x16"]


def test_a_failure_is_tried_again_later_and_later_and_then_left_to_the_operator(
    db_session, settings, clock, server
):
    server.answers["RCPT"] = "450 try later"
    smtp = by_smtp(settings, server)
    write(clock[-1])
    for tries, minutes in enumerate(RETRY_MINUTES, 1):
        assert send_waiting(smtp) == 0
        row = rows()[0]
        assert row.tries == tries
        assert row.next_try_at == clock[-1] + timedelta(minutes=minutes)
        assert "try later" in row.last_error
        clock.append(row.next_try_at - timedelta(seconds=1))
        send_waiting(smtp)
        assert rows()[0].tries == tries, "not a second too early"
        clock.append(row.next_try_at)
    send_waiting(smtp)
    assert (rows()[0].tries, rows()[0].next_try_at) == (len(RETRY_MINUTES) + 1, None)
    clock.append(clock[-1] + timedelta(days=300))
    server.answers.clear()
    assert send_waiting(smtp) == 0


def test_once_it_goes_through_the_trouble_is_forgotten(db_session, settings, clock, server):
    smtp = by_smtp(settings, server)
    server.answers["DATA"] = "451 disk full"
    write(clock[-1])
    send_waiting(smtp)
    server.answers.clear()
    clock.append(clock[-1] + timedelta(minutes=1))
    assert send_waiting(smtp) == 1
    assert (rows()[0].last_error, rows()[0].next_try_at) == ("", None)
    assert len(server.envelopes) == 1


@pytest.mark.parametrize("hello", ["554 go away", "421 too busy", "garbage"])
def test_a_server_that_says_no_fails_one_mail_and_not_the_shop(db_session, settings, clock, server, hello):
    server.answers["HELLO"] = hello
    write(clock[-1])
    assert send_waiting(by_smtp(settings, server)) == 0
    assert rows()[0].last_error


def test_a_server_that_is_not_there_fails_one_mail_and_not_the_shop(db_session, settings, clock):
    write(clock[-1])
    assert send_waiting(by_smtp(settings, MailServer(port=1))) == 0
    assert "refused" in rows()[0].last_error


def test_without_encryption_where_it_is_asked_nothing_is_sent(db_session, settings, clock, server):
    write(clock[-1])
    assert send_waiting(by_smtp(settings, server, tls=True)) == 0
    assert server.envelopes == []


def test_a_claimed_mail_is_nobody_elses_until_the_claim_ends(db_session, settings, clock):
    """A process that died between claim and sending leaves the mail to the next."""
    write(clock[-1])
    claimed = mail._claim(clock[-1])
    assert claimed is not None
    assert send_waiting(settings) == 0
    clock.append(clock[-1] + mail.CLAIM)
    assert send_waiting(settings) == 1


def test_many_workers_send_each_mail_once(app, settings, clock, server):
    smtp = by_smtp(settings, server)
    with app.app_context():
        for number in range(12):
            write(clock[-1], reason=f"mail {number}")
        db.session.remove()

    def work() -> None:
        with app.app_context():
            send_waiting(smtp)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(server.envelopes) == 12
    assert len({envelope.message["Message-ID"] for envelope in server.envelopes}) == 12


def test_sent_twice_it_has_the_same_message_id(db_session, settings, clock):
    write(clock[-1])
    first = mail.as_message(rows()[0], settings)
    clock.append(clock[-1] + timedelta(days=1))
    assert mail.as_message(rows()[0], settings)["Message-ID"] == first["Message-ID"]


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\x1e"])
def test_a_subject_makes_no_header_of_its_own(db_session, settings, clock, server, line_end):
    write(clock[-1], replace(LETTER, subject=f"Order{line_end}Bcc: victim@example.org"))
    assert send_waiting(by_smtp(settings, server)) == 1
    (envelope,) = server.envelopes
    assert envelope.recipients == ["zoe@example.org"]
    assert envelope.message["Bcc"] is None
    assert envelope.message["Subject"] == "Order Bcc: victim@example.org"


@pytest.mark.parametrize(
    "recipient",
    [
        "zoe@example.org\nBcc: victim@example.org",
        "zoe@example.org\r\n\r\nbody",
        "zoe@example.org, victim@example.org",
        "zoe@example.org; victim@example.org",
        "Zoe <zoe@example.org>",
        "no address",
        "",
        "zoé@example.org",
        "zoe@exämple.org",
        "zoe@example.org\0",
        '"a@b"@example.org',
    ],
)
def test_a_strange_recipient_harms_no_other_mail(db_session, settings, clock, server, recipient):
    """It goes to one mailbox or to none, and the mails behind it go out."""
    if "\0" in recipient and db_session.get_bind().dialect.name == "postgresql":
        pytest.skip("PostgreSQL stores no NUL")
    write(clock[-1], replace(LETTER, recipient=recipient), reason="strange")
    write(clock[-1], reason="the next")
    send_waiting(by_smtp(settings, server))
    assert ["zoe@example.org"] in [envelope.recipients for envelope in server.envelopes]
    assert not [envelope for envelope in server.envelopes if "victim" in str(envelope.recipients)]
    assert all(envelope.message["Bcc"] is None for envelope in server.envelopes)
    assert all(len(envelope.recipients) == 1 for envelope in server.envelopes)
    strange, following = rows()
    assert following.sent_at is not None
    assert strange.sent_at is not None or strange.last_error


@pytest.mark.parametrize(
    "name", ["Rebelote, the shop", 'The "Re" shop', "Décennie & Cie", "Shop <x@y.example>", "a@b"]
)
def test_any_name_of_a_shop_is_one_sender(db_session, settings, clock, server, name):
    smtp = by_smtp(replace(settings, shop=replace(settings.shop, name=name)), server)
    write(clock[-1])
    assert send_waiting(smtp) == 1
    (address,) = server.envelopes[0].message["From"].addresses
    assert (address.display_name, address.addr_spec) == (name, "bonjour@rebelote.example")


def test_a_letter_with_everything_arrives_as_it_was(db_session, settings, clock, server):
    text = "Prix : 1 299 € 📱\n.\n..\n" + "x" * 3000 + "\n\u202bשלום\u202c"
    write(clock[-1], Letter("zoe@example.org", "É" * 250 + " 📱", text))
    assert send_waiting(by_smtp(settings, server)) == 1
    message = server.envelopes[0].message
    assert message["Subject"] == "É" * 250 + " 📱"
    assert message.get_content().replace("\r\n", "\n").strip() == text


def test_at_most_as_many_as_asked_go_out_at_once(db_session, settings, clock):
    for number in range(5):
        write(clock[-1], reason=f"mail {number}")
    assert send_waiting(settings, limit=3) == 3
    assert send_waiting(settings, limit=3) == 2


@pytest.mark.parametrize("reason", ["account-code-7", "claim-1-2-3", "invitation-abc"])
def test_a_secret_that_went_out_is_nowhere_in_the_database(db_session, clock, settings, reason):
    write(clock[-1], reason=reason)
    write(clock[-1], reason="order 1 placed")
    assert send_waiting(settings) == 2
    assert "Hello Zo" in files(settings)[0].read_text()
    secret, order = rows()
    assert (secret.subject, secret.text, secret.html, secret.facts) == ("Your order", "", "", "")
    assert (order.text, order.html) == (LETTER.text, LETTER.html)
