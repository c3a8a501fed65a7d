"""Settings that are changed while the shop runs: checked as the file is, seen by every process, lost by nobody."""

import re
from datetime import datetime

import pytest
from flask import Flask

from storefront.config import current_settings, load_settings
from storefront.core.database import db, transaction
from storefront.core.errors import FormInvalid
from storefront.house import actions, queries
from storefront.house.errors import HouseRefused
from storefront.house.models import HouseSetting
from tests.factories import NOW

LIVE = """
[shop]
url = "https://shop.example"
[contact]
company = "La Bonne Boutique"
[payment]
transfer_holder = "La Bonne Boutique"
transfer_iban = "FR14 2004 1010 0505 0001 3M02 606"
"""
NAME, EMAIL = ("shop", "name"), ("contact", "email")


def change(app: Flask, values, *, seen: int | None = None, now: datetime = NOW, person: int | None = 7):
    """Change settings in a transaction of its own, as a request does."""
    with app.app_context(), transaction():
        version = queries.version() if seen is None else seen
        return actions.change_settings(values, seen=version, person_id=person, now=now)


def test_every_page_of_every_process_has_it_at_the_next_request(make_app):
    here, there = make_app(), make_app()
    visitors = [app.test_client() for app in (here, there)]
    assert all("Second Souffle" not in visitor.get("/fr/legal").text for visitor in visitors)

    change(here, {NAME: "Second Souffle", ("contact", "company"): "Souffle SAS"})

    for visitor in visitors:
        page = visitor.get("/fr/legal").text
        assert "<b>Second Souffle</b></a>" in page
        assert "Souffle SAS" in page
        assert "<b>Second Souffle</b></a>" in visitor.get("/cart").text


def test_a_kept_page_asks_for_nothing_more(app, client, count_sql):
    change(app, {NAME: "Second Souffle"})
    for _ in range(2):
        client.get("/en/legal")
    with count_sql() as statements:
        assert client.get("/en/legal").status_code == 200
    assert statements == []


def test_the_settings_are_read_once_for_all_requests_after_a_change(app, client, count_sql):
    change(app, {NAME: "Second Souffle"})
    client.get("/cart")
    with count_sql() as statements:
        client.get("/cart")
    assert statements == []


def test_the_desk_wins_over_the_file_and_the_environment_over_the_desk(make_app, instance):
    (instance / "rebelote.toml").write_text('[shop]\nname = "From the file"\n', encoding="utf-8")
    app = make_app()
    change(app, {NAME: "From the desk"})
    with app.app_context():
        assert current_settings().shop.name == "From the desk"
    fixed = make_app(REBELOTE_SHOP_NAME="From the host")
    with fixed.app_context():
        assert current_settings().shop.name == "From the host"
        assert [s.origin for s in queries.settings_shown("shop")] == ["fixed", "host"]
    with pytest.raises(HouseRefused, match="Name of the shop is set by whoever runs the machine"):
        change(fixed, {NAME: "Again"})


def test_unset_brings_the_file_back(make_app, instance):
    (instance / "rebelote.toml").write_text('[shop]\nname = "From the file"\n', encoding="utf-8")
    app = make_app()
    change(app, {NAME: "From the desk"})
    assert change(app, {NAME: None}) == [NAME]
    with app.app_context():
        assert current_settings().shop.name == "From the file"
    assert change(app, {NAME: None}) == []


def test_of_two_people_the_second_is_told(app):
    with app.app_context():
        seen = queries.version()
    change(app, {NAME: "First"}, seen=seen)
    with pytest.raises(HouseRefused, match=r"Somebody else has just changed this: Name of the shop\."):
        change(app, {NAME: "Second", EMAIL: "second@shop.example"}, seen=seen)
    change(app, {EMAIL: "other@shop.example"}, seen=seen)
    with app.app_context():
        settings = current_settings()
    assert (settings.shop.name, settings.contact.email) == ("First", "other@shop.example")


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        (NAME, " ", "on one line"),
        (EMAIL, "nobody", "a mail address"),
        (("vat", "percent"), "a fifth", "a number"),
        (("shipping", "countries"), "France", "two-letter codes"),
        (("shipping", "countries"), "BE", "own country"),
        (("payment", "transfer_iban"), "FR76 3000 6000 0112 3456 7890 188", "check digits"),
        (("payment", "methods"), "stripe", "Stripe's keys"),
        (("colours", "ink"), "red", "six digits"),
    ],
)
def test_what_the_file_could_not_say_is_refused_here_too(app, setting, value, words):
    with pytest.raises(FormInvalid) as caught:
        change(app, {setting: value})
    ((field, sentence),) = caught.value.errors.items()
    assert field == ".".join(setting)
    assert words in sentence
    with app.app_context():
        assert db.session.query(HouseSetting).count() == 0


@pytest.mark.parametrize(
    "setting",
    [("storage", "secret_key"), ("shop", "url"), ("mail", "password"), ("server", "port"), ("no", "one")],
)
def test_secrets_and_machinery_are_not_changed_here(app, setting):
    with pytest.raises(HouseRefused, match="can't be changed here"):
        change(app, {setting: "x"})


def test_a_live_shop_does_not_become_the_demo_again(make_app, instance):
    (instance / "rebelote.toml").write_text(LIVE, encoding="utf-8")
    with pytest.raises(FormInvalid, match=r"contact\.company"):
        change(make_app(), {("contact", "company"): "Rebelote Démo SAS"})


def test_what_no_longer_goes_with_the_file_waits_and_the_shop_stays_open(make_app, instance, caplog):
    app = make_app()
    change(app, {("shipping", "countries"): "FR,PT"})
    (instance / "rebelote.toml").write_text('[shop]\ncountry = "BE"\n', encoding="utf-8")
    again = make_app()
    assert again.test_client().get("/cart").status_code == 200
    with again.app_context():
        assert "BE" in current_settings().shipping.countries
    assert "doesn't go with the settings any more" in caplog.text


def test_switching_on_a_payment_page_opens_the_way_to_it(make_app):
    app = make_app(
        REBELOTE_PAYMENT_STRIPE_SECRET_KEY="sk_test_1", REBELOTE_PAYMENT_STRIPE_WEBHOOK_SECRET="whsec_1"
    )
    visitor = app.test_client()

    def policy():
        return visitor.get("/cart").headers["Content-Security-Policy"]

    assert "checkout.stripe.com" not in policy()
    change(app, {("payment", "methods"): "bank-transfer,stripe"})
    assert "checkout.stripe.com" in policy()


def test_the_language_of_those_who_ask_for_none(make_app):
    here, there = make_app(), make_app()
    visitors = [app.test_client() for app in (here, there)]
    assert [re.findall(r'<html lang="(..)"', v.get("/legal").text) for v in visitors] == [["en"], ["en"]]
    change(here, {("shop", "language"): "fr"})
    for _ in range(2):
        assert [re.findall(r'<html lang="(..)"', v.get("/legal").text) for v in visitors] == [["fr"], ["fr"]]


def test_who_changed_what_and_when_is_kept(app):
    change(app, {NAME: "Second Souffle"}, person=7)
    with app.app_context():
        shown = queries.settings_shown("shop")[0]
    assert (shown.field, shown.value, shown.origin, shown.person_id, shown.changed_at) == (
        "shop.name", "Second Souffle", "desk", 7, NOW,
    )  # fmt: skip


def test_commands_do_the_same(app):
    run = app.test_cli_runner().invoke
    assert run(args=["house", "set", "shop.name", "Second Souffle"]).output == "shop.name is changed.\n"
    assert "shop.name = 'Second Souffle' (changed here)" in run(args=["house", "settings"]).output
    refused = run(args=["house", "set", "vat.percent", "a fifth"])
    assert (refused.exit_code, refused.output) == (1, "Error: Please give a number from 0 up, such as 20.\n")
    assert run(args=["house", "set", "storage.secret_key", "x" * 20]).exit_code == 1
    assert run(args=["house", "unset", "shop.name"]).output == "shop.name is changed.\n"
    assert run(args=["house", "unset", "shop.name"]).output == "shop.name is that already.\n"


def test_load_settings_knows_what_the_environment_fixed(tmp_path):
    settings = load_settings(tmp_path, {"REBELOTE_SHOP_NAME": "X", "PORT": "5001"})
    assert settings.fixed == {("shop", "name"), ("server", "port")}
