"""How a page travels: compressed, with an ETag, and kept ready when it is the same for everybody.

A view marked `@public` answers all visitors alike. Its pages carry no cookie, may be kept by browsers and proxies
(which ask again each time), and are kept here, compressed, until the catalogue's generation changes: a page is never
stale.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import brotli
from flask import Flask, Response, current_app, g, request
from werkzeug.wrappers import Response as BaseResponse

from . import htmx, i18n
from .clock import utcnow

P = ParamSpec("P")
R = TypeVar("R")

# What the kept pages of one process may weigh together, in bytes.
KEPT_BYTES = 24 * 1024 * 1024
# An address longer than this is somebody's experiment: answered, not kept.
_LONGEST_KEY = 1_000
_SMALLEST_COMPRESSED = 500


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose pages are the same for everybody."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A finished answer, as bytes."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


class KeptPages:
    """The finished pages of this process, the longest unused going first."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self.limit = limit
        self.weight = 0
        self.pages: OrderedDict[tuple[Any, ...], KeptPage] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: tuple[Any, ...]) -> KeptPage | None:
        with self.lock:
            page = self.pages.get(key)
            if page:
                self.pages.move_to_end(key)
            return page

    def put(self, key: tuple[Any, ...], page: KeptPage) -> None:
        with self.lock:
            if key in self.pages:
                return
            self.pages[key] = page
            self.weight += len(page.body)
            while self.weight > self.limit:
                self.weight -= len(self.pages.popitem(last=False)[1].body)


def init_app(app: Flask, generation: Callable[[], int]) -> None:
    """`generation()` is the number that changes whenever what shoppers see does."""
    app.extensions["kept_pages"] = KeptPages()

    def kept() -> BaseResponse | None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method not in ("GET", "HEAD") or not getattr(view, "is_public", False):
            return None
        g.page_key = _key(generation())
        page = app.extensions["kept_pages"].get(g.page_key)
        if page is None:
            return None
        g.page_is_kept = True
        response = Response(page.body, headers=list(page.headers))
        return response.make_conditional(request)

    app.before_request(kept)
    app.after_request(_deliver)


def _key(generation: int) -> tuple[Any, ...]:
    # The day is part of it, since pages speak of "this year" and of updates that end.
    return (
        generation,
        utcnow().date(),
        i18n.language(),
        request.script_root,
        request.path,
        request.query_string,
        htmx.variant(),
        _encoding(),
    )


def _encoding() -> str:
    return request.accept_encodings.best_match(("br", "gzip")) or ""


def _deliver(response: Response) -> Response:
    if g.get("page_is_kept") or response.direct_passthrough or response.status_code == 304:
        return response
    is_public = "page_key" in g and response.status_code == 200 and "Set-Cookie" not in response.headers
    if not is_public:
        response.headers.setdefault("Cache-Control", "private, no-store")
    # A form shown again holds what was typed beside its token: compressing the two together would leak the token's
    # letters (BREACH), so only answers to GET are compressed.
    if request.method in ("GET", "HEAD") and response.mimetype in (
        "text/html",
        "application/xml",
        "text/plain",
    ):
        _compress(response)
    if is_public:
        _keep(response)
        response.make_conditional(request)
    return response


def _compress(response: Response) -> None:
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    encoding = _encoding()
    if len(body) < _SMALLEST_COMPRESSED or not encoding:
        return
    response.set_data(
        brotli.compress(body, quality=5) if encoding == "br" else gzip.compress(body, 6, mtime=0)
    )
    response.headers["Content-Encoding"] = encoding


def _keep(response: Response) -> None:
    body = response.get_data()
    response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
    response.set_etag(hashlib.blake2b(body, digest_size=12).hexdigest())
    if len(request.path) + len(request.query_string) <= _LONGEST_KEY:
        headers = tuple((name, value) for name, value in response.headers if name != "Content-Length")
        current_app.extensions["kept_pages"].put(g.page_key, KeptPage(body, headers))
