"""A wrong setting stops the start with a sentence that names it; a right one is read from file or environment."""

import re
import stat
import tomllib
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

import pytest

from storefront.config import (
    CHANGEABLE,
    SECTIONS,
    USUAL_NAMES,
    WrongSetting,
    checked_value,
    instance_folder,
    load_settings,
    secret_key,
)

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
EXAMPLE = DOCS.with_name("rebelote.example.toml")
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
    environ = {
        "DATABASE_URL": "sqlite:///x.db",
        "SECRET_KEY": "sixteen letters!",
        "HOST": "0.0.0.0",  # noqa: S104
        "PORT": "8000",
    }
    settings = load_settings(folder, environ)
    assert (settings.storage.database_url, settings.storage.secret_key) == (
        "sqlite:///x.db",
        "sixteen letters!",
    )
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
    ("shop", "name", "R" * 81, "at most 80 characters"),
    ("shop", "time_zone", "Europe/Atlantis", "time zone"),
    ("contact", "company", "C" * 301, "at most 300 characters"),
    ("contact", "address", "12 quai\u202e des Réemplois", "can be printed"),
    ("contact", "email", "a" * 250 + "@b.fr", "no longer than they may be"),
    ("contact", "email", "lou\u200b@example.com", "must be a mail address"),
    ("contact", "email", "nobody", "must be a mail address"),
    ("vat", "scheme", "flat", "one of margin, standard"),
    ("vat", "percent", "a fifth", "must be an amount"),
    ("vat", "percent", "-1", "from 0 to 1000000"),
    ("vat", "percent", "NaN", "from 0 to 1000000"),
    ("vat", "percent", "0." + "0" * 1_000 + "1", "from 0 to 1000000"),
    ("shipping", "standard", "free", "must be an amount"),
    ("shipping", "standard_days", "2.5", "whole number from 0 to 60"),
    ("shipping", "express", "Infinity", "from 0 to 1000000"),
    ("shipping", "express_days", "61", "whole number from 0 to 60"),
    ("shipping", "pickup", "maybe", "true or false"),
    ("shipping", "countries", "FR,Belgium", "two-letter country code"),
    ("payment", "methods", "bank-transfer,cowrie", "some of bank-transfer, pickup, stripe"),
    ("payment", "methods", "", "some of bank-transfer, pickup, stripe"),
    ("payment", "transfer_iban", "FR76 3000 6000 0112 3456 7890 188", "must be an IBAN"),
    ("payment", "transfer_iban", "the usual account", "must be an IBAN"),
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
    ("storage", "secret_key", "fifteen letters", "16 characters or more"),
]


def test_no_changeable_text_can_be_so_long_that_pages_and_papers_break():
    for setting in CHANGEABLE:
        with pytest.raises(WrongSetting):
            checked_value(setting, "x" * 301)


def test_an_address_of_several_lines_becomes_one():
    typed = " 12 quai des Réemplois,\r\n44000\u00a0Nantes \n\nFrance"
    assert checked_value(("contact", "address"), typed) == "12 quai des Réemplois, 44000 Nantes, France"
    assert checked_value(("shipping", "countries"), "FR,BE,FR") == ("FR", "BE")


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


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, "http://127.0.0.1:5000"),
        ({"PORT": "8000"}, "http://127.0.0.1:8000"),
        ({"HOST": "192.168.0.7", "PORT": "80"}, "http://192.168.0.7:80"),
        ({"HOST": "0.0.0.0"}, "http://127.0.0.1:5000"),  # noqa: S104
        ({"HOST": "::", "PORT": "8000"}, "http://[::1]:8000"),
        ({"PORT": "8000", "REBELOTE_SHOP_URL": "http://shop.local"}, "http://shop.local"),
    ],
)
def test_links_lead_to_where_the_shop_listens_unless_it_says_otherwise(folder, environ, url):
    assert load_settings(folder, environ).shop.url == url


LIVE = {
    "REBELOTE_SHOP_URL": "https://shop.example",
    "REBELOTE_CONTACT_COMPANY": "La Bonne Boutique",
    "REBELOTE_PAYMENT_TRANSFER_HOLDER": "La Bonne Boutique",
    "REBELOTE_PAYMENT_TRANSFER_IBAN": "FR14 2004 1010 0505 0001 3M02 606",
}


def test_an_iban_may_be_written_with_or_without_spaces(folder: Path):
    for typed in ("FR1420041010050500013M02606", "fr14 2004 1010 0505 0001 3m02 606"):
        settings = load_settings(folder, {"REBELOTE_PAYMENT_TRANSFER_IBAN": typed})
        assert settings.payment.transfer_iban == "FR14 2004 1010 0505 0001 3M02 606"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ("REBELOTE_CONTACT_COMPANY", r"\[contact\] company = 'Rebelote Démo SAS' is nobody's"),
        (
            "REBELOTE_PAYMENT_TRANSFER_HOLDER",
            r"\[payment\] transfer_holder = 'Rebelote Démo SAS' is nobody's",
        ),
        ("REBELOTE_PAYMENT_TRANSFER_IBAN", r"\[payment\] transfer_iban = 'FR76 3000.* is nobody's"),
    ],
)
def test_a_shop_does_not_go_live_in_the_demos_name_or_with_its_account(folder, left, words):
    assert load_settings(folder, LIVE).shop.url == "https://shop.example"
    with pytest.raises(WrongSetting, match=words):
        load_settings(folder, {name: value for name, value in LIVE.items() if name != left})


def test_an_empty_account_or_the_demos_written_together_does_not_go_live(folder: Path):
    for typed in ("", "FR7630006000011234567890189"):
        with pytest.raises(WrongSetting, match=r"transfer_iban = .* is nobody's"):
            load_settings(folder, LIVE | {"REBELOTE_PAYMENT_TRANSFER_IBAN": typed})


def test_a_shop_without_bank_transfer_needs_no_account(folder: Path):
    pickup = {"REBELOTE_PAYMENT_METHODS": "pickup", "REBELOTE_PAYMENT_TRANSFER_IBAN": ""}
    assert load_settings(folder, LIVE | pickup).payment.transfer_iban == ""


def test_the_example_file_opens_a_shop_once_it_is_filled_in(folder: Path):
    example = EXAMPLE.read_text(encoding="utf-8")
    write(folder, example)
    with pytest.raises(WrongSetting, match=r"\[payment\] transfer_iban = .* must be an IBAN"):
        load_settings(folder, {})
    with_account = example.replace("FR00 0000 0000 0000 0000 0000 000", "FR14 2004 1010 0505 0001 3M02 606")
    write(folder, with_account)
    with pytest.raises(WrongSetting, match=r"\[contact\] company = 'My Company SAS' is nobody's"):
        load_settings(folder, {})
    write(folder, with_account.replace("My Company SAS", "La Bonne Boutique"))
    settings = load_settings(folder, {})
    assert (settings.shop.url, settings.contact.company) == ("https://shop.example", "La Bonne Boutique")


def test_the_example_file_holds_every_setting():
    """Those that most shops leave alone stand there commented out."""
    whole = tomllib.loads(
        re.sub(r"^# (\w+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )

    assert sorted((section, name) for section, names in whole.items() for name in names) == sorted(
        ALL_SETTINGS
    )


def test_what_the_example_file_comments_out_are_the_defaults():
    commented = re.findall(r"^# (\w+ = .*)", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    said = tomllib.loads("\n".join(line for line in commented))
    defaults = {f.name: f.default for cls in SECTIONS.values() for f in fields(cls)}
    with_no_default = {name for name in said if defaults[name] == ""}

    assert with_no_default == {"stripe_secret_key", "stripe_webhook_secret", "database_url", "secret_key"}
    assert {name: value for name, value in said.items() if value != defaults[name]}.keys() == with_no_default


def test_a_refused_secret_is_not_shown(folder: Path):
    with pytest.raises(WrongSetting, match="SECRET_KEY") as caught:
        load_settings(folder, {"SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(caught.value)


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
    assert secret_key(load_settings(folder, {"SECRET_KEY": "sixteen letters!"})) == "sixteen letters!"


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
