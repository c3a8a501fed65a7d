"""Offers in a file: handed in, looked at, loaded; and handed out."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from flask import Response, make_response, redirect, render_template, request, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as AnyResponse

from ...catalog import importer, uploads
from ...catalog.errors import LoadRefused
from ...catalog.export import lines_of_sellers, native_lines
from ...catalog.models import LOADED, LOADING, STOPPED, WANTED, OfferUpload
from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import db, transaction
from ...core.errors import FormInvalid
from ...core.htmx import go, page, wants_piece
from ...core.ratelimit import limit
from ...core.security import LARGEST_REQUEST
from ...core.sheets import UPLOAD, Sheet, opened
from ...core.tables import WrongTable
from ..access import SELLERS, TRADERS, Actor
from . import forms, queries
from .chapter import chapter
from .shown_files import FilePage, cut_short, file_choices, files_shown, looked_at, progress_of

# One file at a time is read in a process, and nobody waits for a turn: the server's threads are few, and the shop's.
_reading = threading.Lock()
# Files that one person may hand in within an hour: each keeps the process's one place for reading.
_FILES = 30
# After so many seconds it is worth asking again.
_AGAIN = 20
# The part of a page that follows the loading of a file.
PROGRESS = "progress"


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
    limit("import", per_hour=_FILES, whom=str(actor.person_id))
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
    if upload.state in (WANTED, LOADING):
        return page(
            "desk/offers/loading.html",
            piece="desk/offers/_progress.html",
            target=PROGRESS,
            progress=progress_of(upload),
        )
    if wants_piece(PROGRESS):
        return go(url_for("desk.offers.look", token=token))
    if upload.state == LOADED:
        return make_response(render_template("desk/offers/loaded.html", outcome=uploads.outcome_of(upload)))
    refused = cut_short() if upload.state == STOPPED else ""
    try:
        preview = uploads.kept_look(token)
    except WrongTable as error:
        return _page(actor, _file_page(upload), str(error), 422)
    return _shown(actor, upload, preview, refused, 200) if preview else _looked(actor, upload, refused)


@chapter.page("/offers/import/<token>", for_=TRADERS, methods=("POST",))
def load(actor: Actor, token: str) -> AnyResponse:
    """Say yes to what was looked at last; the file is loaded beside the requests."""
    upload, key = _upload(actor, token), request.form.get("key", "")
    here = redirect(url_for("desk.offers.look", token=token), 303)
    try:
        preview = uploads.kept_look(token)
    except WrongTable:
        return here
    if preview is None or preview.key != key:
        # Not what was looked at last, or loaded already.
        return here
    try:
        with transaction():
            uploads.want(upload, key)
    except LoadRefused as error:
        return _shown(actor, _upload(actor, token), preview, str(error), 409)
    return here


@chapter.page("/offers/import/<token>/read", for_=TRADERS, methods=("POST",))
def read_again(actor: Actor, token: str) -> AnyResponse:
    """Read the same file in another way: for another seller, other words for grades, ..."""
    limit("import", per_hour=_FILES, whom=str(actor.person_id))
    upload = _upload(actor, token)
    try:
        form = forms.read_file_form(request.form, queries.traders(actor.trading), operator=actor.is_operator)
        with transaction():
            uploads.read_otherwise(upload, form.options, seller_id=form.seller_id)
    except FormInvalid as error:
        return _page(actor, _file_page(upload), "", 422, errors=error.errors, typed=request.form)
    return redirect(url_for("desk.offers.look", token=token), 303)


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


def _looked(actor: Actor, upload: OfferUpload, refused: str) -> Response:
    """What loading it would change; read anew, and kept."""
    try:
        with _open(upload) as sheet:
            preview = importer.preview(
                sheet, uploads.options_of(upload), settings=current_settings(), now=utcnow()
            )
            uploads.keep_look(upload.token, preview)
    except WrongTable as error:
        uploads.keep_look(upload.token, error)
        return _page(actor, _file_page(upload), str(error), 422)
    return _shown(actor, upload, preview, refused, 200)


def _shown(
    actor: Actor, upload: OfferUpload, preview: importer.Preview, refused: str, status: int
) -> Response:
    return _page(actor, looked_at(_file_page(upload), preview), refused, status)


def _file_page(upload: OfferUpload) -> FilePage:
    """The page of a file that nothing is known of yet."""
    return FilePage(
        upload.name, upload.token, forms.file_fields(uploads.options_of(upload), upload.seller_id)
    )


def _page(
    actor: Actor,
    page: FilePage,
    refused: str,
    status: int,
    *,
    errors: Mapping[str, str] = MappingProxyType({}),
    typed: Mapping[str, str] | None = None,
) -> Response:
    traders = queries.traders(actor.trading)
    shown = render_template(
        "desk/offers/look.html",
        page=page,
        only=next((name for key, _slug, name in traders if str(key) == page.read_as["seller"]), ""),
        choices=file_choices(traders, operator=actor.is_operator),
        typed=page.read_as if typed is None else typed,
        refused=refused,
        errors=errors,
    )
    return make_response(shown, status)


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
        # Looked for only now: it may have been loaded meanwhile.
        if not path.is_file():
            raise NotFound
        with opened(path, name=name, limits=UPLOAD) as sheet:
            yield sheet
    finally:
        _reading.release()


def _form(actor: Actor, errors: dict[str, str], status: int) -> Response:
    choices = file_choices(queries.traders(actor.trading), operator=actor.is_operator)
    handed_in = files_shown(uploads.files_of(actor.person_id, now=utcnow()))
    return make_response(
        render_template(
            "desk/offers/hand_in.html",
            choices=choices,
            handed_in=handed_in,
            typed=request.form,
            errors=errors,
            actor=actor,
        ),
        status,
    )
