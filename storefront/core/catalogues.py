"""Catalogues of texts as the shop reads them: `messages.mo`, made from `messages.po` where it is missing or older.

`make` makes them, too; a shop that is started without it speaks its languages all the same.
"""

import logging
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

log = logging.getLogger(__name__)


def compile_catalogues(folder: Path) -> None:
    """Bring each language's `messages.mo` in `folder` up to date; where one can't be written, say so."""
    for texts in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        compiled = texts.with_suffix(".mo")
        try:
            if not compiled.exists() or compiled.stat().st_mtime < texts.stat().st_mtime:
                _compile(texts, compiled)
        except OSError as error:
            log.warning(
                "%s can't be written (%s): pages show the texts of before, or English. "
                "Run `make %s` as a user who may write there.",
                compiled,
                error.strerror,
                compiled,
            )


def _compile(texts: Path, compiled: Path) -> None:
    """Whole or not at all: several processes start at once, and one may read what another writes."""
    with texts.open("rb") as source:
        catalogue = read_po(source, locale=texts.parts[-3])
    with NamedTemporaryFile(dir=compiled.parent, prefix=".messages-", suffix=".mo", delete=False) as target:
        try:
            write_mo(target, catalogue)
            target.close()
            Path(target.name).chmod(0o644)
            Path(target.name).replace(compiled)
        except OSError:
            Path(target.name).unlink(missing_ok=True)
            raise
