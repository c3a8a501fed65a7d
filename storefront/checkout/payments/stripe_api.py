"""Stripe's Checkout Sessions, over the network: nothing here may be called inside a transaction."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import stripe

from ...config import current_settings
from ...core.links import address_of
from ...core.money import Money
from .attempts import ProviderSession

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

    from ...orders.models import ShopOrder
    from ..models import PaymentAttempt

log = logging.getLogger(__name__)
T = TypeVar("T")

# Seconds for one answer; the SDK asks again twice, with the same key, when it gets none.
_PATIENCE = 10
_RETRIES = 2


@dataclass(frozen=True, slots=True)
class ProviderRefund:
    """What the provider says of one refund: our row and order, as it was told them; why it failed, if it did."""

    id: str
    refund_id: int | None
    order_number: str
    failure: str


class PaymentUnavailable(Exception):
    """The provider can't be reached, or won't answer; later it may."""


class NotTaken(Exception):
    """The provider understands and says no: no such page, one that is over already, or that can't be made."""


def _client() -> stripe.StripeClient:
    settings = current_settings().payment
    return stripe.StripeClient(
        settings.stripe_secret_key,
        base_addresses={"api": settings.stripe_api_base},
        max_network_retries=_RETRIES,
        http_client=stripe.RequestsClient(timeout=_PATIENCE),
    )


def _asked(question: Callable[[], T]) -> T:
    try:
        return question()
    except stripe.InvalidRequestError as error:
        raise NotTaken(str(error)) from error
    except stripe.StripeError as error:
        log.warning("stripe: %s", error)
        raise PaymentUnavailable(str(error)) from error


def create(attempt: "PaymentAttempt", order: "ShopOrder") -> tuple[str, str]:
    """The payment page of `attempt`: its id and address. The same attempt always gives the same page.

    Raises `PaymentUnavailable`; `NotTaken` when the provider never made one, and won't make it like that.
    """
    page = {"token": order.token}
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": order.number,
        "metadata": {"attempt": str(attempt.id), "order": order.number},
        "customer_email": order.email,
        "locale": "fr" if order.language == "fr" else "en",
        "expires_at": int(attempt.expires_at.timestamp()),
        "success_url": address_of("orders.show", order.language, **page, payment="done"),
        "cancel_url": address_of("orders.show", order.language, **page, payment="cancelled"),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": attempt.currency.lower(),
                    "unit_amount": attempt.amount_minor,
                    "product_data": {"name": f"{current_settings().shop.name} {order.number}"},
                },
            }
        ],
    }
    # Several shops may share an account: the number tells theirs apart.
    key = f"rebelote-{order.number}-{order.id}-{attempt.id}"
    session = _asked(lambda: _client().v1.checkout.sessions.create(params, {"idempotency_key": key}))
    return session.id, session.url or ""


def retrieve(session_id: str) -> ProviderSession:
    """What the provider says of a payment page now. Raises `PaymentUnavailable`; `NotTaken` when it knows none."""
    return _in_our_words(_asked(lambda: _client().v1.checkout.sessions.retrieve(session_id)))


def expire(session_id: str) -> ProviderSession:
    """Close a payment page. Raises `PaymentUnavailable`, and `NotTaken` when it can't be closed any more."""
    return _in_our_words(_asked(lambda: _client().v1.checkout.sessions.expire(session_id)))


def refund(session_id: str, amount: Money, *, row: int, order_number: str, was_asked: bool) -> str:
    """Pay back `amount` of what was paid on a payment page; gives what the provider calls that. `row` is the id of our
    refund: the same again gives the same, looked up first when it `was_asked` for before, since keys end after a day.

    Raises `PaymentUnavailable`; `NotTaken` when the provider won't.
    """
    payment = retrieve(session_id).payment
    if was_asked:
        asked = _asked(lambda: _client().v1.refunds.list({"payment_intent": payment, "limit": 100}))
        for made in asked.data:
            if getattr(made.metadata, "refund", "") == str(row):
                return _taken(made)
    params: RefundCreateParams = {
        "payment_intent": payment,
        "amount": amount.minor,
        "metadata": {"refund": str(row), "order": order_number},
    }
    key = f"rebelote-{order_number}-refund-{row}"
    return _taken(_asked(lambda: _client().v1.refunds.create(params, {"idempotency_key": key})))


def retrieve_refund(refund_id: str) -> ProviderRefund:
    """What the provider says of a refund now. Raises `PaymentUnavailable`; `NotTaken` when it knows none."""
    made = _asked(lambda: _client().v1.refunds.retrieve(refund_id))
    told = str(getattr(made.metadata, "refund", ""))
    return ProviderRefund(
        id=made.id,
        refund_id=int(told) if told.isdecimal() and len(told) < 16 else None,
        order_number=str(getattr(made.metadata, "order", "")),
        failure=_failure(made),
    )


def _taken(made: stripe.Refund) -> str:
    if failure := _failure(made):
        raise NotTaken(failure)
    return made.id


def _failure(made: stripe.Refund) -> str:
    if made.status not in ("failed", "canceled"):
        return ""
    return f"{made.id} {made.status}: {made.failure_reason or 'no reason given'}"


def _in_our_words(session: stripe.checkout.Session) -> ProviderSession:
    told = _attempt_id(session.metadata)
    payment = session.payment_intent
    return ProviderSession(
        id=session.id,
        attempt_id=told,
        paid=session.payment_status == "paid",
        expired=session.status == "expired",
        amount=Money(session.amount_total or 0, (session.currency or "").upper()),
        payment=payment if isinstance(payment, str) else "",
    )


def _attempt_id(metadata: object) -> int | None:
    told = str(getattr(metadata, "attempt", ""))
    return int(told) if told.isdecimal() and len(told) < 16 else None
