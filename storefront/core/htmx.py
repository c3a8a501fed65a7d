"""htmx: the only place that reads or writes its headers.

`htmx-flask` 0.1.0 reads the headers but sets no `Vary` and does not tell boosted and history-restore requests apart;
a fragment kept under a page's address is what Back would then show alone.
"""

from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, make_response, redirect, render_template
from flask import request as flask_request
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def init_app(app: Flask) -> None:
    Htmx(app)
    app.after_request(_vary)


def wants_piece(target: str) -> bool:
    """Whether this request swaps the element with id `target`, and not a whole page."""
    headers = cast(HtmxAwareRequest, flask_request).htmx
    return (
        bool(headers)
        and headers.target == target
        and not headers.boosted
        and not headers.history_restore_request
    )


def page(template: str, *, piece: str, target: str, **context: Any) -> Response:
    """The page `template`, or only its `piece` when htmx swaps `target`. The page includes the piece."""
    return make_response(render_template(piece if wants_piece(target) else template, **context))


def go(url: str) -> Response:
    """To another page as a whole (303). Of a request that swaps a piece htmx would follow that into the piece, so it is
    told to leave the page instead.
    """
    headers = cast(HtmxAwareRequest, flask_request).htmx
    if not headers or headers.boosted:
        return make_response(redirect(url, 303))
    response = make_response("")
    response.headers["HX-Redirect"] = url
    return response


def swapped(environ: "WSGIEnvironment") -> str:
    """The id of the element that a request swaps, empty for a whole page: what caches must keep apart."""
    if environ.get("HTTP_HX_REQUEST") != "true":
        return ""
    if "true" in (environ.get("HTTP_HX_BOOSTED"), environ.get("HTTP_HX_HISTORY_RESTORE_REQUEST")):
        return ""
    return str(environ.get("HTTP_HX_TARGET", ""))


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("HX-Request", "HX-Target"))
    return response


def push_url(response: Response, url: str) -> None:
    """Tell htmx which address a swapped piece stands for, without the empty fields of its form."""
    if flask_request.headers.get("HX-Request"):
        response.headers["HX-Push-Url"] = url
