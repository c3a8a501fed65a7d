"""A shop that takes payments through a provider of our own making."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import MakeApp

from . import fake_stripe


@pytest.fixture
def stripe() -> Iterator[fake_stripe.FakeStripe]:
    with fake_stripe.running() as provider:
        yield provider


@pytest.fixture
def stripe_shop(make_app: MakeApp, stripe: fake_stripe.FakeStripe) -> Flask:
    """For a test file's own `app`."""
    return make_app(
        REBELOTE_PAYMENT_METHODS="stripe,bank-transfer",
        REBELOTE_PAYMENT_STRIPE_SECRET_KEY=fake_stripe.SECRET_KEY,
        REBELOTE_PAYMENT_STRIPE_WEBHOOK_SECRET=fake_stripe.WEBHOOK_SECRET,
        REBELOTE_PAYMENT_STRIPE_API_BASE=stripe.url,
    )
