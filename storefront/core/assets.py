"""Static files: named by their content, compressed once at start, cached for ever (WhiteNoise serves them)."""

import gzip
import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import brotli
import js_lib_htmx
from flask import Flask
from whitenoise import WhiteNoise

# htmx comes from its package, never from a copy in the repository or somebody else's server.
HTMX = Path(js_lib_htmx.__file__).parent / "static" / "htmx" / "htmx.min.js"
_HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
# Comments on lines of their own, and indents: a quarter of our script, and of no use to a browser.
_NOT_CODE = re.compile(rb"^[ \t]*(?://.*\n)?", re.MULTILINE)
_COMPRESSIBLE = {".css", ".js", ".svg", ".txt"}


def init_app(app: Flask, sources: Path) -> None:
    """Publish the files of `sources` (and htmx) under `/static/`; `asset("site.css")` gives a file's address."""
    built = Path(app.instance_path) / "static"
    built.mkdir(parents=True, exist_ok=True)
    names = {
        path.relative_to(sources).as_posix(): path for path in sorted(sources.rglob("*")) if path.is_file()
    }
    addresses = {
        name: f"/static/{_publish(path, name, built)}" for name, path in {**names, "htmx.js": HTMX}.items()
    }
    app.extensions["assets"] = addresses
    app.jinja_env.globals["asset"] = addresses.__getitem__
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(built),
        prefix="static/",
        immutable_file_test=lambda _path, url: bool(_HASHED.search(url)),
        add_headers_function=_headers,
    )


def _publish(source: Path, name: str, built: Path) -> str:
    content = source.read_bytes()
    if source.suffix == ".js":
        content = _NOT_CODE.sub(b"", content)
    stem, dot, suffix = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{dot}{suffix}"
    _write_once(built / hashed, lambda: content)
    if source.suffix in _COMPRESSIBLE:
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
