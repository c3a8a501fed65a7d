"""The chapter that this package's views are declared in."""

from flask_babel import lazy_gettext

from ..access import SELLERS, Chapter

chapter = Chapter("offers", __name__, label=lazy_gettext("Offers"), home="show", for_=SELLERS)
