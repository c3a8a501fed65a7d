"""The desk's first page, and the mails that did not get through."""

from flask import render_template
from flask_babel import lazy_gettext as _l

from ..access import SELLERS, Actor, Chapter

chapter = Chapter("today", __name__, label=_l("Today"), home="show", for_=SELLERS)


@chapter.page("", for_=SELLERS)
def show(actor: Actor) -> str:
    return render_template("desk/today/today.html")
