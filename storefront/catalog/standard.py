"""The categories of the trade, with their names, the words people search them by, and their drawing.

A category of an imported file that has one of these slugs gets all of this; any other is what the file says.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StandardCategory:
    name_en: str
    name_fr: str
    words: str
    drawing: str
    position: int


CATEGORIES = {
    "smartphones": StandardCategory(
        "Smartphones",
        "Smartphones",
        "smartphone phone phones mobile téléphone téléphones portable",
        "phone",
        10,
    ),
    "laptops": StandardCategory(
        "Laptops", "Ordinateurs portables", "laptop notebook computer ordinateur portable pc", "laptop", 20
    ),
    "tablets": StandardCategory("Tablets", "Tablettes", "tablet tablette", "tablet", 30),
    "consoles": StandardCategory(
        "Game consoles", "Consoles de jeux", "console game gaming jeu jeux vidéo", "console-handheld", 40
    ),
    "watches": StandardCategory(
        "Smartwatches", "Montres connectées", "watch smartwatch montre connectée", "watch", 50
    ),
    "audio": StandardCategory(
        "Audio",
        "Audio",
        "audio headphones earbuds earphones speaker casque écouteurs enceinte son",
        "headphones",
        60,
    ),
    "desktops": StandardCategory(
        "Desktop computers",
        "Ordinateurs de bureau",
        "desktop computer pc tower ordinateur bureau fixe",
        "desktop",
        70,
    ),
    "monitors": StandardCategory(
        "Monitors", "Écrans", "monitor screen display écran moniteur", "monitor", 80
    ),
    "e-readers": StandardCategory("E-readers", "Liseuses", "e-reader ebook reader liseuse", "e-reader", 90),
    "tvs": StandardCategory("TVs", "Téléviseurs", "tv television télé téléviseur", "tv", 100),
    "appliances": StandardCategory(
        "Home appliances",
        "Électroménager",
        "appliance home appareil ménager électroménager maison",
        "kitchen",
        110,
    ),
}


def category_values(slug: str, name: str) -> dict[str, Any]:
    """A new category's columns: the trade's own when `slug` is a standard one, else what the file calls it."""
    standard = CATEGORIES.get(slug)
    if standard is None:
        return {"slug": slug, "name_en": name, "name_fr": name}
    return {
        "slug": slug,
        "name_en": standard.name_en,
        "name_fr": standard.name_fr,
        "words": standard.words,
        "drawing": standard.drawing,
        "position": standard.position,
    }
