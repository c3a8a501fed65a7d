"""A small Stripe of our own, over real HTTP: Checkout Sessions with idempotency keys, signed webhooks, and bad days.

It knows what the shop uses: create, retrieve and expire a session, create, retrieve and list refunds. As at Stripe, a
key that was used gives the first answer again, the same key with other parameters is refused, a page ends 30 minutes to
24 hours from now, and no more is refunded than was paid.
`troubles` holds what goes wrong with the next requests, one each: `500`, `lost` (done, but the connection breaks before
the answer), `slow`.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from storefront.checkout.payments.signatures import sign

SECRET_KEY, WEBHOOK_SECRET = "sk_test_of_our_fake", "whsec_of_our_fake"
SLOW_SECONDS = 1.5


class FakeStripe:
    """The provider's side. `requests` lists what was asked, as (method, path)."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, tuple[dict[str, str], dict[str, Any]]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.troubles: deque[str] = deque()
        self.requests: list[tuple[str, str]] = []
        self.lock = threading.Lock()
        self.url = ""

    def create(self, key: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            if key in self.answers:
                asked, answer = self.answers[key]
                if asked != fields:
                    return 400, _error("idempotency_error", "Keys can only be used with the same parameters.")
                return 200, answer
            if not 1800 <= int(fields["expires_at"]) - time.time() <= 86_400:
                return 400, _error(
                    "invalid_request_error", "expires_at must be 30 minutes to 24 hours from now."
                )
            session = self._new(fields)
            self.sessions[session["id"]] = session
            self.answers[key] = (fields, dict(session))
            return 200, session

    def _new(self, fields: dict[str, str]) -> dict[str, Any]:
        number = len(self.sessions) + 1
        return {
            "id": f"cs_test_{number}",
            "object": "checkout.session",
            "url": f"{self.url}/pay/cs_test_{number}",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_total": int(fields["line_items[0][price_data][unit_amount]"]),
            "currency": fields["line_items[0][price_data][currency]"],
            "client_reference_id": fields["client_reference_id"],
            "metadata": {"attempt": fields["metadata[attempt]"], "order": fields["metadata[order]"]},
            "expires_at": int(fields["expires_at"]),
            "success_url": fields["success_url"],
            "cancel_url": fields["cancel_url"],
            "customer_email": fields["customer_email"],
        }

    def expire(self, session_id: str) -> tuple[int, dict[str, Any]]:
        session = self.sessions[session_id]
        if session["status"] != "open":
            return 400, _error(
                "invalid_request_error", "Only Checkout Sessions with a status of open can be expired."
            )
        session.update(status="expired", url=None)
        return 200, session

    def pay(self, session_id: str) -> dict[str, Any]:
        """The customer pays on the hosted page."""
        self.sessions[session_id].update(
            status="complete", payment_status="paid", payment_intent=f"pi_{session_id}", url=None
        )
        return self.sessions[session_id]

    def refund(self, key: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        with self.lock:
            if key in self.answers:
                asked, answer = self.answers[key]
                if asked != fields:
                    return 400, _error("idempotency_error", "Keys can only be used with the same parameters.")
                return 200, answer
            payment, amount = fields["payment_intent"], int(fields["amount"])
            paid = sum(s["amount_total"] for s in self.sessions.values() if s["payment_intent"] == payment)
            back = sum(
                r["amount"]
                for r in self.refunds
                if r["payment_intent"] == payment and r.get("status") != "failed"
            )
            if amount > paid - back:
                return 400, _error(
                    "invalid_request_error", "Refund amount is greater than unrefunded amount."
                )
            made = {
                "id": f"re_test_{len(self.refunds) + 1}",
                "object": "refund",
                "amount": amount,
                "payment_intent": payment,
                "status": "succeeded",
                "failure_reason": None,
                "metadata": {"refund": fields["metadata[refund]"], "order": fields["metadata[order]"]},
            }
            self.refunds.append(made)
            self.answers[key] = (fields, made)
            return 200, made

    def refund_called(self, refund_id: str) -> tuple[int, dict[str, Any]]:
        made = next((made for made in self.refunds if made.get("id") == refund_id), None)
        return (200, made) if made else (404, _error("invalid_request_error", "No such refund"))

    def refunds_of(self, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        found = [made for made in self.refunds if made["payment_intent"] == fields["payment_intent"]]
        return 200, {"object": "list", "data": found, "has_more": False, "url": "/v1/refunds"}

    def send_back(self, refund_id: str) -> None:
        """The customer's bank doesn't take a refund, days after it was made."""
        made = next(made for made in self.refunds if made["id"] == refund_id)
        made.update(status="failed", failure_reason="expired_or_canceled_card")

    def webhook(
        self,
        session_id: str,
        kind: str = "checkout.session.completed",
        *,
        event_id: str = "evt_1",
        secret: str = WEBHOOK_SECRET,
        age: int = 0,
    ) -> tuple[bytes, dict[str, str]]:
        """Body and headers of a webhook, signed `age` seconds ago."""
        body = json.dumps({"id": event_id, "type": kind, "data": {"object": {"id": session_id}}}).encode()
        return body, {"Stripe-Signature": sign(body, secret, int(time.time()) - age), "Sec-Fetch-Site": ""}


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message}}


class _Handler(BaseHTTPRequestHandler):
    stripe: FakeStripe
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self._answer("POST")

    def do_GET(self) -> None:
        self._answer("GET")

    def _answer(self, method: str) -> None:
        path, query = urlsplit(self.path)[2:4]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.stripe.requests.append((method, path))
        trouble = self.stripe.troubles.popleft() if self.stripe.troubles else ""
        if trouble == "500":
            return self._send(500, _error("api_error", "Something went wrong on our end."))
        if self.headers.get("Authorization") != f"Bearer {SECRET_KEY}":
            return self._send(401, _error("invalid_request_error", "Invalid API Key provided."))
        status, answer = self._do(method, path, dict(parse_qsl(body or query)))
        if trouble == "lost":
            self.close_connection = True
            return self.connection.close()
        if trouble == "slow":
            time.sleep(SLOW_SECONDS)
        return self._send(status, answer)

    def _do(self, method: str, path: str, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        parts = path.strip("/").split("/")
        if (method, path) == ("POST", "/v1/checkout/sessions"):
            return self.stripe.create(self.headers["Idempotency-Key"], fields)
        if path == "/v1/refunds" and method == "POST":
            return self.stripe.refund(self.headers["Idempotency-Key"], fields)
        if parts[:2] == ["v1", "refunds"]:
            return self.stripe.refund_called(parts[2]) if parts[2:] else self.stripe.refunds_of(fields)
        session = self.stripe.sessions.get(parts[3]) if parts[:3] == ["v1", "checkout", "sessions"] else None
        if session is None:
            return 404, _error("invalid_request_error", "No such checkout.session")
        if method == "POST" and parts[4:] == ["expire"]:
            return self.stripe.expire(session["id"])
        return 200, session

    def _send(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Tests are quiet."""


@contextmanager
def running() -> Iterator[FakeStripe]:
    """The fake at a free port of this machine, until the block ends."""
    stripe = FakeStripe()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"stripe": stripe}))
    server.daemon_threads = True
    stripe.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stripe
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
