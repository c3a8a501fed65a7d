"""A wrong setting stops the start with a sentence that names it; a right one is read from file or environment."""

import stat
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from storefront.config import SECTIONS, USUAL_NAMES, WrongSetting, instance_folder, load_settings, secret_key

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
ALL_SETTINGS = [(section, f.name) for section, cls in SECTIONS.items() for f in fields(cls)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "rebelote.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(folder: Path):
    settings = load_settings(folder, {})
    assert (settings.shop.name, settings.shop.currency, settings.shop.language) == ("Rebelote", "EUR", "en")
    assert settings.vat.percent == Decimal(20)
    assert settings.mail.host == ""
    assert settings.instance == folder


def test_the_environment_wins_over_the_file(folder: Path):
    write(folder, '[shop]\nname = "From file"\nlanguage = "fr"\n[limits]\norders = 7\n')
    settings = load_settings(folder, {"REBELOTE_SHOP_NAME": "From outside", "PATH": "/bin"})
    assert (settings.shop.name, settings.shop.language, settings.limits.orders) == ("From outside", "fr", 7)


def test_usual_names_of_the_environment_are_read(folder: Path):
    environ = {"DATABASE_URL": "sqlite:///x.db", "SECRET_KEY": "s3cret", "HOST": "0.0.0.0", "PORT": "8000"}  # noqa: S104
    settings = load_settings(folder, environ)
    assert (settings.storage.database_url, settings.storage.secret_key) == ("sqlite:///x.db", "s3cret")
    assert (settings.server.host, settings.server.port) == ("0.0.0.0", 8000)  # noqa: S104


# One wrong value for every setting that is checked: (section, name, value in the environment, words of the sentence).
WRONG = [
    ("shop", "url", "shop.example", "must be an address"),
    ("shop", "url", "https://shop.example/boutique", "with no path"),
    ("shop", "country", "France", "two-letter country code"),
    ("shop", "currency", "€", "three-letter currency code"),
    ("shop", "currency", "XXQ", "currency"),
    ("shop", "language", "de", "one of en, fr"),
    ("shop", "name", "  ", "empty"),
    ("shop", "name", "Re\nbelote", "one line"),
    ("shop", "time_zone", "Europe/Atlantis", "time zone"),
    ("contact", "email", "nobody", "must be a mail address"),
    ("vat", "scheme", "flat", "one of margin, standard"),
    ("vat", "percent", "a fifth", "must be an amount"),
    ("vat", "percent", "-1", "from 0 to 1000000"),
    ("vat", "percent", "NaN", "from 0 to 1000000"),
    ("shipping", "standard", "free", "must be an amount"),
    ("shipping", "standard_days", "2.5", "whole number from 0 to 60"),
    ("shipping", "express", "Infinity", "from 0 to 1000000"),
    ("shipping", "express_days", "61", "whole number from 0 to 60"),
    ("shipping", "pickup", "maybe", "true or false"),
    ("shipping", "countries", "FR,Belgium", "two-letter country code"),
    ("payment", "methods", "bank-transfer,cowrie", "some of bank-transfer, pickup, stripe"),
    ("payment", "methods", "", "some of bank-transfer, pickup, stripe"),
    ("payment", "transfer_days", "0", "whole number from 1 to 60"),
    ("payment", "pickup_days", "0", "whole number from 1 to 60"),
    ("payment", "stripe_minutes", "5", "whole number from 30 to 1440"),
    ("mail", "port", "0", "whole number from 1 to 65535"),
    ("mail", "tls", "starttls", "true or false"),
    ("mail", "sender", "a@b@c", "must be a mail address"),
    ("server", "port", "http", "whole number from 0 to 65535"),
    ("server", "workers", "0", "whole number from 1 to 64"),
    ("server", "threads", "65", "whole number from 1 to 64"),
    ("server", "behind_proxy", "2", "true or false"),
    ("limits", "orders", "0", "whole number from 1 to 1000000"),
    ("limits", "lookups", "many", "whole number from 1 to 1000000"),
    ("storage", "database_url", "shop.db", "database address"),
]


@pytest.mark.parametrize(("section", "name", "value", "words"), WRONG)
def test_a_wrong_value_in_the_environment_is_named(folder, section, name, value, words):
    variable = f"REBELOTE_{section}_{name}".upper()
    with pytest.raises(WrongSetting) as caught:
        load_settings(folder, {variable: value})
    sentence = str(caught.value)
    assert f"environment variable {variable}: [{section}] {name} =" in sentence
    assert words in sentence


@pytest.mark.parametrize(("section", "name", "value", "words"), WRONG)
def test_a_wrong_value_in_the_file_is_named(folder, section, name, value, words):
    quoted = value.replace("\n", "\\n")
    path = write(folder, f'[{section}]\n{name} = "{quoted}"\n')
    with pytest.raises(WrongSetting) as caught:
        load_settings(folder, {})
    assert f"{path}: [{section}] {name} =" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("section", "name"), [(section, name) for section, name in ALL_SETTINGS if name != "database_url"]
)
def test_a_table_where_a_value_belongs_is_refused_for_every_setting(folder, section, name):
    write(folder, f"[{section}.{name}]\nx = 1\n")
    with pytest.raises(WrongSetting, match=rf"\[{section}\] {name} = "):
        load_settings(folder, {})


@pytest.mark.parametrize(("section", "name"), [("shipping", "countries"), ("payment", "methods")])
@pytest.mark.parametrize("value", ["1", "[1, 2]", "true", "{FR = 1}", "[]"])
def test_lists_of_anything_but_texts_are_refused(folder, section, name, value):
    write(folder, f"[{section}]\n{name} = {value}\n")
    with pytest.raises(WrongSetting, match=rf"\[{section}\] {name} = "):
        load_settings(folder, {})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[shop]\nnmae = 'x'\n", r"\[shop\] has no setting nmae; it has name, url"),
        ("[shpo]\nname = 'x'\n", r"there is no section \[shpo\]; there are shop, contact"),
        ("shop = 'x'\n", r"write shop as a section, \[shop\]"),
        ("[shop\n", r"rebelote\.toml can't be read"),
        ("[shop]\nname = 3\n", r"\[shop\] name = 3 must be a text in quotes"),
        ("[limits]\norders = true\n", r"\[limits\] orders = True must be a whole number"),
    ],
)
def test_a_file_that_says_something_else_is_refused(folder, text, words):
    write(folder, text)
    with pytest.raises(WrongSetting, match=words):
        load_settings(folder, {})


def test_a_file_that_is_not_utf8_is_refused(folder: Path):
    (folder / "rebelote.toml").write_bytes('[shop]\nname = "Décennie"\n'.encode("latin-1"))
    with pytest.raises(WrongSetting, match=r"rebelote\.toml can't be read"):
        load_settings(folder, {})


def test_an_unknown_variable_of_ours_is_refused(folder: Path):
    with pytest.raises(WrongSetting, match="REBELOTE_SHOP_NMAE is not a setting"):
        load_settings(folder, {"REBELOTE_SHOP_NMAE": "x"})


def test_stripe_needs_its_keys(folder: Path):
    asked = {"REBELOTE_PAYMENT_METHODS": "stripe, pickup"}
    with pytest.raises(WrongSetting, match=r"\[payment\] methods has stripe: it needs stripe_secret_key"):
        load_settings(folder, asked)
    keys = {"REBELOTE_PAYMENT_STRIPE_SECRET_KEY": "sk", "REBELOTE_PAYMENT_STRIPE_WEBHOOK_SECRET": "wh"}
    assert load_settings(folder, asked | keys).payment.methods == ("stripe", "pickup")


def test_the_shop_ships_to_its_own_country(folder: Path):
    with pytest.raises(WrongSetting, match=r"\[shipping\] countries must contain"):
        load_settings(folder, {"REBELOTE_SHOP_COUNTRY": "PT"})


def test_lists_are_read_from_file_and_environment_alike(folder: Path):
    write(folder, '[shipping]\ncountries = ["FR", "PT"]\n')
    assert load_settings(folder, {}).shipping.countries == ("FR", "PT")
    assert load_settings(folder, {"REBELOTE_SHIPPING_COUNTRIES": "FR, BE"}).shipping.countries == ("FR", "BE")


def test_a_secret_key_is_made_once_and_readable_by_its_owner_only(folder: Path):
    settings = load_settings(folder, {})
    key = secret_key(settings)
    assert len(key) == 64
    assert secret_key(settings) == key
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert secret_key(load_settings(folder, {"SECRET_KEY": "mine"})) == "mine"


def test_the_instance_folder_can_be_anywhere(tmp_path: Path):
    assert instance_folder(tmp_path, {}) == tmp_path / "instance"
    assert instance_folder(tmp_path, {"REBELOTE_INSTANCE": "/srv/shop"}) == Path("/srv/shop")


@pytest.mark.parametrize(("section", "name"), ALL_SETTINGS)
def test_every_setting_is_documented_with_its_variable(section, name):
    text = DOCS.read_text(encoding="utf-8")
    section_text = text.partition(f"## [{section}]")[2].partition("\n## ")[0]
    assert f"`{name}`" in section_text
    assert f"`REBELOTE_{section.upper()}_{name.upper()}`" in section_text


@pytest.mark.parametrize("variable", [*USUAL_NAMES, "REBELOTE_INSTANCE"])
def test_every_usual_name_is_documented(variable):
    assert f"`{variable}`" in DOCS.read_text(encoding="utf-8")
