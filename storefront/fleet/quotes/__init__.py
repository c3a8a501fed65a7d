"""The quotes: alternatives proposed, one chosen, its units held until it is accepted or over."""

from flask import Flask

from ...core import mail
from ..wishes.known import known_firms
from . import again, asking_views, commands, labels, letters, models, pages, views
from .queries import last_firm

__all__ = ["again", "asking_views", "commands", "init_app", "models", "pages", "views"]


def init_app(app: Flask) -> None:
    """Let the outbox write the mails about quotes, and the request's form know who asked before."""
    mail.write_by(app, letters.WRITER, letters.write)
    app.jinja_env.filters["quote_state"] = labels.state_label
    if last_firm not in known_firms:
        known_firms.append(last_firm)
