"""Sellers: the refurbishers, what happened to their past orders, and what that says about the next one."""

from flask import Flask

from . import actions, models


def init_app(app: Flask) -> None:
    """Register this room's commands."""


__all__ = ["actions", "init_app", "models"]
