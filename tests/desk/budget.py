"""What pages of the desk weigh on the wire, with their stylesheets."""

import gzip
import re
from collections.abc import Iterable

from ..shopper import ShopClient

# Twice what a page of the shop may be (bytes, HTML and CSS, packed).
MOST = 28_000
SHEETS = 2


def overweight(client: ShopClient, paths: Iterable[str]) -> dict[str, int]:
    """Those of these pages that are too heavy, with their weight. Each is there, and holds no style of its own."""
    weights = {path: _weight(client, path) for path in paths}
    return {path: weight for path, weight in weights.items() if weight > MOST}


def _weight(client: ShopClient, path: str) -> int:
    page = client.get(path)
    sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', page.text)
    assert (path, page.status_code, len(sheets), "style=" in page.text) == (path, 200, SHEETS, False)
    return sum(len(gzip.compress(data, 6)) for data in (page.data, *(_file(client, url) for url in sheets)))


def _file(client: ShopClient, url: str) -> bytes:
    with client.get(url) as answer:
        return answer.data
