"""Words for what the list of repairers shows."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from ...core.templating import number
from ..network.labels import language_name
from ..network.rules import AT_HOME, DROP_OFF, MAIL_IN


def ways() -> list[tuple[str, str]]:
    """How a device gets to its repairer, with their labels."""
    return [(DROP_OFF, _("I bring it")), (MAIL_IN, _("By post")), (AT_HOME, _("They come to me"))]


def distance(kilometres: float) -> str:
    """`600 m`, `3.4 km`, `27 km`: as exactly as a crow's flight deserves."""
    if kilometres < 1:
        return _("%(metres)s m", metres=number(max(100, round(kilometres * 10) * 100), 0))
    return _("%(kilometres)s km", kilometres=number(kilometres, 1 if kilometres < 10 else 0))


# Filters for templates; the room's pages register them.
FILTERS: Mapping[str, Callable[..., Any]] = {"distance": distance, "language_name": language_name}
