"""Where the pages of this room are registered."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
