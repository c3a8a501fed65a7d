"""The quotes: alternatives proposed, one chosen, its units held until it is accepted or over."""

from flask import Flask

from ...core import mail
from . import again, commands, labels, letters, models, pages

__all__ = ["again", "commands", "init_app", "models", "pages"]


def init_app(app: Flask) -> None:
    """Let the outbox write the mails about quotes."""
    mail.write_by(app, letters.WRITER, letters.write)
    app.jinja_env.filters["quote_state"] = labels.state_label
