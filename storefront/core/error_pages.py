"""Error pages in the shop's clothes: what happened, and a way on."""

import logging
from datetime import datetime
from math import ceil

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, ServiceUnavailable, TooManyRequests

from .clock import utcnow
from .errors import Refused

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(ServiceUnavailable, _unavailable)
    app.register_error_handler(500, _http_error)
    app.register_error_handler(OperationalError, _busy)


def _http_error(error: HTTPException) -> Response:
    response = _page(error.code or 500, "")
    if isinstance(error, TooManyRequests) and isinstance(error.retry_after, datetime):
        response.headers["Retry-After"] = str(ceil((error.retry_after - utcnow()).total_seconds()))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.allow.update(error.valid_methods)
    return response


def _unavailable(error: ServiceUnavailable) -> Response:
    """Whoever says how many seconds to wait says in a sentence why, too."""
    if not isinstance(error.retry_after, int):
        return _page(503, "")
    response = _page(503, error.description or "")
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _refused(error: Refused) -> Response:
    return _page(409, str(error))


def _busy(error: OperationalError) -> Response:
    if "no such table" in str(error.orig):
        log.error(
            "The database has no tables yet: run `flask --app app db upgrade`, or start with `make run`."
        )
        return _page(500, "")
    # The database could not be had in time: the person may simply try again.
    log.error("database unavailable at %s: %s", request.path, error)
    response = _page(
        503, _("The shop is very busy at the moment. Nothing is lost: please try again in a few seconds.")
    )
    response.headers["Retry-After"] = "5"
    return response


def _page(code: int, message: str) -> Response:
    return make_response(render_template("core/error.html", code=code, message=message), code)
