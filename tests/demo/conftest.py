"""The demo shop's rows, made once."""

from datetime import date

import pytest

from storefront.demo.generator import offer_rows, quality_rows

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY


@pytest.fixture(scope="session")
def offers() -> list[dict[str, str]]:
    return list(offer_rows(TODAY))


@pytest.fixture(scope="session")
def history() -> list[dict[str, str]]:
    return list(quality_rows(TODAY))
