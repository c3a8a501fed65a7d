"""The texts of the legal pages: the shop's own where it has written some, with what the law wants said beside them."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from ..config import current_settings
from ..core.i18n import locale_code
from ..house.markdown import rendered
from ..house.rules import FACTS, missing_mentions
from ..house.texts import own_text

# How deep headings begin: the legal texts stand under headings of the page.
_LEVELS = {"terms": 3, "privacy": 3, "imprint": 3, "about": 2}


@dataclass(frozen=True, slots=True)
class PageText:
    """A text as it is shown. `missing`: what the law wants said and the text doesn't ask for; the page adds it.
    `empty`: facts that it needs and the settings don't have.
    """

    html: Markup
    missing: tuple[str, ...]
    empty: tuple[str, ...]


def page_text(name: str) -> PageText:
    """In the reader's language."""
    return preview(name, source(name, locale_code()))


def source(name: str, language: str) -> str:
    """The Markdown that holds: the shop's own, else the built-in one (which is in the language of the moment)."""
    own = own_text(name, language)
    return built_in(name) if own is None else own


def built_in(name: str) -> str:
    """To begin one's own from, in the language of the moment."""
    return render_template(f"info/{name}.md").strip()


def preview(name: str, text: str) -> PageText:
    """How a text would be shown; nothing is kept."""
    values = _facts() | {
        "withdraw": url_for("orders.withdraw"),
        "guarantee": url_for("orders.guarantee"),
        "ranking": url_for("catalog.how_we_rank"),
    }
    missing = missing_mentions(name, text)
    asked = [fact for fact in FACTS if f"{{{fact}}}" in text or fact in missing]
    return PageText(
        html=rendered(text, values, level=_LEVELS[name]),
        missing=missing,
        empty=tuple(fact for fact in asked if not values[fact]),
    )


def _facts() -> dict[str, str]:
    settings = current_settings()
    facts = {name: getattr(settings.contact, name) for name in FACTS if name != "shop"}
    hosting = facts["hosting"] or _("The shop itself, at the address above")
    return facts | {"shop": settings.shop.name, "hosting": hosting}
