"""What firms see before there is a quote: the way it goes, the form, and what was understood of it."""

import threading
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from flask import Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import TooManyRequests

from ...accounts.current import current_person
from ...checkout.address_form import typed
from ...checkout.payments import offered_to_firms
from ...config import current_settings
from ...core import i18n
from ...core.clock import shop_day, utcnow
from ...core.delivery import public
from ...core.ratelimit import limit
from ...core.security import LARGEST_REQUEST
from ...core.tables import WrongTable
from ...house.running import current_house
from ..front import bp
from . import forms, importer, labels, queries, shown
from .importer import Asked, Taken
from .lines_form import FIELDS, Line, errors_of, line_values, numbered, read_lines, typed_lines
from .looking import with_words_said
from .rules import MOST_LINES, Request
from .understanding import Vocabulary, understood

# Empty rows for lines by hand, at first and at most.
ROWS = 8
# One file at a time is read in a process; whoever comes meanwhile waits for so long (seconds).
_reading = threading.Lock()
_LONGEST_WAIT = 5


@bp.url_value_preprocessor
def _let_files_be_large(endpoint: str | None, _values: object) -> None:
    # Asked for before the body is read, and by one form only: what is too large is answered by a sentence.
    if endpoint == "fleet.understand":
        request.max_content_length = 4 * importer.LIMITS.size + LARGEST_REQUEST


@bp.get("/business")
@public
def business() -> str:
    ways = [method.label() for method in offered_to_firms()]
    return render_template(
        "fleet/business.html", hold_hours=current_settings().fleet.hold_hours, payments=ways
    )


@bp.get("/business/quote")
def start() -> Response:
    return _start_page({}, {}, 200)


@bp.get("/business/quote/lines")
def nothing_yet() -> Response:
    """Where somebody is who comes back to the address of a page that was an answer to a form."""
    return make_response(redirect(url_for("fleet.start"), 303))


@bp.post("/business/quote/lines")
def understand() -> Response:
    """What we make of the lines; nothing is kept. Both pages of the request come here."""
    if "more" in request.form:
        return _start_page(request.form, {}, 200)
    try:
        limit("fleet lines", per_hour=current_settings().limits.orders)
    except TooManyRequests as busy:
        return _too_many(busy)
    vocabulary = queries.vocabulary()
    try:
        taken = _taken(vocabulary)
    except WrongTable as error:
        return _start_page(request.form, {"file": str(error)}, 422)
    fields, more = _with_lines(taken, vocabulary)
    if not typed_lines(fields) and "key" not in request.form:
        return _start_page(request.form, errors_of([], ()), 422)
    return request_page(fields, errors=_line_errors(fields), told=_said(taken, more), vocabulary=vocabulary)


def read(fields: Mapping[str, str]) -> Request:
    """The request of a form. Raises `FormInvalid`."""
    settings = current_settings()
    return forms.read_request(
        fields,
        forms.Possible(
            countries=current_house().tariff.countries,
            payments=[method.code for method in offered_to_firms()],
            currency=settings.shop.currency,
            today=_today(),
            language=i18n.language(),
        ),
    )


def request_page(
    fields: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
    told: str = "",
    status: int = 200,
    vocabulary: Vocabulary | None = None,
) -> Response:
    """The form with its lines as they were understood; `refused` says why it wasn't taken, `told` what to mind.

    The fields `of` and `seen` say which quote it revises, and the version of it that was shown.
    """
    page = shown.request_shown(
        fields, vocabulary or queries.vocabulary(), person=current_person(), today=_today()
    )
    errors = errors or {}
    text = render_template(
        "fleet/request.html",
        page=page,
        errors=errors,
        labels={name: labels.field_label(name) for name in errors},
        column=labels.column_label,
        firm=labels.FIRM,
        refused=refused,
        told=told,
        wanted=fields.get("wanted", ""),
        # A revision goes back to its quote, whatever is looked at in between.
        quote={name: fields.get(name, "") for name in ("of", "seen")},
        signed_in=current_person() is not None,
    )
    return make_response(text, status)


def _start_page(fields: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    filled = [int(name[9:]) + 1 for name in fields if name.startswith("row-what-") and name[9:].isdecimal()]
    rows = max([ROWS, *filled]) + (ROWS if "more" in fields else 0)
    text = render_template(
        "fleet/start.html",
        values=typed({name: value for name, value in fields.items() if name != "wanted"}),
        wanted=fields.get("wanted", ""),
        rows=min(rows, MOST_LINES),
        errors=errors,
        labels={name: labels.field_label(name) for name in errors},
    )
    return make_response(text, status)


def _too_many(busy: TooManyRequests) -> Response:
    """The page as it was filled: nothing of it is lost while its sender waits."""
    sentence = _(
        "Those were many requests within an hour. Nothing is lost: please send this page again a little later."
    )
    response = (
        request_page(request.form, refused=sentence, status=429)
        if "key" in request.form
        else _start_page(request.form, {"wanted": sentence}, 429)
    )
    if isinstance(busy.retry_after, datetime):
        response.retry_after = busy.retry_after
    return response


def _taken(vocabulary: Vocabulary) -> Taken:
    """The lines that came by hand, pasted and in a file. Raises `WrongTable`."""
    fields = request.form
    rows = (
        (fields.get(f"row-quantity-{row}", ""), fields.get(f"row-what-{row}", ""))
        for row in range(MOST_LINES)
    )
    taken = importer.from_paste(fields.get("wanted", ""), vocabulary)
    taken.lines = [*importer.by_hand(rows), *taken.lines]
    file = request.files.get("file")
    if file is not None and file.filename:
        if not _reading.acquire(timeout=_LONGEST_WAIT):
            raise WrongTable(_("Another file is being read. Please send yours again in a moment."))
        try:
            more = importer.from_file(file.stream, file.filename, vocabulary)  # type: ignore[arg-type]
        finally:
            _reading.release()
        taken.lines += more.lines
        taken.left_out += more.left_out
        taken.columns += more.columns
    return taken


def _with_lines(taken: Taken, vocabulary: Vocabulary) -> tuple[ImmutableMultiDict[str, str], list[Asked]]:
    """The form's fields with the new lines read, and those whose words were changed; and the lines too many for it."""
    there = typed_lines(request.form)
    changed = {line.number: line for line in there if line.is_changed}
    asked = [*(Asked(line.values["text"]) for line in changed.values()), *taken.lines]
    room = MOST_LINES - len(there) + len(changed)
    fresh = iter(_read_anew(asked[:room], vocabulary))
    old = [{**line.values, **next(fresh)} if line.number in changed else line.values for line in there]
    lines = numbered(iter([*old, *fresh]))
    kept = {
        name: value
        for name, value in request.form.items()
        if name.rpartition("-")[0] not in (*FIELDS, "drop")
    }
    kept["wanted"] = "\n".join(one.text for one in asked[room:])
    return ImmutableMultiDict({**kept, **_fields(lines)}), asked[room:]


def _fields(lines: list[Line]) -> dict[str, str]:
    return {line.name(name): value for line in lines for name, value in line.values.items()}


def _read_anew(asked: list[Asked], vocabulary: Vocabulary) -> Iterator[dict[str, str]]:
    """The fields of lines, as they are understood."""
    currency, today = current_settings().shop.currency, _today()
    found = [understood(one.text, vocabulary, today=today, currency=currency) for one in asked]
    for one, wish in zip(asked, with_words_said(found), strict=True):
        values = line_values(wish, currency)
        yield {**values, "quantity": one.quantity or values["quantity"]}


def _line_errors(fields: Mapping[str, str]) -> dict[str, str]:
    lines = typed_lines(fields)
    wishes = read_lines(lines, currency=current_settings().shop.currency, today=_today())
    return errors_of(lines, wishes)


def _said(taken: Taken, more: list[Asked]) -> str:
    """What did not become a line, in sentences."""
    said = []
    if more:
        said.append(
            _(
                "A request has room for %(most)d lines. The others stand below, in the box for more of them.",
                most=MOST_LINES,
            )
        )
    if taken.columns:
        said.append(_("We didn't use these columns: %(names)s.", names=", ".join(taken.columns)[:200]))
    if taken.left_out:
        lines = " · ".join(taken.left_out)
        said.append(
            _("These lines ask for nothing that we know, so we left them out: %(lines)s", lines=lines[:300])
        )
    return " ".join(said)


def _today() -> date:
    return shop_day(utcnow())
