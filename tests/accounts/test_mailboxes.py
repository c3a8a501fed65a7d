"""Opening an account, forgetting the password, moving to another address: a mailed code, one answer for all."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storefront.accounts import codes, mailboxes, queries
from storefront.accounts.errors import CodeGone
from storefront.accounts.models import MailedCode, Person, SignIn
from storefront.accounts.rules import CODE_LASTS
from storefront.core.database import db
from storefront.core.mail import OutgoingMail
from tests.factories import make_person
from tests.signing_in import sign_in

PASSWORD = "four words in a row"
ME = {"email": "lou@example.com", "name": "Lou", "password": PASSWORD}


def last_mail() -> OutgoingMail:
    db.session.rollback()
    return db.session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(1)).one()


def mails() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(OutgoingMail.id))) or 0


def code_of(mail: OutgoingMail) -> str:
    found = re.search(r"^ +([0-9]{4} [0-9]{4})$", mail.text, re.MULTILINE)
    assert found, mail.text
    return found[1]


def ask(client, **fields):
    return client.submit(client.get("/sign-up"), "/sign-up", {**ME, **fields}, follow_redirects=True)


def people() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(sa.select(Person.email)))


def test_a_code_by_mail_opens_an_account_and_signs_in(client, db_session):
    asked = ask(client, email="Lou@Example.COM")
    assert people() == []
    mail = last_mail()
    assert (mail.recipient, asked.request.path) == ("lou@example.com", "/sign-up/code")
    opened = client.submit(asked, "/sign-up/code", {"code": code_of(mail)}, follow_redirects=True)
    assert opened.request.path == "/account"
    assert "Hello, Lou" in opened.text
    person = queries.by_email("LOU@example.com")
    assert person is not None
    assert (person.roles, person.confirmed_at is not None) == (frozenset(), True)


def test_it_goes_on_to_where_one_was_heading(client, db_session):
    page = client.submit(client.get("/sign-up?next=/checkout"), "/sign-up", ME, follow_redirects=True)
    opened = client.submit(page, "/sign-up/code", {"code": code_of(last_mail())})
    assert opened.headers["Location"] == "/checkout"


def test_the_code_counts_in_one_browser_only(client, db_session, app):
    """Else somebody could sign up in another's name, and have that person type the code for them."""
    ask(client)
    mine = code_of(last_mail())
    stranger = app.test_client()
    theirs = ask(stranger, password="the stranger's own words")
    refused = client.submit(client.get("/sign-up/code"), "/sign-up/code", {"code": code_of(last_mail())})
    assert refused.status_code == 422
    assert stranger.submit(theirs, "/sign-up/code", {"code": mine}).status_code == 422
    assert people() == []


def test_five_wrong_codes_are_enough(client, db_session):
    page = ask(client)
    right = code_of(last_mail())
    wrong = "0000 0000" if right != "0000 0000" else "1111 1111"
    answers = [client.submit(page, "/sign-up/code", {"code": wrong}).status_code for _ in range(5)]
    late = client.submit(page, "/sign-up/code", {"code": right})
    assert (answers, late.status_code) == ([422] * 5, 409)
    assert "ask for a new one" in late.text
    assert people() == []


def test_a_code_counts_once_and_for_half_an_hour(app, db_session, now):
    def redeem(key: str, later: timedelta) -> str:
        codes.count_try(key=key, now=now + later)
        code = code_of(last_mail()).replace(" ", "")
        return mailboxes.sign_up(key=key, code=code, language="en", now=now + later).email

    with app.test_request_context():
        key = mailboxes.ask_to_sign_up(
            email="lou@example.com", name="", password_hash="x", language="en", now=now
        )
        db_session.commit()
        assert redeem(key, CODE_LASTS - timedelta(seconds=1)) == "lou@example.com"
        with pytest.raises(CodeGone):
            redeem(key, timedelta(minutes=1))
        late = mailboxes.ask_to_sign_up(
            email="max@example.com", name="", password_hash="x", language="en", now=now
        )
        db_session.commit()
        with pytest.raises(CodeGone):
            redeem(late, CODE_LASTS)


def stripped(html: str) -> str:
    """A page without what differs from one request to the next whoever asks: tokens."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", html)


@pytest.mark.parametrize("path", ["/sign-up", "/forgotten"])
def test_nobody_is_told_who_has_an_account(app, db_session, path):
    make_person("known@example.com", password=PASSWORD)
    answers = []
    for email in ("known@example.com", "stranger@example.com"):
        client = app.test_client()
        sent = client.submit(client.get(path), path, {**ME, "email": email})
        page = client.get(sent.headers["Location"])
        wrong = client.submit(page, "/code", {"code": "1234 5678", "password": "another few words"})
        answers.append(
            [
                (
                    answer.status_code,
                    answer.headers.get("Location"),
                    stripped(answer.text).replace(email, "..."),
                )
                for answer in (sent, page, wrong)
            ]
        )
    assert answers[0] == answers[1]
    assert answers[0][2][0] == 422
    assert mails() == 2


def test_who_signs_up_twice_is_told_by_mail(client, db_session):
    make_person("lou@example.com", password=PASSWORD, language="fr")
    ask(client, password="quite another password")
    assert "/fr/forgotten" in last_mail().text
    assert not re.search(r"[0-9]{4} [0-9]{4}", last_mail().text)
    assert db.session.scalar(sa.select(MailedCode.code_hash)) == ""


def test_a_new_password_ends_all_sessions_and_signs_in(client, db_session, app):
    person = make_person("lou@example.com", password="the old password")
    elsewhere = app.test_client()
    sign_in(elsewhere, person)
    page = client.submit(client.get("/forgotten"), "/forgotten", ME, follow_redirects=True)
    code = code_of(last_mail())
    done = client.submit(page, "/code", {"code": code, "password": PASSWORD}, follow_redirects=True)
    assert done.request.path == "/account"
    assert elsewhere.get("/account").status_code == 303
    # What was begun before signing in, its token included, is over.
    again = client.submit(page, "/code", {"code": code, "password": "yet another password"})
    assert again.status_code == 400
    other = app.test_client()
    assert other.submit(other.get("/sign-in"), "/sign-in", ME).headers["Location"] == "/account"
    assert "Your password was changed" in last_mail().text


def test_a_bad_password_does_not_cost_the_code(client, db_session):
    make_person("lou@example.com", password="the old password")
    page = client.submit(client.get("/forgotten"), "/forgotten", ME, follow_redirects=True)
    code = code_of(last_mail())
    for _ in range(6):
        refused = client.submit(page, "/code", {"code": code, "password": "short"})
    assert (refused.status_code, f'value="{code}"' in refused.text) == (422, True)
    assert client.submit(page, "/code", {"code": code, "password": PASSWORD}).status_code == 303


def test_an_account_moves_to_a_proved_address_and_tells_the_old_one(client, db_session):
    person = make_person("lou@example.com", password=PASSWORD)
    sign_in(client, person)
    page = client.get("/account/mail")
    wrong = client.submit(page, "/account/mail", {"email": "new@example.com", "current": "not my password"})
    assert (wrong.status_code, mails()) == (422, 0)
    assert 'value="new@example.com"' in wrong.text
    fields = {"email": "New@example.com", "current": PASSWORD}
    page = client.submit(page, "/account/mail", fields, follow_redirects=True)
    assert (last_mail().recipient, people()) == ("new@example.com", ["lou@example.com"])
    moved = client.submit(page, "/mail/code", {"code": code_of(last_mail())}, follow_redirects=True)
    assert "new@example.com from now on" in moved.text
    told = last_mail()
    assert (told.recipient, people()) == ("lou@example.com", ["new@example.com"])
    # A new password would be mailed to whoever took the account over.
    assert ("/en/contact" in told.text, "forgotten" in told.text + told.html) == (True, False)


def test_an_address_that_has_an_account_can_not_be_moved_to(client, db_session):
    sign_in(client, make_person("lou@example.com", password=PASSWORD))
    make_person("max@example.com")
    fields = {"email": "max@example.com", "current": PASSWORD}
    page = client.submit(client.get("/account/mail"), "/account/mail", fields, follow_redirects=True)
    assert "We have written to max@example.com" in page.text
    assert "has an account already" in last_mail().subject
    refused = client.submit(page, "/mail/code", {"code": "0000 0000"})
    assert (refused.status_code, people()) == (422, ["lou@example.com", "max@example.com"])


def test_of_two_who_move_to_one_address_at_once_the_second_is_told(client, db_session, app, now):
    lou, max_ = make_person("lou@example.com"), make_person("max@example.com")
    with app.test_request_context():
        key = mailboxes.ask_to_move(person_id=lou.id, email="new@example.com", now=now)
        db_session.commit()
        code = code_of(last_mail()).replace(" ", "")

        def max_is_faster(session, *_args):
            if lou in session.dirty:
                to_it = sa.update(Person).where(Person.id == max_.id).values(email="new@example.com")
                session.connection().execute(to_it)

        sa.event.listen(db.session, "before_flush", max_is_faster)
        try:
            with pytest.raises(CodeGone):
                mailboxes.move(key=key, code=code, person_id=lou.id, now=now)
        finally:
            sa.event.remove(db.session, "before_flush", max_is_faster)


def test_a_code_of_one_person_moves_nobody_else(client, db_session, app, now):
    lou, max_ = make_person("lou@example.com"), make_person("max@example.com")
    with app.test_request_context():
        key = mailboxes.ask_to_move(person_id=lou.id, email="new@example.com", now=now)
        db_session.commit()
        code = code_of(last_mail()).replace(" ", "")
        with pytest.raises(CodeGone):
            mailboxes.move(key=key, code=code, person_id=max_.id, now=now)


def test_one_connection_gets_five_mails_an_hour_to_one_mailbox(client, db_session):
    answers = [
        client.submit(client.get("/forgotten"), "/forgotten", {"email": "lou@example.com"}).status_code
        for _ in range(6)
    ]
    assert answers == [303] * 5 + [429]
    assert mails() == 5
    other = client.submit(client.get("/forgotten"), "/forgotten", {"email": "max@example.com"})
    assert other.status_code == 303


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "lou"}, "i-email"),
        ({"email": "lou@example.com\r\nBcc: all@example.com"}, "i-email"),
        ({"password": "short"}, "i-password"),
        ({"password": "w" * 201}, "i-password"),
        ({"password": "lou@example.com"}, "i-password"),
        ({"password": "Motdepasse123"}, "i-password"),
        ({"password": "zzzzzzzzzzzzzz"}, "i-password"),
        ({"name": "L" * 121}, "i-name"),
        ({"name": "Lo\0u"}, "i-name"),
    ],
)
def test_what_can_not_be_taken_is_said_and_the_rest_stays(client, db_session, fields, wrong):
    answer = ask(client, **fields)
    assert answer.status_code == 422
    assert re.findall(r'<a href="#(i-\w+)">', answer.text) == [wrong]
    assert ME["password"] not in answer.text
    assert "short" not in re.sub("shorten", "", answer.text)
    if "email" not in fields:
        assert 'value="lou@example.com"' in answer.text
    assert (mails(), db.session.query(SignIn).count()) == (0, 0)
