"""Joining the network: a form, a mailbox, a person who looks; and the repairer's own page."""

import html
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from storefront.core.mail import OutgoingMail
from storefront.repair.network import joining
from storefront.repair.network.models import Repairer, RepairerEvent, RepairerPrice
from tests.factories import make_person, make_repairer, make_town
from tests.forging import forged
from tests.shopper import ShopClient

AN_APPLICATION = {
    "name": "Réparation Crébillon",
    "register_number": "303 265 045 00003",
    "email": "Bonjour@Crebillon.example",
    "street": "3 rue Crébillon",
    "postcode": "44000",
    "city": "Nantes",
    "country": "FR",
    "categories": ["smartphones", "laptops"],
    "ways": ["drop_off", "mail_in"],
    "languages": ["fr"],
    "hours": "Mardi à samedi, 10 h - 19 h",
    "phone": "",
    "website": "crebillon.example",
    "insurer": "Mutuelle des Vis",
    "insurance_policy": "V-2026-1",
    "agreed": "yes",
}


def apply(client: ShopClient, **fields: Any) -> Any:
    page = client.get("/repair/join")
    return client.submit(page, "/repair/join", {**AN_APPLICATION, **fields})


def mailed_link(db_session: scoped_session[Any], email: str = "bonjour@crebillon.example") -> str:
    db_session.rollback()
    newest = select(OutgoingMail.text).where(OutgoingMail.recipient == email).order_by(OutgoingMail.id.desc())
    text = db_session.scalars(newest.limit(1)).one()
    found = re.search(r"/repair/yours/\S+", text)
    assert found is not None
    return found[0]


def the_repairer(db_session: scoped_session[Any]) -> Repairer:
    db_session.rollback()
    return db_session.scalars(select(Repairer)).one()


@pytest.fixture(autouse=True)
def nantes(db_session: scoped_session[Any]) -> None:
    make_town("Nantes")
    db_session.commit()


def test_an_application_is_kept_whole_and_placed(client: ShopClient, db_session: scoped_session[Any]) -> None:
    answer = apply(client, bonus_label="yes")

    assert (answer.status_code, answer.location) == (303, "/repair/sent")
    found = the_repairer(db_session)
    kept = {
        name: getattr(found, name)
        for name in (
            "name", "email", "register_number", "street", "postcode", "city", "country", "website", "insurer",
            "insurance_policy", "languages", "ways", "bonus_label", "standing", "verified_until", "proved_at", "slug",
        )
    }  # fmt: skip
    assert kept == {
        "name": "Réparation Crébillon",
        "email": "bonjour@crebillon.example",
        "register_number": "30326504500003",
        "street": "3 rue Crébillon",
        "postcode": "44000",
        "city": "Nantes",
        "country": "FR",
        "website": "https://crebillon.example",
        "insurer": "Mutuelle des Vis",
        "insurance_policy": "V-2026-1",
        "languages": "fr",
        "ways": ("drop_off", "mail_in"),
        "bonus_label": True,
        "standing": "applied",
        "verified_until": None,
        "proved_at": None,
        "slug": "reparation-crebillon-nantes",
    }
    assert (found.lat, found.lon) == (47.21725, -1.55336)
    assert [row.category for row in found.categories] == ["laptops", "smartphones"]


def test_the_mailed_link_proves_the_mailbox_and_takes_prices(
    client: ShopClient, db_session: scoped_session[Any]
) -> None:
    apply(client)
    page = client.get(mailed_link(db_session))
    assert "prove" in page.text
    # A link alone changes nothing: mail readers open links, too.
    assert the_repairer(db_session).proved_at is None

    prices = {"price-smartphones-screen": "89,90 - 149", "price-laptops-battery": "75"}
    done = client.submit(page, "/repair/yours/", prices)

    assert done.status_code == 303
    assert the_repairer(db_session).proved_at is not None
    rows = db_session.scalars(select(RepairerPrice).order_by(RepairerPrice.category))
    assert [(row.category, row.fault, row.low_minor, row.high_minor) for row in rows] == [
        ("laptops", "battery", 7500, 7500),
        ("smartphones", "screen", 8990, 14900),
    ]
    assert [event.what for event in db_session.scalars(select(RepairerEvent).order_by(RepairerEvent.id))] == [
        "applied",
        "edited",
    ]
    again = client.get(done.location).text
    assert 'value="89.90-149"' in again
    assert "a person looks at everything" in again


@pytest.mark.parametrize(
    ("field", "value", "wrong"),
    [
        ("register_number", "303 265 045 00004", "register_number"),
        ("register_number", "12345", "register_number"),
        ("register_number", "", "register_number"),
        ("email", "nobody", "email"),
        ("name", "", "name"),
        ("categories", None, "categories"),
        ("categories", "aeroplanes", "categories"),
        ("ways", None, "ways"),
        ("languages", None, "languages"),
        ("insurer", "", "insurer"),
        ("country", "US", "country"),
        ("postcode", "4400", "postcode"),
        ("website", "javascript:alert(1)", "website"),
        ("website", "ftp://example.com", "website"),
        ("website", "example.com/" + "x" * 488, "website"),
        ("phone", "call me", "phone"),
        ("agreed", None, "agreed"),
        ("hours", "x" * 601, "hours"),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_kept_on_the_page(
    client: ShopClient, db_session: scoped_session[Any], field: str, value: str | None, wrong: str
) -> None:
    answer = apply(client, **{field: value})

    assert answer.status_code == 422
    assert f'id="e-{wrong}"' in answer.text
    assert "Réparation Crébillon" in answer.text or field == "name"
    assert db_session.scalar(select(Repairer.id)) is None


def test_a_place_that_nobody_knows_is_asked_for_again(client: ShopClient) -> None:
    answer = apply(client, postcode="96000", city="Nowhere")

    assert (answer.status_code, 'id="e-city"' in answer.text) == (422, True)


def test_applying_twice_without_a_proof_makes_one_application(
    client: ShopClient, db_session: scoped_session[Any]
) -> None:
    apply(client)
    apply(client, name="Réparation Crébillon et fils")

    assert the_repairer(db_session).name == "Réparation Crébillon et fils"


@pytest.mark.parametrize("standing", ["verified", "suspended", "applied"])
def test_who_is_known_gets_a_link_and_nobody_else_learns_of_it(
    client: ShopClient, db_session: scoped_session[Any], standing: str
) -> None:
    until = date(2030, 1, 1) if standing == "verified" else None
    make_repairer(
        email="bonjour@crebillon.example", name="The old one", standing=standing, verified_until=until
    )
    answer = apply(client)

    assert (answer.status_code, answer.location) == (303, "/repair/sent")
    assert the_repairer(db_session).name == "The old one"
    assert "The old one" in client.get(mailed_link(db_session)).text


def test_who_was_refused_may_apply_again(client: ShopClient, db_session: scoped_session[Any]) -> None:
    make_repairer(email="bonjour@crebillon.example", standing="refused", verified_until=None)
    apply(client)

    db_session.rollback()
    standings = db_session.scalars(select(Repairer.standing).order_by(Repairer.id)).all()
    assert standings == ["refused", "applied"]
    assert "Crébillon" in client.get(mailed_link(db_session)).text


def test_asking_for_the_link_never_tells_whether_there_is_such_a_repairer(
    client: ShopClient, db_session: scoped_session[Any]
) -> None:
    make_repairer(email="known@example.com")
    answers = []
    for email in ("known@example.com", "stranger@example.com"):
        page = client.get("/repair/yours")
        answer = client.submit(page, "/repair/yours", {"email": email})
        answers.append(
            (answer.status_code, answer.location, client.get("/repair/sent").text.replace(email, ""))
        )

    assert answers[0] == answers[1]
    db_session.rollback()
    assert db_session.scalars(select(OutgoingMail.recipient)).all() == ["known@example.com"]


def test_a_mailbox_is_not_written_to_without_end(client: ShopClient) -> None:
    make_repairer(email="known@example.com")
    codes = [
        client.submit(
            client.get("/repair/yours"), "/repair/yours", {"email": "known@example.com"}
        ).status_code
        for _ in range(4)
    ]
    assert codes == [303, 303, 303, 429]


def test_a_link_that_was_changed_or_is_old_or_of_another_mailbox_opens_nothing(
    client: ShopClient, db_session: scoped_session[Any]
) -> None:
    apply(client)
    link = mailed_link(db_session)
    assert client.get(link).status_code == 200
    assert client.get(forged(link)).status_code == 404
    assert client.get("/repair/yours/nonsense").status_code == 404

    the_repairer(db_session).email = "moved@example.com"
    assert client.get(link).status_code == 404


def test_who_was_overtaken_sees_what_differs_and_may_save_again(
    client: ShopClient, db_session: scoped_session[Any]
) -> None:
    apply(client)
    link = mailed_link(db_session)
    first, second = client.get(link), client.get(link)
    faster = {
        "hours": "Never",
        "ways": ["at_home"],
        "price-smartphones-screen": "60-90",
        "price-laptops-battery": "75",
    }
    assert client.submit(first, "/repair/yours/", faster).status_code == 303
    typed = {"hours": "Always", "price-smartphones-screen": "60 - 80", "price-laptops-battery": " 75 "}
    late = client.submit(second, "/repair/yours/", typed)

    assert (late.status_code, "Always" in late.text) == (409, True)
    assert the_repairer(db_session).hours == "Never"
    alert = html.unescape(late.text[late.text.index('role="alert"') :].partition("</ul>")[0])
    differs = re.findall("<li>(.*?)</li>", alert)
    assert differs == [
        "How devices reach you: We come to their place",
        "Opening hours: Never",
        "Smartphones, the screen is cracked, dark or doesn't react: 60-90",
    ]

    assert client.submit(late, "/repair/yours/", {}).status_code == 303
    found = the_repairer(db_session)
    assert (found.hours, found.ways) == ("Always", ("drop_off", "mail_in"))
    assert [price.high_minor for price in found.prices] == [8000, 7500]


def test_what_was_done_is_said_once(client: ShopClient, db_session: scoped_session[Any]) -> None:
    apply(client)
    link = mailed_link(db_session)
    for _ in range(2):
        client.submit(client.get(link), "/repair/yours/", {"hours": "Never"})

    assert "Saved. Thank you!" in client.get(link).text
    assert "Saved. Thank you!" not in client.get(link).text


@pytest.mark.parametrize("price", ["0", "-5", "90-60", "abc", "1-2-3", "6000", "10-99999"])
def test_prices_that_can_not_be_are_refused(
    client: ShopClient, db_session: scoped_session[Any], price: str
) -> None:
    apply(client)
    page = client.get(mailed_link(db_session))
    answer = client.submit(page, "/repair/yours/", {"price-smartphones-screen": price})

    assert (answer.status_code, 'id="e-price-smartphones-screen"' in answer.text) == (422, True)
    assert the_repairer(db_session).proved_at is None


def test_an_account_with_the_mailbox_is_let_in_and_others_are_not(
    client: ShopClient, db_session: scoped_session[Any]
) -> None:
    make_repairer(email="known@example.com", name="The known one")
    make_person("known@example.com", password="a few words in a row")
    page = client.get("/sign-in")
    client.submit(page, "/sign-in", {"email": "known@example.com", "password": "a few words in a row"})

    assert "Your page as a repairer" in client.get("/account").text
    assert "The known one" in client.get("/repair/yours", follow_redirects=True).text


def test_applications_that_nobody_proved_are_deleted_after_two_weeks(
    db_session: scoped_session[Any], now: datetime
) -> None:
    made: dict[str, Any] = {"standing": "applied", "verified_until": None}
    old = now - timedelta(days=15)
    make_repairer(slug="old", created_at=old, proved_at=None, categories=["audio"], **made)
    make_repairer(slug="proved", created_at=old, proved_at=old, **made)
    make_repairer(slug="young", created_at=now - timedelta(days=13), proved_at=None, **made)

    joining.purge(now=now)

    assert db_session.scalars(select(Repairer.slug).order_by(Repairer.slug)).all() == ["proved", "young"]
