"""From a serial number to what may be said about the device: what it is, and until when it is guaranteed."""

from flask_babel import gettext as _

from ...core.errors import FormInvalid
from ...orders.serials import is_doubtful_imei, read_serial
from ...orders.units import unit_by_serial
from .case import Case
from .cover import signed


def case_of_serial(typed: str) -> Case:
    """The device that was sold with this number; nothing in it tells the number, the order or whose it is.

    Raises `FormInvalid` for what is no serial number, or none of a device that we sold.
    """
    try:
        serial = read_serial(typed)
    except ValueError:
        raise FormInvalid(
            {
                "serial": _(
                    "A serial number has 4 to 40 letters and digits. It stands in the settings or on the back."
                )
            }
        ) from None
    if is_doubtful_imei(serial):
        raise FormInvalid(
            {
                "serial": _(
                    "The last digit of this IMEI doesn't fit the others: one is mistyped, or two have changed places. "
                    "A phone shows its own when you dial *#06#."
                )
            }
        )
    unit = unit_by_serial(serial)
    if unit is None:
        raise FormInvalid(
            {
                "serial": _(
                    "We don't know this number: it was bought elsewhere, or its seller noted none. No harm done: say "
                    "below what it is."
                )
            }
        )
    return Case(covered=signed(unit)).of_unit(unit)
