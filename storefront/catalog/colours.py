"""What the colours of devices look like: sellers name them, drawings need hex codes."""

from collections.abc import Mapping

# Colours as sellers name them. A shade that isn't here falls back on its last known word ("moss green": green).
COLOURS: Mapping[str, str] = {
    "alpine green": "#5d6f5c",
    "beige": "#e3d3b8",
    "black": "#45434f",
    "blue": "#4f83d1",
    "bronze": "#a9825c",
    "brown": "#8a6248",
    "burgundy": "#8a2f46",
    "coral": "#ff8a70",
    "cream": "#f3e9d2",
    "dark blue": "#34508a",
    "deep purple": "#6a5a78",
    "desert titanium": "#c9ae94",
    "gold": "#ecd3a8",
    "graphite": "#62616a",
    "gray": "#9a9aa2",
    "green": "#5e9a72",
    "grey": "#9a9aa2",
    "hazel": "#9a9a86",
    "lavender": "#cdc0ec",
    "light blue": "#a9cdf0",
    "light green": "#bfe0b4",
    "lilac": "#d3bfe6",
    "lime": "#c8e86a",
    "magenta": "#c2438c",
    "midnight": "#34415c",
    "midnight green": "#4d625d",
    "mint": "#b5e6d3",
    "natural titanium": "#b5ab9e",
    "navy": "#35446e",
    "orange": "#f59a4a",
    "pacific blue": "#4a7288",
    "pink": "#f7bccb",
    "pink gold": "#ecc6b8",
    "purple": "#a68fd8",
    "red": "#d8364a",
    "rose gold": "#ecc2b4",
    "sage": "#a9bba0",
    "sierra blue": "#a3c0dc",
    "silver": "#dcdde3",
    "sky blue": "#b4daf2",
    "space black": "#4b4954",
    "space grey": "#74747e",
    "starlight": "#f2ead8",
    "teal": "#3d8d92",
    "titanium": "#a8a49e",
    "turquoise": "#58c3c0",
    "ultramarine": "#6478e0",
    "violet": "#b39be0",
    "white": "#f6f5f2",
    "yellow": "#f7d95e",
}
UNKNOWN_COLOUR = "#9fb4c8"


def colour(name: str) -> str:
    """The hex code of a colour's name; of its last known word when the whole isn't known."""
    words = name.lower().split()
    for start in range(len(words)):
        found = COLOURS.get(" ".join(words[start:]))
        if found:
            return found
    return next((COLOURS[word] for word in reversed(words) if word in COLOURS), UNKNOWN_COLOUR)
