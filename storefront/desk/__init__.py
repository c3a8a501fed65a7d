"""The desk: where operators, and sellers among their own things, run the shop. Calls the other rooms, owns no rule."""

from typing import Any

from flask import Blueprint, Flask, g, request
from flask_babel import lazy_gettext

from ..accounts.entries import AccountEntry, add_entry, start_at
from ..accounts.models import Person
from ..core.templating import address
from ..sellers.members import sellers_of
from . import access
from .curating import chapter as curating
from .offers import chapter as offers
from .orders import chapter as orders
from .pages.views import chapter as pages
from .people.views import chapter as people
from .quotes import chapter as quotes
from .referrals.views import chapter as referrals
from .repairers import chapter as repairers
from .sellers.views import chapter as sellers
from .today.views import chapter as today

# In the order of the navigation.
CHAPTERS = (today, orders, offers, quotes, sellers, referrals, repairers, people, curating, pages)


def init_app(app: Flask) -> None:
    """Register the desk's chapters, and close all of its addresses to strangers."""
    desk = Blueprint("desk", __name__, url_prefix=access.HOME)
    for chapter in CHAPTERS:
        desk.register_blueprint(chapter)
    desk.context_processor(_always)
    app.register_blueprint(desk)
    access.init_app(app)
    note = lazy_gettext("Orders, offers and all that runs the shop.")
    add_entry(app, AccountEntry("desk.today.show", lazy_gettext("To the desk"), note, _has_a_desk))
    start_at(app, "desk.today.show", _has_a_desk)


def _has_a_desk(person: Person) -> bool:
    return person.is_operator or bool(sellers_of(person.id))


def _always() -> dict[str, Any]:
    """What every page of the desk has at hand; an error page of the desk is one of the shop's."""
    if "desk_actor" not in g:
        return {}
    actor = access.current_actor()
    return {"actor": actor, "chapters": access.links(CHAPTERS, actor), "here": _here}


def _here(cursor: str) -> str:
    """The address of this page of a list, on at `cursor`."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "at"]
    return address(request.path, [*kept, ("at", cursor)])


__all__ = ["init_app"]
