"""Files that their people said yes to, loaded beside the requests by whichever process comes first.

Who loads a file holds a lock on it, of which the kernel lets go when that process ends, however it ends. So a file in
the middle of its loading that nobody holds was cut short: its batches are in or not, each as a whole, and what is left
is shown to its person, who says yes to it again. Nothing is ever loaded that nobody has seen.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select, update

from ..accounts.models import Person
from ..config import current_settings
from ..core.clock import utcnow
from ..core.database import db, transaction
from ..core.sheets import UPLOAD, opened
from ..core.tables import WrongTable
from ..sellers.members import sellers_of
from . import importer
from .errors import ShopChanged
from .models import LOADING, WANTED, OfferUpload
from .report import Report
from .uploads import finish_upload, options_of, path_of, stop_upload, tell_share

log = logging.getLogger(__name__)


def load_wanted() -> None:
    """Load what waits for it, one file after the other, and mark what was cut short. Opens its own transactions."""
    tokens = db.session.scalars(
        select(OfferUpload.token).where(OfferUpload.state.in_((WANTED, LOADING))).order_by(OfferUpload.id)
    ).all()
    db.session.rollback()
    for token in tokens:
        with _held(path_of(token)) as mine:
            if mine:
                _take_up(token)


@contextmanager
def _held(path: Path) -> Iterator[bool]:
    """Hold the lock on a file for the length of the block, if nobody else does; nor does anybody once it is gone."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield True
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _take_up(token: str) -> None:
    """Load this file, or say that whoever began to is gone. The caller holds it."""
    with transaction():
        upload = db.session.scalar(
            update(OfferUpload)
            .where(OfferUpload.token == token, OfferUpload.state == WANTED)
            .values(state=LOADING)
            .returning(OfferUpload)
        )
        if upload is None:
            # Whoever began was cut short; or they finished it a moment ago, which changes nothing.
            stop_upload(token)
            return
        db.session.expunge(upload)
    report = _loaded(upload)
    with transaction():
        if report is None:
            stop_upload(token)
        else:
            finish_upload(token, report)


def _loaded(upload: OfferUpload) -> Report | None:
    """What loading it did; none when it would be something else than its person saw."""
    if not _may_load(upload):
        return None
    # Nothing is held of the database while the file is read.
    db.session.rollback()
    options, path = options_of(upload), path_of(upload.token)
    try:
        with opened(path, name=upload.name, limits=UPLOAD) as sheet:
            size = sheet.path.stat().st_size

            def tell(position: int) -> None:
                tell_share(upload.token, 100 * position // size)

            return importer.apply(
                sheet,
                options,
                key=upload.key,
                settings=current_settings(),
                now=utcnow(),
                by=upload.person_id,
                progress=tell,
            )
    except (ShopChanged, WrongTable, FileNotFoundError) as error:
        log.info("file %s not loaded: %s", upload.id, error)
        return None


def _may_load(upload: OfferUpload) -> bool:
    """Whether its person may still do what they said yes to."""
    person = db.session.get(Person, upload.person_id)
    if person is None or person.is_operator:
        return person is not None
    trading = {seller.seller_id for seller in sellers_of(person.id) if seller.standing != "suspended"}
    return upload.seller_id in trading
