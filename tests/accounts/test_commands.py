"""`flask accounts ...`: the first operator, roles, and a way back for those who lost their phone."""

import pytest

from storefront.accounts import queries, second_factor
from storefront.accounts.passwords import fits
from storefront.core.clock import utcnow
from tests.factories import make_person

from .test_second_factor import turned_on

PASSWORD = "four words in a row"


@pytest.fixture
def run(app, db_session):
    def run(*arguments: str, typed: str = ""):
        db_session.commit()
        return app.test_cli_runner().invoke(args=["accounts", *arguments], input=typed)

    return run


def test_the_first_operator(run, db_session):
    made = run("create-operator", "Odile@Example.com", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert "/sign-in" in made.output
    assert PASSWORD not in made.output
    operator = queries.by_email("odile@example.com")
    assert operator is not None
    assert operator.is_operator
    assert operator.confirmed_at is not None
    assert fits(PASSWORD, operator.password_hash)


def test_a_password_from_the_standard_input(run, db_session):
    made = run("create-operator", "odile@example.com", "--password-stdin", typed=PASSWORD + "\n")
    assert made.exit_code == 0
    assert "Password" not in made.output
    operator = queries.by_email("odile@example.com")
    assert operator is not None
    assert fits(PASSWORD, operator.password_hash)


def test_somebody_with_an_account_becomes_one_and_keeps_the_password(run, db_session):
    person = make_person("odile@example.com", roles=("business",), password_hash="$kept")
    assert run("create-operator", "odile@example.com").exit_code == 0
    db_session.expire_all()
    assert (person.roles, person.password_hash) == (frozenset({"business", "operator"}), "$kept")


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("odile", PASSWORD, "mail address"),
        ("odile@example.com", "short", "at least 10"),
        ("odile@example.com", "azertyuiop", "first"),
    ],
)
def test_what_can_not_be_taken_is_said_in_a_sentence(run, db_session, email, password, said):
    refused = run("create-operator", email, "--password-stdin", typed=password + "\n")
    assert refused.exit_code == 1
    assert said in refused.output
    assert queries.with_roles(None) == []


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_shows_who_may_do_more_in_two_statements(run, many, count_sql):
    for number in range(many):
        make_person(f"op-{number}@example.com", roles=("operator", "business"))
    make_person("customer@example.com")
    with count_sql() as statements:
        listed = run("list")
    assert listed.output.splitlines() == [
        f"op-{number}@example.com\tbusiness, operator\tpassword only" for number in range(many)
    ]
    assert len([sql for sql in statements if "person" in sql]) == 2
    assert run("list", "--role", "repairer").output == ""


def test_roles(run, db_session):
    person = make_person("rene@example.com")
    assert (
        run("roles", "rene@example.com", "repairer", "business").output
        == "rene@example.com: business, repairer\n"
    )
    assert run("roles", "rene@example.com").output == "rene@example.com: no roles\n"
    db_session.expire_all()
    assert person.roles == frozenset()
    assert run("roles", "rene@example.com", "king").exit_code == 2
    assert run("roles", "nobody@example.com", "business").exit_code == 1


def test_the_last_operator_keeps_the_role(run, db_session):
    last = make_person("odile@example.com", roles=("operator",))
    refused = run("roles", "odile@example.com", "repairer")
    assert (refused.exit_code, "last operator" in refused.output) == (1, True)
    db_session.expire_all()
    assert last.roles == {"operator"}
    make_person("other@example.com", roles=("operator",))
    assert run("roles", "odile@example.com", "repairer").exit_code == 0


def test_a_lost_second_factor_is_taken_away(run, db_session, app):
    person = make_person("odile@example.com", roles=("operator",))
    with app.test_request_context():
        turned_on(person, utcnow())
    assert "second factor" in run("list").output
    assert run("reset-second-factor", "odile@example.com").exit_code == 0
    db_session.expire_all()
    assert (person.has_second_factor, second_factor.left(person.id)) == (False, 0)
    assert "had none" in run("reset-second-factor", "odile@example.com").output
