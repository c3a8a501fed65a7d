"""What facts of models and categories are called, and the choices for them."""

from collections.abc import Mapping

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

FACTS: Mapping[str, LazyString] = {
    "name": lazy_gettext("Name of the model"),
    "brand_id": lazy_gettext("Brand"),
    "category_id": lazy_gettext("Category"),
    "released_on": lazy_gettext("On sale since"),
    "security_until": lazy_gettext("Security updates until"),
    "supported_on": lazy_gettext("Last seen to get updates, on"),
    "height_mm": lazy_gettext("Height, in mm"),
    "width_mm": lazy_gettext("Width, in mm"),
    "screen_in": lazy_gettext("Screen, in inches"),
    "weight_g": lazy_gettext("Weight, in grams"),
    "lenses": lazy_gettext("Lenses on the back"),
    "front": lazy_gettext("Its front"),
    "drawing": lazy_gettext("Drawing"),
    "new_price_minor": lazy_gettext("Price new"),
    "new_price_on": lazy_gettext("Price new asked on"),
    "new_price_source": lazy_gettext("Price new asked by"),
    "description_en": lazy_gettext("Description in English"),
    "description_fr": lazy_gettext("Description in French"),
}
# The form has the price as people write it.
FIELDS: Mapping[str, LazyString] = {
    **{name: label for name, label in FACTS.items() if name != "new_price_minor"},
    "new_price": FACTS["new_price_minor"],
    "name_en": lazy_gettext("Name in English"),
    "name_fr": lazy_gettext("Name in French"),
    "words": lazy_gettext("Further words that people search it by"),
    "position": lazy_gettext("Place among the categories"),
}

DRAWINGS: Mapping[str, LazyString] = {
    "phone": lazy_gettext("Phone"),
    "tablet": lazy_gettext("Tablet"),
    "e-reader": lazy_gettext("E-reader"),
    "laptop": lazy_gettext("Laptop"),
    "desktop": lazy_gettext("Desktop computer"),
    "monitor": lazy_gettext("Monitor"),
    "tv": lazy_gettext("TV"),
    "console-handheld": lazy_gettext("Handheld console"),
    "console-home": lazy_gettext("Console for the TV"),
    "watch": lazy_gettext("Watch"),
    "earbuds": lazy_gettext("Earbuds"),
    "headphones": lazy_gettext("Headphones"),
    "speaker": lazy_gettext("Speaker"),
    "vacuum": lazy_gettext("Vacuum cleaner"),
    "washer": lazy_gettext("Washing machine"),
    "kitchen": lazy_gettext("Kitchen appliance"),
    "box": lazy_gettext("Parcel"),
}
FRONTS: Mapping[str, LazyString] = {
    "": lazy_gettext("Nothing special"),
    "hole": lazy_gettext("A hole for the camera"),
    "island": lazy_gettext("An island for the camera"),
    "notch": lazy_gettext("A notch"),
    "button": lazy_gettext("A round button"),
    "bezel": lazy_gettext("A wide rim"),
}
