"""The chapter itself, which its pages hang themselves on."""

from flask_babel import lazy_gettext

from ..access import OPERATORS, Chapter

chapter = Chapter("repairers", __name__, label=lazy_gettext("Repairers"), home="listed", for_=OPERATORS)
