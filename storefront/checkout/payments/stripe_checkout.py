"""Stripe Checkout: the customer pays on Stripe's own page; switched on by `[payment] methods` and its keys."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from flask_babel import gettext as _

from ...config import current_settings
from ...core.clock import utcnow
from ...core.database import db, transaction
from ...orders import queries as orders
from . import attempts, stripe_api

log = logging.getLogger(__name__)


class StripeCheckout:
    code = "stripe"

    def label(self) -> str:
        return _("Card")

    def note(self) -> str:
        return _("You pay on the page of our payment provider, Stripe, right after ordering.")

    def fits(self, shipping: Iterable[str]) -> bool:
        return True

    def pay_by(self, now: datetime) -> datetime:
        return now + timedelta(minutes=current_settings().payment.stripe_minutes) + attempts.GRACE

    def payment_page(self, order_id: int) -> str | None:
        """Note the attempt, commit, ask Stripe, note its answer. Killed anywhere between, the next call goes on."""
        try:
            return _page(order_id)
        except stripe_api.NotTaken:
            # An attempt whose page was never made is too near its end for Stripe by now: the next is a fresh one.
            pass
        try:
            return _page(order_id)
        except stripe_api.NotTaken as error:
            log.error("stripe refuses to make a payment page: %s", error)
            raise stripe_api.PaymentUnavailable(str(error)) from error


def _page(order_id: int) -> str:
    with transaction():
        attempt = attempts.opened(order_id, now=utcnow())
        order = orders.locked(order_id)
        db.session.flush()
        db.session.expunge_all()
    if attempt.url:
        return attempt.url
    try:
        session_id, url = stripe_api.create(attempt, order)
    except stripe_api.NotTaken:
        with transaction():
            attempts.give_up(attempt.id)
        raise
    with transaction():
        # Only these two: a webhook may have been faster with the rest.
        attempts.note_page(attempt.id, session_id, url)
    return url
