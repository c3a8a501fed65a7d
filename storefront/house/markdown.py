"""People's Markdown as safe HTML: no HTML of theirs, few elements, and links that lead where they say."""

import re
from collections.abc import Mapping

from markupsafe import Markup

from .rules import WAYS, filled_in

_ELEMENTS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "blockquote",
    "hr",
    "a",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}
# Our own paths (not `//elsewhere`), places on the page, the web and mailboxes.
_LINK = re.compile(r"(?:https?://[^/]|mailto:|/(?![/\\])|#)", re.IGNORECASE)
_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")


def rendered(text: str, values: Mapping[str, str], *, level: int) -> Markup:
    """The text with its placeholders filled in; its first headings are `<hLEVEL>`, at most `<h6>`."""
    # Both are needed for these few pages only, and take 60 ms to load.
    import nh3
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "code", "fence", "backticks"])
    tokens = parser.parse(filled_in(text, {name: _written(name, value) for name, value in values.items()}))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, level + int(token.tag[1:]) - 1)}"
    return Markup(  # noqa: S704 - what nh3 lets through
        nh3.clean(
            parser.renderer.render(tokens, parser.options, {}),
            tags=_ELEMENTS,
            attributes={"a": {"href"}},
            attribute_filter=_link,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener",
        )
    )


def _written(name: str, value: str) -> str:
    """A value as Markdown that says just this; a way to a page stays an address."""
    return value if name in WAYS else _SPECIAL.sub(r"\\\1", " ".join(value.split()))


def _link(_element: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or _LINK.match(value) else None
