"""Offers in a file: handed in, looked at, loaded; and handed out."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Response, make_response, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from ...catalog import importer, uploads
from ...catalog.errors import ShopChanged
from ...catalog.export import lines_of_sellers, native_lines
from ...catalog.models import OfferUpload
from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import db, transaction
from ...core.errors import FormInvalid
from ...core.security import LARGEST_REQUEST
from ...core.sheets import UPLOAD, Sheet, opened
from ...core.tables import WrongTable
from ..access import SELLERS, TRADERS, Actor
from . import forms, queries
from .chapter import chapter
from .shown_files import FilePage, file_choices, looked_at

# One file at a time is read in a process, and nobody waits for a turn: the server's threads are few, and the shop's.
_reading = threading.Lock()
# After so many seconds it is worth asking again.
_AGAIN = 20


@chapter.url_value_preprocessor
def _let_files_be_large(endpoint: str | None, _values: object) -> None:
    # Asked for before the body is read, and by this one form only.
    if endpoint == "desk.offers.hand_in_file":
        request.max_content_length = UPLOAD.size + LARGEST_REQUEST


@chapter.page("/offers/import", for_=TRADERS)
def hand_in(actor: Actor) -> Response:
    return _form(actor, {}, 200)


@chapter.page("/offers/import", for_=TRADERS, methods=("POST",))
def hand_in_file(actor: Actor) -> AnyResponse:
    file = request.files.get("file")
    try:
        form = forms.read_file_form(request.form, queries.traders(actor.trading), operator=actor.is_operator)
        if file is None or not file.filename:
            raise FormInvalid({"file": _("Please choose a file.")})
        with transaction():
            token = uploads.keep_upload(
                file.stream,  # type: ignore[arg-type]
                name=file.filename,
                options=form.options,
                person_id=actor.person_id,
                seller_id=form.seller_id,
                now=utcnow(),
            )
    except FormInvalid as error:
        return _form(actor, error.errors, 422)
    except WrongTable as error:
        return _form(actor, {"file": str(error)}, 422)
    return redirect(url_for("desk.offers.look", token=token), 303)


@chapter.page("/offers/import/<token>", for_=TRADERS)
def look(actor: Actor, token: str) -> Response:
    upload = _upload(actor, token)
    if upload.outcome:
        return make_response(render_template("desk/offers/loaded.html", outcome=uploads.outcome_of(upload)))
    try:
        preview = uploads.kept_look(token)
    except WrongTable as error:
        return _unreadable(upload, str(error))
    return _shown(upload, preview, "", 200) if preview else _looked(upload, "", 200)


@chapter.page("/offers/import/<token>", for_=TRADERS, methods=("POST",))
def load(actor: Actor, token: str) -> AnyResponse:
    upload = _upload(actor, token)
    here = redirect(url_for("desk.offers.look", token=token), 303)
    if upload.outcome:
        return here
    options, key = uploads.options_of(upload), request.form.get("key", "")
    try:
        preview = uploads.kept_look(token)
        if preview is None or preview.key != key:
            # Not what was looked at last: seen without reading it all.
            return here
        with _open(upload) as sheet:
            report = importer.apply(
                sheet, options, key=key, settings=current_settings(), now=utcnow(), by=actor.person_id
            )
    except ShopChanged as error:
        return _looked(_upload(actor, token), str(error), 409)
    except WrongTable as error:
        return _unreadable(_upload(actor, token), str(error))
    with transaction():
        uploads.finish_upload(token, report)
    return here


@chapter.page("/offers/export", for_=SELLERS)
def export(actor: Actor) -> Response:
    settings, own = current_settings(), actor.scope.seller_ids
    lines = native_lines(settings) if own is None else lines_of_sellers(settings, own)
    headers = {"Content-Disposition": 'attachment; filename="offers.csv"'}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=headers)


def _upload(actor: Actor, token: str) -> OfferUpload:
    """The file, if this person handed it in and may still trade for the seller that it was meant for."""
    upload = uploads.upload_of(token, person_id=actor.person_id, now=utcnow())
    if upload is None:
        raise NotFound
    may = actor.is_operator if upload.seller_id is None else upload.seller_id in actor.trading
    if not may:
        raise NotFound
    return upload


def _looked(upload: OfferUpload, refused: str, status: int) -> Response:
    """What loading it would change; read anew, and kept."""
    try:
        with _open(upload) as sheet:
            preview = importer.preview(
                sheet, uploads.options_of(upload), settings=current_settings(), now=utcnow()
            )
            uploads.keep_look(upload.token, preview)
    except WrongTable as error:
        uploads.keep_look(upload.token, error)
        return _unreadable(upload, str(error))
    return _shown(upload, preview, refused, status)


def _shown(upload: OfferUpload, preview: importer.Preview, refused: str, status: int) -> Response:
    empty = FilePage(upload.name, upload.token, uploads.options_of(upload).only, "", None)
    page = looked_at(empty, preview)
    return make_response(render_template("desk/offers/look.html", page=page, refused=refused), status)


def _unreadable(upload: OfferUpload, why: str) -> Response:
    page = FilePage(upload.name, upload.token, uploads.options_of(upload).only, "", None)
    return make_response(render_template("desk/offers/look.html", page=page, refused=why), 422)


@contextmanager
def _open(upload: OfferUpload) -> Iterator[Sheet]:
    """The file as a table, when no other is being read in this process. Raises `WrongTable`."""
    path, name = uploads.path_of(upload.token), upload.name
    # Nothing is held of the database while the file is read.
    db.session.rollback()
    if not _reading.acquire(blocking=False):
        raise ServiceUnavailable(
            _("Another file is being read just now. Nothing is lost: please try again in a moment."),
            retry_after=_AGAIN,
        )
    try:
        # Looked for only now: who had the turn before may have loaded this very file.
        if not path.is_file():
            raise NotFound
        with opened(path, name=name, limits=UPLOAD) as sheet:
            yield sheet
    finally:
        _reading.release()


def _form(actor: Actor, errors: dict[str, str], status: int) -> Response:
    choices = file_choices(queries.traders(actor.trading), operator=actor.is_operator)
    return make_response(
        render_template(
            "desk/offers/hand_in.html", choices=choices, typed=request.form, errors=errors, actor=actor
        ),
        status,
    )
