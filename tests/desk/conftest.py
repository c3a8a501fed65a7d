"""Operators at the desk, each in a browser of their own."""

import pytest
from flask import Flask

from ..shopper import ShopClient
from ..signing_in import signed_in_operator


@pytest.fixture
def operator(app: Flask) -> ShopClient:
    return signed_in_operator(app)


@pytest.fixture
def colleague(app: Flask) -> ShopClient:
    """Another one, at the same desk."""
    return signed_in_operator(app)
