"""Where the pages of this chapter are declared, and what they share."""

from flask import request
from flask_babel import lazy_gettext

from ...catalog.curating import fingerprint
from ...catalog.models import Brand, Category, Model
from ..access import OPERATORS, Chapter

chapter = Chapter("curating", __name__, label=lazy_gettext("Models"), home="listed", for_=OPERATORS)


def seen_of(found: Model | Category | Brand | None, status: int) -> str:
    """What the form saw: after a refusal what is there now, as the page shows it."""
    if found is None:
        return ""
    return request.form["seen"] if status == 422 and "seen" in request.form else fingerprint(found)
