"""Static files: named by their content, compressed once at start, cached for ever (WhiteNoise serves them).

Stylesheets are written in the shop's default colours. In other colours they are other files, published when a page
first asks for them; a process that is asked for one which another has published finds it on the disk.
"""

import gzip
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import brotli
import js_lib_htmx
from flask import Flask, Response, abort, request
from werkzeug.datastructures import Headers
from werkzeug.security import safe_join
from whitenoise import WhiteNoise

from ..config import current_settings
from ..config.colours import dyed
from ..config.sections import Colours

# htmx comes from its package, never from a copy in the repository or somebody else's server.
HTMX = Path(js_lib_htmx.__file__).parent / "static" / "htmx" / "htmx.min.js"
_HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
# Comments on lines of their own, and indents: a quarter of our script, and of no use to a browser.
_NOT_CODE = re.compile(rb"^[ \t]*(?://.*\n)?", re.MULTILINE)
_COMPRESSIBLE = {".css", ".js", ".svg", ".txt"}
_DEFAULT = Colours()


def init_app(app: Flask, sources: Path) -> None:
    """Publish the files of `sources` (and htmx) under `/static/`; `asset("site.css")` gives a file's address."""
    built = Path(app.instance_path) / "static"
    built.mkdir(parents=True, exist_ok=True)
    names = {
        path.relative_to(sources).as_posix(): path for path in sorted(sources.rglob("*")) if path.is_file()
    }
    contents = {name: path.read_bytes() for name, path in {**names, "htmx.js": HTMX}.items()}
    assets = Assets(built, contents)
    app.jinja_env.globals["asset"] = lambda name: assets.address(name, current_settings().colours)
    app.wsgi_app = assets.served = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(built),
        prefix="static/",
        immutable_file_test=lambda _path, url: bool(_HASHED.search(url)),
        add_headers_function=_headers,
    )
    app.add_url_rule("/static/<path:name>", "static", assets.late)


class Assets:
    """The published files of this process; `addresses` are those of the files as they stand in `static/`."""

    def __init__(self, built: Path, contents: Mapping[str, bytes]) -> None:
        self.built = built
        self.contents = contents
        self.addresses = {
            name: f"/static/{_publish(content, name, built)}" for name, content in contents.items()
        }
        self.dyed: dict[tuple[str, Colours], str] = {}
        self.served: WhiteNoise | None = None

    def address(self, name: str, colours: Colours) -> str:
        """Where a file is found; a stylesheet in these colours."""
        if colours == _DEFAULT or not name.endswith(".css"):
            return self.addresses[name]
        if (name, colours) not in self.dyed:
            content = dyed(self.contents[name].decode(), asdict(_DEFAULT), asdict(colours)).encode()
            self.dyed[name, colours] = f"/static/{_publish(content, name, self.built)}"
        return self.dyed[name, colours]

    def late(self, name: str) -> Response:
        """A file that was not there when this process began: a stylesheet in the colours of today."""
        path = Path(safe_join(str(self.built), name) or self.built)
        if self.served is None or not _HASHED.search(name) or not path.is_file():
            abort(404)
        address = f"/static/{name}"
        self.served.add_file_to_dictionary(address, str(path))
        answer = self.served.files[address].get_response(request.method, request.environ)
        body = b""
        if answer.file:
            with answer.file as file:
                body = file.read()
        response = Response(body, answer.status, Headers(answer.headers))
        # No page of ours: compressed already, and cached for ever.
        response.direct_passthrough = True
        return response


def _publish(content: bytes, name: str, built: Path) -> str:
    stem, dot, suffix = name.rpartition(".")
    if suffix == "js":
        content = _NOT_CODE.sub(b"", content)
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{dot}{suffix}"
    _write_once(built / hashed, lambda: content)
    if f".{suffix}" in _COMPRESSIBLE:
        _write_once(built / f"{hashed}.gz", lambda: gzip.compress(content, 9, mtime=0))
        _write_once(built / f"{hashed}.br", lambda: brotli.compress(content))
    return hashed


def _write_once(path: Path, make_content: Callable[[], bytes]) -> None:
    """Several workers start at once: each writes its own file and moves it into place whole.

    Compressing is slow, so that a file already there is not compressed again.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(make_content())
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def _headers(headers: object, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"  # type: ignore[index]
