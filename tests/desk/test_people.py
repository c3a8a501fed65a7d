"""The desk's people: found, given and taken roles after a second look, signed out; never without an operator."""

import re
import threading
from collections.abc import Callable

import pytest

from storefront.accounts.errors import AccountRefused
from storefront.accounts.models import Person
from storefront.accounts.passwords import hash_password
from storefront.accounts.roles import change_roles
from storefront.core.clock import utcnow
from storefront.core.database import db, transaction
from storefront.core.mail import OutgoingMail
from storefront.desk.people import queries
from storefront.desk.people.forms import PeopleFilters
from storefront.personal.actions import close
from storefront.sellers.members import join

from ..accounts.test_second_factor import turned_on
from ..factories import NOW, make_person, make_seller
from ..signing_in import sign_in
from .budget import overweight
from .world import CUSTOMER, OPERATOR, SELLER, populate

PASSWORD = "four words in a row"


@pytest.fixture
def world(app):
    made = populate(app)
    with app.app_context():
        db.session.get_one(Person, id_of(made, OPERATOR)).password_hash = hash_password(PASSWORD)
        db.session.commit()
    return made


def id_of(world, actor: str) -> int:
    with world.app.app_context():
        return db.session.query(Person.id).filter_by(email=f"{actor}@example.com").scalar()


def listed(**filters: str) -> list[str]:
    return [row.email for row in queries.people_page(PeopleFilters(**filters), cursor="").rows]


def test_people_are_found_by_role_and_words(db_session, now):
    make_person("a@example.com", name="Ada Lovelace", roles=("operator",))
    seller = make_person("b@example.com", name="Grace Hopper", roles=("repairer", "business"))
    join(person_id=seller.id, seller_id=make_seller().id, now=now)
    make_person("c@example.com", closed_at=now)

    assert listed() == ["a@example.com", "b@example.com"]
    assert listed(role="operator") == ["a@example.com"]
    assert listed(role="seller") == listed(role="repairer") == listed(text="GRACE b@") == ["b@example.com"]
    [row] = queries.people_page(PeopleFilters(role="seller"), cursor="").rows
    assert (row.roles, row.sellers, row.has_second_factor) == (("business", "repairer"), 1, False)


def test_the_list_goes_on_by_pages_of_two_statements(world, count_sql):
    client = world.people[OPERATOR].client
    with count_sql() as few:
        client.get("/desk/people")
    with world.app.app_context():
        for place in range(queries.PEOPLE):
            make_person(f"p{place:03d}@example.com", roles=("repairer",))
        db.session.commit()
    with count_sql() as many:
        first = client.get("/desk/people")
    following = re.findall(r'href="(/desk/people[^"]*at=[^"]*)"', first.text)[0].replace("&amp;", "&")

    # Who it is: two.
    assert (len(few), len(many)) == (4, 4)
    assert first.text.count('<th scope="row">') == queries.PEOPLE
    assert client.get(following).text.count('<th scope="row">') == 8


def test_roles_change_after_a_second_look_and_their_owner_is_told(world):
    client, person_id = world.people[OPERATOR].client, id_of(world, CUSTOMER)
    page = client.get(f"/desk/people/{person_id}")
    look = client.submit(page, "/roles", {"role": ["operator", "repairer"]})
    done = client.submit(look, "/roles", {"current": PASSWORD})

    assert "Becomes operator." in look.text
    assert done.status_code == 303
    with world.app.app_context():
        person = db.session.get_one(Person, person_id)
        assert person.roles == {"operator", "repairer"}
        assert [mail.recipient for mail in db.session.query(OutgoingMail)] == ["customer@example.com"]
    # The second of two who looked at the same page is told.
    assert client.submit(look, "/roles").status_code == 409
    assert world.people[CUSTOMER].client.get("/desk").status_code == 200


def given_with(client, look, **proof: str) -> tuple[int, list[str]]:
    """How the confirmation of roles with this proof was answered, and the fields that it complains of."""
    answer = client.submit(look, "/roles", proof)
    return answer.status_code, re.findall(r'<a href="#i-(\w+)">', answer.text)


def test_the_whole_shop_is_given_away_by_the_operators_own_password_alone(world):
    client, person_id = world.people[OPERATOR].client, id_of(world, CUSTOMER)
    look = client.get(f"/desk/people/{person_id}/roles?role=operator")

    assert given_with(client, look) == (422, ["current"])
    assert given_with(client, look, current="customer's") == (422, ["current"])
    with world.app.app_context():
        assert not db.session.get_one(Person, person_id).is_operator
    assert given_with(client, look, current=PASSWORD) == (303, [])
    # What takes nothing over needs no more than the second look.
    assert given_with(client, client.get(f"/desk/people/{person_id}/roles?role=operator&role=repairer")) == (
        303,
        [],
    )


def test_wrong_passwords_for_giving_it_slow_down_the_next_ones(world):
    client, person_id = world.people[OPERATOR].client, id_of(world, CUSTOMER)
    look = client.get(f"/desk/people/{person_id}/roles?role=operator")
    answers = [given_with(client, look, current=f"wrong {nth}")[0] for nth in range(12)]

    assert answers[0] == 422
    assert 429 in answers
    assert set(answers) <= {422, 429}


def test_a_second_factor_is_asked_for_as_well(world):
    client, person_id = world.people[OPERATOR].client, id_of(world, CUSTOMER)
    with world.app.test_request_context():
        own = db.session.get_one(Person, id_of(world, OPERATOR))
        codes = turned_on(own, utcnow())
        db.session.commit()
        sign_in(client, own)
    look = client.get(f"/desk/people/{person_id}/roles?role=operator")

    assert given_with(client, look, current=PASSWORD) == (422, ["code"])
    assert given_with(client, look, current=PASSWORD, code="000000000000") == (422, ["code"])
    assert given_with(client, look, current=PASSWORD, code=codes[0]) == (303, [])
    assert given_with(client, look, current=PASSWORD, code=codes[0])[0] == 409


def test_looking_changes_nothing_and_no_change_says_so(world):
    client, person_id = world.people[OPERATOR].client, id_of(world, CUSTOMER)
    assert "Nothing would change." in client.get(f"/desk/people/{person_id}/roles").text
    assert "Becomes repairer." in client.get(f"/desk/people/{person_id}/roles?role=repairer&role=king").text
    with world.app.app_context():
        assert db.session.get_one(Person, person_id).roles == frozenset()


def test_the_last_operator_stays(world):
    client, own_id = world.people[OPERATOR].client, id_of(world, OPERATOR)
    look = client.get(f"/desk/people/{own_id}/roles")
    refused = client.submit(look, "/roles")
    with world.app.app_context():
        make_person("other@example.com", roles=("operator",))
        db.session.commit()

    assert refused.status_code == 409
    assert "last operator" in refused.text
    assert client.submit(look, "/roles").status_code == 303
    assert client.get("/desk").status_code == 404


def take_from(person_id: int, by_id: int) -> None:
    change_roles(person_id=person_id, roles=(), seen=("operator",), by_id=by_id, now=NOW)


def close_own(_person_id: int, by_id: int) -> None:
    close(person_id=by_id, now=NOW)


@pytest.mark.parametrize(
    "ways",
    [(take_from, take_from), (close_own, close_own), (take_from, close_own)],
    ids=("two taken", "two closed", "taken and closed"),
)
def test_two_operators_who_go_at_the_same_moment_leave_one(app, ways):
    with app.app_context():
        ids = [make_person(roles=("operator",)).id for _nth in range(2)]
        db.session.commit()
    gate = threading.Barrier(2)
    ends = []

    def go(way: Callable[[int, int], None], person_id: int, by_id: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    way(person_id, by_id)
                ends.append("taken")
            except AccountRefused:
                ends.append("refused")

    # Each pair takes from two different operators: their other, or themselves.
    pairs = (ids, ids[::-1]) if ways[0] is ways[1] else (ids, ids)
    threads = [threading.Thread(target=go, args=(way, *pair)) for way, pair in zip(ways, pairs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["refused", "taken"]
    with app.app_context():
        assert sum(db.session.get_one(Person, number).is_operator for number in ids) == 1


def test_signing_somebody_out_ends_all_of_their_sessions(world):
    operator, seller = world.people[OPERATOR].client, world.people[SELLER].client
    with world.app.app_context():
        person = db.session.query(Person).filter_by(email="seller@example.com").one()
        second = world.app.test_client()
        sign_in(second, person)
        person_id = person.id
    page = operator.get(f"/desk/people/{person_id}")
    assert page.text.count("last seen") == 2
    done = operator.submit(page, f"{person_id}/sign-out")
    assert (done.status_code, "Signed out everywhere." in operator.get("/desk/people").text) == (303, True)
    assert "Signed out everywhere." not in operator.get("/desk/people").text, "said once"

    assert [browser.get("/desk").status_code for browser in (seller, second, operator)] == [303, 303, 200]
    assert "Signed in nowhere." in operator.get(f"/desk/people/{person_id}").text


def test_no_page_shows_a_password(world):
    with world.app.app_context():
        person = make_person("known@example.com", password="four words in a row")
        db.session.commit()
        person_id, hashed = person.id, person.password_hash
    client = world.people[OPERATOR].client
    pages = client.get("/desk/people").text + client.get(f"/desk/people/{person_id}").text
    assert hashed
    assert hashed not in pages
    assert "argon2" not in pages


def test_pages_and_sheets_fit_the_desks_budget(world):
    client = world.people[OPERATOR].client
    with world.app.app_context():
        for _nth in range(queries.PEOPLE):
            make_person(roles=("business", "repairer"))
        db.session.commit()
    assert overweight(client, ["/desk/people", f"/desk/people/{id_of(world, SELLER)}"]) == {}
