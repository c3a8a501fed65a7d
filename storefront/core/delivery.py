"""How a page travels: compressed, with an ETag, and kept ready when it is the same for everybody.

A view marked `@public` answers all visitors alike. Its pages carry no cookie, may be kept by browsers and proxies
(which ask again each time), and are kept here (`kept.py`) until the catalogue's generation changes.
"""

import gzip
import hashlib
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import brotli
from flask import Flask, Response, current_app, g, request

from .clock import utcnow
from .kept import KeptPage, KeptPages, encoding

P = ParamSpec("P")
R = TypeVar("R")

_SMALLEST_COMPRESSED = 500
_COMPRESSIBLE = ("text/html", "application/xml", "text/plain")


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose pages are the same for everybody."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask, generation: Callable[[], int]) -> None:
    """`generation()` is the number that changes whenever what shoppers see does, read in the quickest way there is."""
    kept = KeptPages(app.wsgi_app, generation, lambda: app.config["SETTINGS"].shop.language)
    app.extensions["kept_pages"] = kept
    app.wsgi_app = kept  # type: ignore[method-assign]

    def begin() -> None:
        # Noted before anything is read, so that a page never claims to be newer than what it shows.
        view = app.view_functions.get(request.endpoint or "")
        if request.method in ("GET", "HEAD") and getattr(view, "is_public", False):
            g.generation = generation()

    app.before_request(begin)
    app.after_request(_deliver)


def _deliver(response: Response) -> Response:
    if response.direct_passthrough:
        return response
    public_page = (
        "generation" in g
        and response.status_code == 200
        and not g.get("passing")
        and "Set-Cookie" not in response.headers
    )
    if not public_page:
        response.headers.setdefault("Cache-Control", "private, no-store")
    # A form shown again holds what was typed beside its token: compressing the two together would leak the token's
    # letters (BREACH), so only answers to GET are compressed.
    if request.method in ("GET", "HEAD") and response.mimetype in _COMPRESSIBLE:
        _compress(response)
    if public_page:
        _keep(response)
    return response


def do_not_keep() -> None:
    """Say that this answer, though the same for everybody, will be a better one in a moment."""
    g.passing = True


def _compress(response: Response) -> None:
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    kind = encoding(request.headers.get("Accept-Encoding", ""))
    if len(body) < _SMALLEST_COMPRESSED or not kind:
        return
    response.set_data(brotli.compress(body, quality=4) if kind == "br" else gzip.compress(body, 6, mtime=0))
    response.headers["Content-Encoding"] = kind


def _keep(response: Response) -> None:
    body = response.get_data()
    etag = hashlib.blake2b(body, digest_size=12).hexdigest()
    response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
    response.set_etag(etag)
    headers = tuple((name, value) for name, value in response.headers if name != "Content-Length")
    page = KeptPage(g.generation, utcnow().date(), etag, body, headers)
    current_app.extensions["kept_pages"].put(request.environ, page)
    response.make_conditional(request)
