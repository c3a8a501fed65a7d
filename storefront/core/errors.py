"""What a person is told when something can't be done."""

from collections.abc import Mapping


class Refused(Exception):
    """A rule said no. `str(error)` is a sentence for the customer; each room derives its own."""


class FormInvalid(Exception):
    """A form can't be taken as it is.

    `errors` maps a field's name to its sentence; the page shows the same form again with what was typed.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)
