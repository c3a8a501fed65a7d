"""`/feeds/google.tsv`: Google's product feed, made when it is asked for and kept in a file until the shop changes."""

import gzip
import threading
import time
from pathlib import Path
from typing import IO, cast

from flask import Response, current_app, request, send_file

from ..config import current_settings
from ..core import i18n
from ..core.clock import utcnow
from ..core.kept import encoding
from .changes import generation
from .feed_lines import google_lines
from .views import bp

# Each order changes the shop, and making the feed of 100,000 offers takes a processor for seconds: a file younger than
# this (seconds) is good enough. Google asks once a day.
YOUNG = 600
_making = threading.Lock()


@bp.get("/feeds/google.tsv")
def google_feed() -> Response:
    """The feed in the language of the address, or the shop's; never held in memory whole."""
    i18n.speak(request.environ.get(i18n.CHOSEN) or current_settings().shop.language)
    path = google_file()
    packed = encoding(request.headers.get("Accept-Encoding", "")) == "gzip"
    etag = f"{path.name.removesuffix('.tsv.gz')}{'-gzip' if packed else ''}"
    # Unpacked piece by piece, for those who can't do it themselves.
    file = cast(IO[bytes], path.open("rb") if packed else gzip.GzipFile(path))
    response = send_file(file, mimetype="text/tab-separated-values", etag=etag, conditional=True)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.vary.add("Accept-Encoding")
    return response


def google_file() -> Path:
    """The feed as it stands, or as it stood a few minutes ago, in a file; made anew when there is none such."""
    folder = Path(current_app.instance_path, "feeds")
    start = f"google-{i18n.language()}-"
    with _making:
        name = f"{start}{generation()}-{utcnow():%Y%m%d}.tsv.gz"
        there = sorted(folder.glob(f"{start}*.tsv.gz"), key=lambda path: path.stat().st_mtime)
        if there and (there[-1].name == name or time.time() - there[-1].stat().st_mtime < YOUNG):
            return there[-1]
        _make(folder, name)
        for old in there:
            # Whoever is being sent it reads on to its end.
            old.unlink(missing_ok=True)
    return folder / name


def _make(folder: Path, name: str) -> None:
    folder.mkdir(exist_ok=True)
    half = folder / f"{name}.{threading.get_ident()}.half"
    with gzip.open(half, "wt", compresslevel=5, encoding="utf-8", newline="") as file:
        for lines in google_lines(current_settings()):
            file.write(lines)
    half.replace(folder / name)
