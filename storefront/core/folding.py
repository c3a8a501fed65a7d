"""Texts as they are looked for."""

import unicodedata


def folded(text: str) -> str:
    """`text` in small letters without accents, one space between words. `Zoé  CRÉBILLON`: `zoe crebillon`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
