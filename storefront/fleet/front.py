"""What the room's parts hang their pages and commands on: one blueprint, one group of commands."""

from flask import Blueprint

from ..core.commands import Commands

bp = Blueprint("fleet", __name__)
fleet = Commands("fleet", help="Fleets for firms: quotes and what they hold.")
