"""No word for a refurbished device that the law forbids (French decree 2022-190, Code de la consommation R122-4 to 6).

Nothing that was used is called new, or as good as new, in either language. A price may be compared with the price new,
a part may be new, and a shop may say what it is not.
"""

import ast
import csv
import re
from collections.abc import Iterator

import pytest

from .texts import LANGUAGES, ROOT, forms, messages

FORBIDDEN = re.compile(
    r"comme (un )?neu(f|ve)s?\b|\bà neuf\b|remise?s? à neuf|(état|aspect|qualité) (du )?neuf"
    r"|(quasi(ment)?|presque)[ -]neu(f|ve)|flambant neuf"
    r"|like new|(good )?as new\b|(brand|nearly|almost)[ -]new\b|new condition|mint condition|pristine|factory new",
    re.IGNORECASE,
)
# Every "neuf" that is said: of what the device is not, of the price new, of parts; and the number nine.
COMPARISONS = re.compile(
    r"\bpas neuf\b|plutôt que (fabriqué )?neuf|de moins que neuf|prix du neuf|(acheter|fabriquer|par rapport à) un neuf"
    r"|(embouts?|coussinets?)[^.;]*\bneufs|pâte thermique neuve|^neuf( :.*)?$|^%\(price\)s neuf|\bneuf personnes",
    re.IGNORECASE,
)
NEW = re.compile(r"\bneu(f|ve)s?\b", re.IGNORECASE)


def said_by_catalogues() -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        for message in messages(language):
            for text in forms(message.id):
                yield "en", text
            for text in forms(message.string):
                yield language, text


def said_by_data() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "storefront").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column, cell in row.items():
                    yield "fr" if column.endswith("_fr") else "en", cell


def said_by_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.*")):
        yield "en", path.read_text(encoding="utf-8")


def said_by_code() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "storefront").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield "en", node.value


SAID = [*said_by_catalogues(), *said_by_data(), *said_by_templates(), *said_by_code()]


def plain(text: str) -> str:
    """White space of every kind as a space, so that no narrow one hides a phrase."""
    return re.sub(r"\s+", " ", text)


def test_no_word_that_the_law_forbids():
    assert [text for _language, text in SAID if FORBIDDEN.search(plain(text))] == []


def test_neuf_is_only_said_to_compare():
    french = [text for language, text in SAID if language == "fr" and NEW.search(text)]

    assert len(french) > 10
    assert [text for text in french if NEW.search(COMPARISONS.sub("", plain(text)))] == []


@pytest.mark.parametrize(
    "text",
    [
        "Un iPhone comme neuf",
        "Remis\N{NO-BREAK SPACE}à neuf à Lyon",
        "état neuf",
        "Batterie remise à neuf",
        "Good as new!",
        "Like new, in its box",
        "brand-new look",
        "mint condition",
    ],
)
def test_such_words_would_be_found(text: str):
    assert FORBIDDEN.search(plain(text))


@pytest.mark.parametrize("text", ["Un appareil neuf.", "Téléphones neufs et d’occasion", "Écran neuf"])
def test_such_claims_would_be_found(text: str):
    assert NEW.search(COMPARISONS.sub("", plain(text)))


@pytest.mark.parametrize(
    "text", ["as newcomers", "neuf : 909 € en 2020", "€430 less than new", "a new cable"]
)
def test_such_words_are_free(text: str):
    assert not FORBIDDEN.search(plain(text))
