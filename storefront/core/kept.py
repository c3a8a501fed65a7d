"""Finished pages that are the same for everybody, answered before the application is asked.

A page is kept with the catalogue's generation that it shows, and given out only while that is the current one: never
stale. Sits inside the language prefix, so that the language of an address is known.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.http import is_resource_modified, parse_accept_header

from . import htmx
from .clock import utcnow
from .i18n import CHOSEN, preferred

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# What the kept pages of one process may weigh together, in bytes.
KEPT_BYTES = 24 * 1024 * 1024
# An address longer than this is somebody's experiment: answered, not kept.
LONGEST_ADDRESS = 1_000
# Of a kept page's headers, those that a 304 must repeat (RFC 9110, section 15.4.5).
_WITHOUT_BODY = ("cache-control", "content-location", "date", "etag", "expires", "vary")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A finished answer (status 200). True at one generation, and for one day: pages speak of updates that end."""

    generation: int
    day: date
    etag: str
    body: bytes
    headers: tuple[tuple[str, str], ...]


class KeptPages:
    """The finished pages of this process, the longest unused going first."""

    def __init__(
        self,
        application: "WSGIApplication",
        generation: Callable[[], int],
        default_language: Callable[[], str],
    ) -> None:
        self.application = application
        self.generation = generation
        self.default_language = default_language
        self.pages: OrderedDict[Key, KeptPage] = OrderedDict()
        self.weight = 0
        self.lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.application(environ, start_response)
        page = self._find(self.key(environ))
        if page is None or page.generation != self.generation() or page.day != utcnow().date():
            return self.application(environ, start_response)
        return _answer(page, environ, start_response)

    def key(self, environ: "WSGIEnvironment") -> Key:
        """What tells two public pages apart: the address, and what the browser says it can read."""
        chosen = environ.get(CHOSEN)
        return (
            chosen or preferred(environ.get("HTTP_ACCEPT_LANGUAGE", ""), self.default_language()),
            environ.get("SCRIPT_NAME", ""),
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
            htmx.swapped(environ),
            encoding(environ.get("HTTP_ACCEPT_ENCODING", "")),
        )

    def put(self, environ: "WSGIEnvironment", page: KeptPage) -> None:
        key = self.key(environ)
        if len(key[2]) + len(key[3]) > LONGEST_ADDRESS:
            return
        with self.lock:
            old = self.pages.pop(key, None)
            self.pages[key] = page
            self.weight += len(page.body) - (len(old.body) if old else 0)
            while self.weight > KEPT_BYTES:
                self.weight -= len(self.pages.popitem(last=False)[1].body)

    def _find(self, key: Key) -> KeptPage | None:
        with self.lock:
            page = self.pages.get(key)
            if page is not None:
                self.pages.move_to_end(key)
            return page


def _answer(page: KeptPage, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    if "HTTP_IF_NONE_MATCH" in environ and not is_resource_modified(environ, page.etag):
        headers = [(name, value) for name, value in page.headers if name.lower() in _WITHOUT_BODY]
        start_response("304 Not Modified", headers)
        return []
    start_response("200 OK", [*page.headers, ("Content-Length", str(len(page.body)))])
    return [page.body] if environ["REQUEST_METHOD"] == "GET" else []


@lru_cache(maxsize=2_000)
def encoding(accepted: str) -> str:
    """The compression to use for an `Accept-Encoding` header: `br`, `gzip` or none."""
    return parse_accept_header(accepted).best_match(("br", "gzip")) or ""
