"""Stripe's signatures on its webhooks (https://docs.stripe.com/webhooks#verify-manually).

The SDK's own check refuses everything when our clock is five minutes ahead, and takes what is dated a year ahead. Here
a wrong clock is borne for an hour both ways: an old webhook sent again does no harm, it only makes us ask Stripe.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime

# Seconds that the time in a signature may differ from ours, either way.
TOLERANCE = 3600


class Forged(Exception):
    """The webhook isn't signed with our secret, or not at about this time, or can't be read."""


@dataclass(frozen=True, slots=True)
class Event:
    """What a webhook tells: its own id, its kind, and the payment page, or the refund, that it speaks of."""

    id: str
    kind: str
    subject: str


def sign(payload: bytes, secret: str, timestamp: int) -> str:
    """The header that a sender who knows `secret` puts beside `payload`."""
    return f"t={timestamp},v1={_digest(payload, secret, str(timestamp))}"


def read(payload: bytes, header: str, secret: str, *, now: datetime) -> Event:
    """Check the signature, then read the event. Raises `Forged`."""
    parts = [part.partition("=") for part in header.split(",")]
    timestamp = next((value for name, _eq, value in parts if name == "t"), "")
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise Forged("no time in the signature")
    expected = _digest(payload, secret, timestamp)
    given = [value for name, _eq, value in parts if name == "v1"]
    if not any(hmac.compare_digest(expected.encode(), value.encode()) for value in given):
        raise Forged("not our secret")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        raise Forged("too old, or our clock is wrong")
    return _event(payload)


def _digest(payload: bytes, secret: str, timestamp: str) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + payload, hashlib.sha256).hexdigest()


def _event(payload: bytes) -> Event:
    try:
        told = json.loads(payload)
        texts = (told["id"], told["type"], told["data"]["object"].get("id", ""))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Forged("not an event") from error
    if not all(isinstance(text, str) and len(text) <= 255 and text.isprintable() for text in texts):
        raise Forged("not an event")
    return Event(*texts)
