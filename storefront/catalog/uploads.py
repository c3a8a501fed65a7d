"""Files of offers that somebody handed in: kept for a day, for that person alone, until they are loaded."""

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import delete, select, update

from ..core.database import db
from ..core.sheets import UPLOAD
from ..core.tables import Problem, WrongTable
from .errors import LoadRefused
from .formats import Options
from .importer import Preview
from .models import LOADED, LOADING, STOPPED, WAITING, WANTED, OfferUpload
from .report import OfferChange, Report

LIVES = timedelta(days=1)
# Of one person, so many files are kept: the oldest goes when there is another.
MOST_KEPT = 3
_PIECE = 1 << 16
# Of what loading it would change, so much is kept for the page that shows it (of problems, one more than it lists).
_CHANGES_KEPT, _PROBLEMS_KEPT = 50, 201
COUNTS = ("created", "updated", "unchanged", "refused", "aside", "new_products", "retold")


def keep_upload(
    stream: BinaryIO, *, name: str, options: Options, person_id: int, seller_id: int | None, now: datetime
) -> str:
    """Keep a file for `person_id`; gives the token that it is asked for by. It may change offers of `seller_id` alone.

    Raises `core.tables.WrongTable` when it is larger than an upload may be.
    """
    token = secrets.token_urlsafe(32)
    name = Path(name.replace("\\", "/")).name[:100] or "?"
    _write(stream, path_of(token), name)
    stored = json.dumps(asdict(options))
    db.session.add(
        OfferUpload(
            token=token, person_id=person_id, seller_id=seller_id, name=name, options=stored, uploaded_at=now
        )
    )
    db.session.flush()
    newest = select(OfferUpload.id).where(OfferUpload.person_id == person_id).order_by(OfferUpload.id.desc())
    _drop(
        OfferUpload.person_id == person_id, OfferUpload.id.not_in(newest.limit(MOST_KEPT).scalar_subquery())
    )
    return token


def files_of(person_id: int, *, now: datetime) -> Sequence[OfferUpload]:
    """What this person handed in within a day, the newest first; one SQL statement."""
    mine = select(OfferUpload).where(
        OfferUpload.person_id == person_id, OfferUpload.uploaded_at > now - LIVES
    )
    return db.session.scalars(mine.order_by(OfferUpload.id.desc())).all()


def _write(stream: BinaryIO, path: Path, name: str) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    written = 0
    try:
        with path.open("xb") as file:
            while piece := stream.read(_PIECE):
                written += len(piece)
                if written > UPLOAD.size:
                    most = UPLOAD.size // (1024 * 1024)
                    raise WrongTable(
                        _("%(file)s: is larger than %(most)d MB; load it in parts.", file=name, most=most)
                    )
                file.write(piece)
    except WrongTable:
        path.unlink()
        raise


def upload_of(token: str, *, person_id: int, now: datetime) -> OfferUpload | None:
    """The file with this token, if this person handed it in within a day; one SQL statement."""
    return db.session.scalar(
        select(OfferUpload).where(
            OfferUpload.token == token,
            OfferUpload.person_id == person_id,
            OfferUpload.uploaded_at > now - LIVES,
        )
    )


def path_of(token: str) -> Path:
    """Where the bytes lie; `token` is one of ours, never what an address says."""
    return Path(current_app.instance_path) / "uploads" / token


def options_of(upload: OfferUpload) -> Options:
    stored: dict[str, Any] = json.loads(upload.options)
    return Options(**{**stored, "grades": tuple((word, grade) for word, grade in stored["grades"])})


def keep_look(token: str, looked: Preview | WrongTable) -> None:
    """Keep what a look at a file gave, for as long as the file: large ones take seconds to read."""
    if isinstance(looked, WrongTable):
        told: dict[str, Any] = {"refused": str(looked)}
    else:
        report = looked.report
        shown = replace(
            report, changes=report.changes[:_CHANGES_KEPT], problems=report.problems[:_PROBLEMS_KEPT]
        )
        # `asdict` would count the notes anew instead of copying them.
        told = {"key": looked.key, "report": asdict(shown) | {"notes": dict(report.notes)}}
    path = _look_at(token)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(told, default=date.isoformat), encoding="utf-8")
    part.replace(path)


def kept_look(token: str) -> Preview | None:
    """What the last look at the file gave, dates as texts; none when it was never looked at.

    Raises `core.tables.WrongTable` again when that look did.
    """
    try:
        told: dict[str, Any] = json.loads(_look_at(token).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if "refused" in told:
        raise WrongTable(told["refused"])
    report = Report(**told["report"])
    report.notes = Counter(report.notes)
    report.problems = [Problem(**problem) for problem in told["report"]["problems"]]
    report.changes = [OfferChange(**change) for change in told["report"]["changes"]]
    return Preview(report, told["key"])


def _look_at(token: str) -> Path:
    return path_of(token).with_suffix(".json")


def _share_of(token: str) -> Path:
    return path_of(token).with_suffix(".percent")


def _forget(token: str) -> None:
    for path in (path_of(token), _look_at(token), _share_of(token)):
        path.unlink(missing_ok=True)


def want(upload: OfferUpload, key: str) -> None:
    """Say yes to what a look at the file (`Preview.key`) showed: it is loaded by whichever process comes first.

    Said again, it changes nothing. Raises `LoadRefused` while another file of the same person is being loaded: a turn
    for everybody.
    """
    working = select(OfferUpload.name).where(
        OfferUpload.person_id == upload.person_id,
        OfferUpload.id != upload.id,
        OfferUpload.state.in_((WANTED, LOADING)),
    )
    other = db.session.scalar(working.limit(1))
    if other is not None:
        raise LoadRefused(
            _("%(file)s is still being loaded. This one can follow when it is done.", file=other)
        )
    db.session.execute(
        update(OfferUpload)
        .where(OfferUpload.id == upload.id, OfferUpload.state.in_((WAITING, STOPPED)))
        .values(state=WANTED, key=key)
    )


def read_otherwise(upload: OfferUpload, options: Options, *, seller_id: int | None) -> None:
    """Read a file that waits with other options, for another seller: it is looked at anew."""
    waits = update(OfferUpload).where(OfferUpload.id == upload.id, OfferUpload.state.in_((WAITING, STOPPED)))
    told = {"options": json.dumps(asdict(options)), "seller_id": seller_id, "state": WAITING, "key": ""}
    if db.session.scalar(waits.values(**told).returning(OfferUpload.id)) is not None:
        _look_at(upload.token).unlink(missing_ok=True)


def stop_upload(token: str) -> None:
    """Write down that a file was not loaded, or not to its end; it is looked at anew before it is tried again.

    Of a file that is not being loaded any more nothing is changed.
    """
    stopped = update(OfferUpload).where(OfferUpload.token == token, OfferUpload.state == LOADING)
    if db.session.scalar(stopped.values(state=STOPPED, key="").returning(OfferUpload.id)) is not None:
        for path in (_look_at(token), _share_of(token)):
            path.unlink(missing_ok=True)


def finish_upload(token: str, report: Report) -> None:
    """Write down what loading it did; the bytes are not needed any more."""
    told = {name: getattr(report, name) for name in COUNTS} | {"deviates": report.deviates}
    db.session.execute(
        update(OfferUpload).where(OfferUpload.token == token).values(state=LOADED, outcome=json.dumps(told))
    )
    _forget(token)


def tell_share(token: str, percent: int) -> None:
    """Note how much of the loading is done. In a file: others see it while a single transaction is still open."""
    _share_of(token).write_text(str(percent), encoding="ascii")


def share_of(token: str) -> int:
    """How much of the loading is done, in percent."""
    try:
        return int(_share_of(token).read_text(encoding="ascii") or 0)
    except FileNotFoundError:
        return 0


def outcome_of(upload: OfferUpload) -> dict[str, int]:
    """The counts of its report; empty while it waits."""
    told: dict[str, int] = json.loads(upload.outcome or "{}")
    return told


def sweep_uploads(*, now: datetime) -> None:
    """Drop what was handed in more than a day ago, and files without a row: a process was killed in between."""
    _drop(OfferUpload.uploaded_at <= now - LIVES)
    known = set(db.session.scalars(select(OfferUpload.token)))
    too_old = (now - LIVES).timestamp()
    for path in _files():
        if path.stem not in known and path.stat().st_mtime < too_old:
            path.unlink(missing_ok=True)


def _files() -> Iterable[Path]:
    folder = path_of("x").parent
    return list(folder.iterdir()) if folder.is_dir() else ()


def _drop(*conditions: Any) -> None:
    """Never one that is being loaded: its bytes are still needed."""
    at_rest = OfferUpload.state.not_in((WANTED, LOADING))
    dropped = delete(OfferUpload).where(at_rest, *conditions).returning(OfferUpload.token)
    for token in db.session.scalars(dropped).all():
        _forget(token)
