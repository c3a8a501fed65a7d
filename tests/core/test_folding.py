"""Texts as they are looked for."""

from storefront.core.folding import folded


def test_folded_text_is_found_without_accents_and_capitals():
    assert folded("  R-2026-7F3K9Q Zoé  CRÉBILLON Straße ") == "r-2026-7f3k9q zoe crebillon strasse"
