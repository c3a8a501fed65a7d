"""What the room's parts hang their pages and commands on: one blueprint, one group of commands."""

from flask import Blueprint

from ..core.commands import Commands

bp = Blueprint("repair", __name__, url_prefix="/repair")
repair = Commands("repair", help="The repair network: places, repairers, referrals.")
