"""A running shop for the tests that race it, kill it and mistreat it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.live import LiveShop

StartShop = Callable[..., LiveShop]


@pytest.fixture
def start_shop(instance: Path, database: Mapping[str, str]) -> Iterator[StartShop]:
    """Open this test's shop: `start_shop(REBELOTE_SERVER_WORKERS="1")`. It is closed at the end."""
    shops = []

    def start(module: str = "storefront.serve", **environ: str) -> LiveShop:
        shop = LiveShop(instance, {**database, **environ}, module)
        shops.append(shop)
        shop.start()
        return shop

    yield start
    for shop in shops:
        shop.stop()
