"""The second factor: a code once, recovery codes once, nothing of either in the database."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import sqlalchemy as sa

from storefront.accounts import halfway, second_factor
from storefront.accounts.errors import AccountRefused, TooManyTries
from storefront.accounts.models import Person, RecoveryCode
from storefront.accounts.proving import by_second_factor
from storefront.core.clock import utcnow
from storefront.core.database import db, transaction
from storefront.core.errors import FormInvalid
from storefront.core.mail import OutgoingMail
from tests.factories import make_person
from tests.signing_in import sign_in

PASSWORD = "four words in a row"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def code_at(person: Person, moment: datetime) -> str:
    return pyotp.TOTP(second_factor.secret_of(person.id, person.totp_salt)).at(moment)


def secret_of(person: Person) -> str:
    return second_factor.secret_of(person.id, person.totp_salt)


def turned_on(person: Person, moment: datetime) -> list[str]:
    salt = second_factor.new_salt()
    first = pyotp.TOTP(second_factor.secret_of(person.id, salt)).at(moment)
    return second_factor.turn_on(person_id=person.id, salt=salt, code=first, keep=None, now=moment)


@pytest.fixture
def operator(db_session) -> Person:
    return make_person("odile@example.com", password=PASSWORD, roles=("operator",))


@pytest.fixture
def in_request(app, operator):
    with app.test_request_context():
        yield operator


def test_it_is_set_up_with_an_app_and_then_asked_for(client, db_session, operator, app):
    sign_in(client, operator)
    page = client.get("/account/second-factor")
    secret = "".join(re.findall(r"<b>((?:[A-Z2-7]{4} )+)</b>", page.text)[0].split())
    assert f"secret={secret}" in page.text
    assert 'src="data:image/svg+xml' in page.text
    fields = {"code": pyotp.TOTP(secret).at(utcnow()), "current": PASSWORD}
    thief = app.test_client()
    sign_in(thief, operator)
    assert thief.get("/account").status_code == 200
    copy = app.test_client()
    copy.set_cookie("rebelote", client.get_cookie("rebelote").value)
    shown = client.submit(page, "/on", fields)
    recovery = re.findall(r"<b>(\d{4} \d{4} \d{4})</b>", shown.text)
    assert (shown.status_code, len(set(recovery))) == (200, 10)
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert recovery[0] not in client.get("/account/second-factor").text
    assert client.get("/account").status_code == 200
    assert thief.get("/account").status_code == 303, "whoever came in by the password alone is out"
    assert copy.get("/account").status_code == 303, "and so is whoever copied this browser's cookie"

    phone = app.test_client()
    lou = {"email": "odile@example.com", "password": PASSWORD}
    half = phone.submit(phone.get("/sign-in?next=/cart"), "/sign-in", lou, follow_redirects=True)
    assert half.request.path == "/sign-in/code"
    assert phone.get("/account").status_code == 303, "half in is not in"
    assert phone.submit(half, "/sign-in/code", {"code": "000 000"}).status_code == 422
    # By a phone whose clock is a little fast: each code is taken once, and half a minute needn't have passed.
    fast = pyotp.TOTP(secret).at(utcnow() + timedelta(seconds=30))
    entered = phone.submit(half, "/sign-in/code", {"code": fast})
    assert (entered.status_code, entered.headers["Location"]) == (303, "/cart")

    other = app.test_client()
    half = other.submit(other.get("/sign-in"), "/sign-in", lou, follow_redirects=True)
    replayed = other.submit(half, "/sign-in/code", {"code": fields["code"]})
    assert replayed.status_code == 422
    assert other.submit(half, "/sign-in/code", {"code": recovery[0]}).status_code == 303


def test_setting_it_up_takes_the_password_and_a_right_code(client, db_session, operator):
    sign_in(client, operator)
    page = client.get("/account/second-factor")
    secret = re.findall(r"secret=([A-Z2-7]+)", page.text)[0]
    right = pyotp.TOTP(secret).at(utcnow())
    for fields in ({"code": right, "current": "not my password"}, {"code": "123", "current": PASSWORD}):
        assert client.submit(page, "/on", fields).status_code == 422
    db_session.expire_all()
    assert not operator.has_second_factor
    assert secret in client.get("/account/second-factor").text, "the app needn't be told again"


def test_a_code_counts_once_and_so_do_those_before_it(in_request):
    turned_on(in_request, AT)
    with pytest.raises(FormInvalid):
        second_factor.use(person_id=in_request.id, code=code_at(in_request, AT), now=AT)
    later = AT + timedelta(seconds=60)
    earlier = code_at(in_request, AT + timedelta(seconds=30))
    second_factor.use(person_id=in_request.id, code=code_at(in_request, later), now=later)
    for code in (code_at(in_request, later), earlier):
        with pytest.raises(FormInvalid):
            second_factor.use(person_id=in_request.id, code=code, now=later)


def test_a_code_seen_over_the_shoulder_lets_in_one_of_two(app, operator, db_session):
    turned_on(operator, AT)
    later = AT + timedelta(seconds=60)
    person_id, code = operator.id, code_at(operator, later)
    db_session.commit()
    start = threading.Barrier(2)

    def use(_number: int) -> bool:
        start.wait(60)
        with app.test_request_context():
            try:
                with transaction():
                    second_factor.use(person_id=person_id, code=code, now=later)
            except FormInvalid:
                return False
            return True

    with ThreadPoolExecutor(2) as browsers:
        assert sorted(browsers.map(use, range(2))) == [False, True]


def test_a_phone_s_clock_may_be_half_a_minute_wrong_and_no_more(in_request):
    turned_on(in_request, AT - timedelta(hours=1))
    for wrong_by in (-60, 60):
        code = code_at(in_request, AT + timedelta(seconds=wrong_by))
        with pytest.raises(FormInvalid):
            second_factor.use(person_id=in_request.id, code=code, now=AT)
    for wrong_by in (-30, 0, 30):
        code = code_at(in_request, AT + timedelta(seconds=wrong_by))
        second_factor.use(person_id=in_request.id, code=code, now=AT)


def test_a_recovery_code_counts_once_and_is_told(in_request):
    recovery = turned_on(in_request, AT)
    second_factor.use(person_id=in_request.id, code=recovery[3], now=AT)
    with pytest.raises(FormInvalid):
        second_factor.use(person_id=in_request.id, code=recovery[3], now=AT)
    with pytest.raises(FormInvalid):
        second_factor.use(person_id=make_other().id, code=recovery[4], now=AT)
    assert second_factor.left(in_request.id) == 9
    told = db.session.scalars(sa.select(OutgoingMail.text).order_by(OutgoingMail.id)).all()
    assert "9 are left" in told[1]


def make_other() -> Person:
    other = make_person()
    turned_on(other, AT)
    return other


def test_a_stolen_database_makes_no_codes(in_request, make_app):
    recovery = turned_on(in_request, AT)
    kept = {in_request.totp_salt, *db.session.scalars(sa.select(RecoveryCode.code_hash))}
    assert not kept & {secret_of(in_request), *recovery}
    elsewhere = make_app(SECRET_KEY="the key of another shop")
    with elsewhere.test_request_context():
        theirs = secret_of(in_request)
    assert theirs != secret_of(in_request)


def test_a_salt_planted_in_a_browser_tells_its_planter_nothing(client, app, db_session, operator):
    """Somebody signs in as themselves, and puts their cookie into another's browser, who then sets up an app."""
    planter = app.test_client()
    sign_in(planter, make_person("planter@example.com"))
    theirs = re.findall(r"secret=([A-Z2-7]+)", planter.get("/account/second-factor").text)
    with planter.session_transaction() as session:
        planted = dict(session)
    with client.session_transaction() as session:
        session.update({name: value for name, value in planted.items() if not name.startswith("_")})
    fields = {"email": "odile@example.com", "password": PASSWORD}
    assert client.submit(client.get("/sign-in"), "/sign-in", fields).status_code == 303
    with client.session_transaction() as session:
        assert not [name for name in session if name.startswith("account_")]
    with client.session_transaction() as session:
        session["account_salt"] = planted["account_salt"]
    mine = re.findall(r"secret=([A-Z2-7]+)", client.get("/account/second-factor").text)
    assert len(mine) == len(theirs) == 1
    assert mine != theirs


def test_guessing_slows_down(app, operator, db_session):
    turned_on(operator, AT)
    db_session.commit()
    person_id, answers = operator.id, []
    with app.test_request_context():
        for _ in range(6):
            try:
                by_second_factor(person_id=person_id, email="odile@example.com", code="000000", now=AT)
            except FormInvalid:
                answers.append("wrong")
            except TooManyTries as error:
                answers.append(f"{error.wait.total_seconds():.0f}")
    assert answers == ["wrong"] * 5 + ["2"]


def test_half_a_sign_in_lasts_ten_minutes_and_no_change_of_password(client, operator, app, db_session):
    turned_on(operator, utcnow() - timedelta(hours=1))
    fields = {"email": "odile@example.com", "password": PASSWORD}
    client.submit(client.get("/sign-in"), "/sign-in", fields)
    with client.session_transaction() as session:
        session[halfway._NAME] = {**session[halfway._NAME], "at": utcnow().timestamp() - 601}
    assert client.get("/sign-in/code").status_code == 303
    client.submit(client.get("/sign-in"), "/sign-in", fields)
    assert client.get("/sign-in/code").status_code == 200
    operator.password_hash = "$another"
    db_session.commit()
    assert client.get("/sign-in/code").status_code == 303


def test_turning_it_off_takes_the_password_and_is_told(client, operator, db_session):
    turned_on(operator, AT)
    sign_in(client, operator)
    page = client.get("/account/second-factor")
    assert "10 recovery codes" in page.text
    assert client.submit(page, "/off", {"current": "not my password"}).status_code == 422
    assert client.submit(page, "/off", {"current": PASSWORD}).status_code == 303
    db_session.expire_all()
    assert (operator.has_second_factor, second_factor.left(operator.id)) == (False, 0)
    told = db_session.scalars(sa.select(OutgoingMail.text).order_by(OutgoingMail.id.desc())).first()
    assert "any more" in (told or "")


def test_it_can_not_be_turned_on_twice(in_request):
    turned_on(in_request, AT)
    with pytest.raises(AccountRefused):
        turned_on(in_request, AT)
