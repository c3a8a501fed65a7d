"""What is tested before a device is sold as refurbished, in words for its product page."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

_EVERYWHERE = (
    _("Safety: casing closed, no swollen battery, mains parts measured"),
    _("Cleaned inside and out, by hand"),
)
_DATA = _("The former owner's data erased before it changed hands, and accounts unlocked")
_CONNECTED = (
    _("Battery: capacity measured, replaced when it is under the grade's floor"),
    _("Charging, sockets, Wi-Fi and Bluetooth"),
    _DATA,
)
_SCREEN = _("Screen: every pixel, brightness and touch")
_PICTURE = _("Picture: every pixel, brightness, every input")

# What every seller tests before an item is sold as refurbished, by category (code de la consommation, R122-4: all
# functions, and the data erased).
TESTS: Mapping[str, tuple[LazyString, ...]] = {
    "smartphones": (
        _SCREEN,
        _("Cameras, flash, microphones and loudspeakers"),
        _("Calls, SIM, GPS, fingerprint or face unlocking, where it has them"),
        *_CONNECTED,
        _("Serial number checked: neither lost nor stolen"),
    ),
    "tablets": (_SCREEN, _("Cameras, microphones and loudspeakers"), *_CONNECTED),
    "laptops": (
        _("Screen: every pixel, brightness, hinge"),
        _("Keyboard: every key; touchpad, camera and sound"),
        _("Processor, memory and disk under load for an hour; fan cleaned"),
        *_CONNECTED,
    ),
    "desktops": (
        _("Processor, memory and disk under load for an hour; fan cleaned"),
        _("Every socket, network and sound"),
        _DATA,
    ),
    "monitors": (_PICTURE, _("Stand, buttons and cables")),
    "tvs": (_PICTURE, _("Sound, tuner, network and remote control"), _DATA),
    "consoles": (
        _("An hour of play: heat, noise, no hang-up"),
        _("Controllers: every button, sticks that don't drift"),
        _("Disc or card reader, sockets, network; not banned from playing online"),
        _DATA,
    ),
    "watches": (_SCREEN, _("Sensors, buttons, vibration and strap"), *_CONNECTED),
    "audio": (
        _("Sound on both sides, microphones, noise cancelling where it has it"),
        _("Battery: hours of play measured; charging and Bluetooth"),
        _("Ear tips and cushions new, or cleaned and disinfected"),
    ),
    "e-readers": (_("Screen: every pixel, lighting and touch"), *_CONNECTED),
    "appliances": (
        _("A full run of every programme"),
        _("Motor, heating and pump; seals and hoses replaced where worn"),
        _("Cleaned, descaled and disinfected"),
    ),
}
_TESTS_OF_OTHERS = (_("Every function that its maker sold it with"),)


def tests_of(category: str) -> list[str]:
    """What was tested, by the slug of a category; a category of a reseller's own gets what holds for all."""
    return [str(test) for test in (*TESTS.get(category, _TESTS_OF_OTHERS), *_EVERYWHERE)]
