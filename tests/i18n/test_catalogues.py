"""The catalogues are whole, in step with the sources, and written as their language is written."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from flask_babel import ngettext

from storefront.catalog.labels import COLOURS
from storefront.config import LANGUAGES as SPOKEN

from .texts import LANGUAGES, catalogue, forms, in_the_sources, messages, placeholders

# What the law words, or wants said without doubt; the last is quoted as the French tax authority writes it.
LEGAL = {
    "Order and pay": "Commander avec obligation de paiement",
    "Withdraw from contract here": "Renoncer au contrat ici",
    "Withdraw from a contract here": "Renoncer au contrat ici",
    "Withdraw from the contract here": "Renoncer au contrat ici",
    "Confirm withdrawal": "Confirmer la rétractation",
    "Margin scheme – second-hand goods: VAT is within the price and is not shown apart.": (
        "Régime particulier - Biens d'occasion\N{NO-BREAK SPACE}: "
        "la TVA est comprise dans le prix et n’est pas indiquée à part."
    ),
    "Premium": "Premium",
    "Excellent": "Excellent",
    "Good": "Bon",
    "Fair": "Correct",
    "Refurbished": "Reconditionné",
}


class Anything(dict[str, Any]):
    """Stands for the values of any message."""

    def __missing__(self, name: str) -> int:
        return 7


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def said_in_french() -> Mapping[str, str]:
    return {message.id: str(message.string) for message in messages("fr") if isinstance(message.id, str)}


def test_every_language_but_that_of_the_sources_has_a_catalogue():
    assert {*LANGUAGES, "en"} == set(SPOKEN)


def test_the_catalogue_holds_what_the_sources_say_and_nothing_else(language: str):
    held = {
        message.id if isinstance(message.id, str) else tuple(message.id) for message in messages(language)
    }

    assert (sorted(map(str, in_the_sources() - held)), sorted(map(str, held - in_the_sources()))) == ([], [])


def test_nothing_is_left_untranslated_or_guessed(language: str):
    unsaid = [message.id for message in messages(language) if message.fuzzy or not all(forms(message.string))]

    assert unsaid == []


def test_every_form_of_a_number_is_there(language: str):
    plural = [message for message in messages(language) if not isinstance(message.id, str)]

    assert plural
    assert {len(forms(message.string)) for message in plural} == {catalogue(language).num_plurals}


def test_placeholders_agree(language: str):
    wrong = [
        message.id
        for message in messages(language)
        for said in forms(message.string)
        if list(placeholders(said)) not in [list(placeholders(text)) for text in forms(message.id)]
    ]

    assert wrong == []


def test_every_message_with_placeholders_takes_its_values(language: str):
    for message in messages(language):
        if "%(" in "".join(forms(message.id)):
            for said in forms(message.string):
                assert "%(" not in said % Anything(), said


def test_none_and_one_are_singular_in_french_and_one_alone_in_english(app: Flask):
    said = {}
    for code in ("en", "fr"):
        with app.test_request_context(f"/{code}/", headers={"Accept-Language": code}):
            said[code] = [ngettext("%(many)s card", "%(many)s cards", n, many=n) for n in (0, 1, 2)]

    assert said == {
        "en": ["0 cards", "1 card", "2 cards"],
        "fr": ["0\N{NO-BREAK SPACE}carte", "1\N{NO-BREAK SPACE}carte", "2\N{NO-BREAK SPACE}cartes"],
    }


def test_french_says_what_the_law_says_in_the_laws_words():
    said = said_in_french()

    assert {text: said.get(text) for text in LEGAL} == LEGAL


def test_no_two_colours_share_a_name():
    said = said_in_french()
    names = [said[str(colour)] for colour in COLOURS]

    assert sorted(names) == sorted(set(names))


# What a French typesetter would send back: a breakable space before high punctuation or inside guillemets,
# a typewriter's apostrophe or quotes, English quotes, two spaces.
SLIPS = re.compile(r" ([:;!?»€]|%%)|\S[;!?»]|\S:(?!//)|« |«\S|[a-zà-ÿ]'[a-zà-ÿ]|[\"“”]|  ")


def test_french_is_set_as_french():
    wrong = [
        said
        for message in messages("fr")
        for said in forms(message.string)
        if SLIPS.search(said.replace("Biens d'occasion", ""))
    ]

    assert wrong == []


def test_french_readers_are_addressed_with_vous():
    wrong = [
        said
        for message in messages("fr")
        for said in forms(message.string)
        if re.search(r"\b(tu|toi|ton|tes|ta)\b", said, re.IGNORECASE)
    ]

    assert wrong == []
