"""Repair first: who repairs what and where, what we would do in your place, and a case handed to one repairer."""

from flask import Flask

from . import advice, network, referrals
from .front import bp, repair


def init_app(app: Flask) -> None:
    """Register the pages and commands that the parts of this room have hung on `front`."""
    app.register_blueprint(bp)
    app.cli.add_command(repair)
    network.init_app(app)
    referrals.init_app(app)


__all__ = ["advice", "init_app", "network", "referrals"]
