"""Referrals: a customer's case in the hands of one repairer, or of the seller who answers for it."""

from flask import Flask

from ...core import mail
from . import commands, labels, letters, models, views


def init_app(app: Flask) -> None:
    """Let the outbox write this part's mails, and pages name its states."""
    mail.write_by(app, letters.WRITER, letters.write)
    app.jinja_env.filters.update(referral_state=labels.state_label, way_label=labels.way_label)


__all__ = ["commands", "init_app", "models", "views"]
