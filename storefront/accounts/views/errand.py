"""What this browser is in the middle of: a code is on its way, and only here will it count."""

from dataclasses import asdict, dataclass

from flask import Response, make_response, render_template, request, session, url_for

from ...config import current_settings
from ...core.errors import FormInvalid
from ...core.ratelimit import limit
from .. import known
from ..errors import CodeGone

_NAME = "account_errand"
# Mails to one mailbox in an hour: for one connection, and for all that never signed in to its account before.
_FROM_ONE, _FROM_ALL = 5, 30


@dataclass(frozen=True, slots=True)
class Errand:
    """A code that was asked for. `after` is where to go on to, or empty."""

    purpose: str
    key: str
    email: str
    after: str = ""


def begin(errand: Errand) -> None:
    """Remember it here; what was begun before counts no more."""
    session[_NAME] = asdict(errand)


def current(purpose: str) -> Errand | None:
    """What was begun for this purpose, if anything."""
    kept = session.get(_NAME)
    return Errand(**kept) if isinstance(kept, dict) and kept.get("purpose") == purpose else None


def done() -> None:
    session.pop(_NAME, None)


def count_mail(email: str) -> None:
    """Count a mail to be written to somebody who may not have asked for it. Raises `TooManyRequests` (429)."""
    limit("codes", per_hour=current_settings().limits.codes)
    limit(f"code for {email}", per_hour=_FROM_ONE)
    if not known.is_known(email):
        limit("code for a mailbox", per_hour=_FROM_ALL, whom=email)


def code_page(errand: Errand, page: str, refused: FormInvalid | CodeGone | None = None) -> Response:
    """The page `accounts/PAGE.html` that asks for the code: 422 for a wrong one, 409 when none can do any more."""
    gone = str(refused) if isinstance(refused, CodeGone) else ""
    errors = refused.errors if isinstance(refused, FormInvalid) else {}
    again = url_for(_AGAIN[page])
    html = render_template(
        f"accounts/{page}.html",
        errand=errand,
        code=request.form.get("code", ""),
        errors=errors,
        gone=gone,
        again=again,
    )
    return make_response(html, 409 if gone else 422 if errors else 200)


_AGAIN = {
    "sign_up_code": "accounts.sign_up",
    "forgotten_code": "accounts.forgotten",
    "moving_code": "accounts.mail",
}
