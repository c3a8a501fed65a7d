"""Headers that let nobody in: nothing runs, loads, frames or posts that isn't ours."""

from flask import Flask, Response, abort, request
from werkzeug.middleware.proxy_fix import ProxyFix

from ..config import Settings, current_settings
from ..config.sections import Payment

# Far above any form of ours; uploads have limits of their own.
LARGEST_REQUEST = 2 * 1024 * 1024
# Any filter of ours fits in; reading addresses without end would cost more than answering them.
LONGEST_ADDRESS = 8_000
STRIPE = "https://api.stripe.com"


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    secure = settings.shop.url.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        MAX_FORM_PARTS=500,
        SESSION_COOKIE_NAME="rebelote",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        # Language prefixes live in the script name; the session belongs to all of them.
        SESSION_COOKIE_PATH="/",
    )
    headers = _headers(secure)

    def protect(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        # Ways of paying are switched on and off while the shop runs.
        policy = content_security_policy(current_settings().payment)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response

    app.before_request(_refuse_long_addresses)
    app.before_request(_refuse_nul)
    app.after_request(protect)
    if settings.server.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]


def _refuse_long_addresses() -> None:
    if len(request.environ["PATH_INFO"]) + len(request.query_string) > LONGEST_ADDRESS:
        abort(414)


def _refuse_nul() -> None:
    """No address of ours holds a NUL, and PostgreSQL takes none in a text: there is nothing to look for."""
    if "\0" in request.path:
        abort(404)


def _headers(secure: bool) -> dict[str, str]:
    headers = {
        "X-Content-Type-Options": "nosniff",
        # An order's address is a secret: it goes to nobody else.
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "X-Frame-Options": "DENY",
    }
    if secure:
        headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return headers


def content_security_policy(payment: Payment) -> str:
    """Ours alone; a hosted payment page is the one place that a form's redirect may lead to."""
    form_action = "'self'"
    if "stripe" in payment.methods:
        form_action += " https://checkout.stripe.com"
        if payment.stripe_api_base != STRIPE:
            # A stand-in for Stripe, in tests and demonstrations, shows its payment page itself.
            form_action += f" {payment.stripe_api_base}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {form_action}; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )
