"""The chapter, for the views to hang on."""

from flask_babel import lazy_gettext

from ..access import SELLERS, Chapter

chapter = Chapter("quotes", __name__, label=lazy_gettext("Quotes"), home="listed", for_=SELLERS)
