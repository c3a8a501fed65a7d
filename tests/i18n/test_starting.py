"""A shop that is started without make speaks its languages all the same."""

import logging
import os
import shutil
from pathlib import Path

import pytest
from babel.support import Translations

from storefront.core.catalogues import compile_catalogues

from .texts import FOLDER

TEXT, FRENCH = "Cart", "Panier"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of catalogues as git has it: nothing compiled."""
    return Path(shutil.copytree(FOLDER, tmp_path / "translations", ignore=shutil.ignore_patterns("*.mo")))


@pytest.fixture
def compiled(folder: Path) -> Path:
    return folder / "fr" / "LC_MESSAGES" / "messages.mo"


def says(folder: Path, text: str) -> str:
    return str(Translations.load(folder, ["fr"]).gettext(text))


def test_a_missing_catalogue_is_compiled(folder: Path):
    assert says(folder, TEXT) == TEXT

    compile_catalogues(folder)

    assert says(folder, TEXT) == FRENCH
    assert sorted(path.name for path in folder.rglob("*.*")) == ["messages.mo", "messages.po"]


@pytest.mark.parametrize(("age", "says_then"), [(-60, "Chariot"), (60, FRENCH)])
def test_an_older_one_is_compiled_anew_and_a_newer_one_is_left(
    folder: Path, compiled: Path, age: int, says_then: str
):
    compile_catalogues(folder)
    texts = compiled.with_suffix(".po")
    texts.write_text(texts.read_text(encoding="utf-8").replace('"Panier"', '"Chariot"'), encoding="utf-8")
    now = texts.stat().st_mtime
    os.utime(compiled, (now + age, now + age))

    compile_catalogues(folder)

    assert says(folder, TEXT) == says_then


def test_one_that_cannot_be_written_is_told_and_stops_nothing(
    folder: Path, compiled: Path, caplog: pytest.LogCaptureFixture
):
    compiled.mkdir()
    os.utime(compiled, (0, 0))

    with caplog.at_level(logging.WARNING):
        compile_catalogues(folder)

    assert [str(compiled) in record.getMessage() for record in caplog.records] == [True]
    assert sorted(path.name for path in compiled.parent.iterdir()) == ["messages.mo", "messages.po"]
