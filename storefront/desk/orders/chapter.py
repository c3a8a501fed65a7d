"""The chapter itself, which its views are declared on."""

from flask_babel import lazy_gettext

from ..access import SELLERS, Chapter

chapter = Chapter("orders", __name__, label=lazy_gettext("Orders"), home="index", for_=SELLERS)
