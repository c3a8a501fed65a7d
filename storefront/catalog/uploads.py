"""Files of offers that somebody handed in and has yet to say yes to: kept for a day, for that person alone."""

import json
import secrets
from collections import Counter
from collections.abc import Iterable
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
from .formats import Options
from .importer import Preview
from .models import OfferUpload
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
        told = {"key": looked.key, "report": asdict(shown)}
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


def _forget(token: str) -> None:
    for path in (path_of(token), _look_at(token)):
        path.unlink(missing_ok=True)


def finish_upload(token: str, report: Report) -> None:
    """Write down what loading it did; the bytes are not needed any more."""
    told = {name: getattr(report, name) for name in COUNTS} | {"deviates": report.deviates}
    db.session.execute(update(OfferUpload).where(OfferUpload.token == token).values(outcome=json.dumps(told)))
    _forget(token)


def outcome_of(upload: OfferUpload) -> dict[str, int]:
    """The counts of its report; empty while it waits."""
    told: dict[str, int] = json.loads(upload.outcome or "{}")
    return told


def sweep_uploads(*, now: datetime) -> None:
    """Drop what nobody said yes to within a day, and files without a row: a process was killed in between."""
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
    tokens = db.session.scalars(delete(OfferUpload).where(*conditions).returning(OfferUpload.token)).all()
    for token in tokens:
        _forget(token)
