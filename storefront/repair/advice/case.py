"""What somebody has, what is wrong with it, and where: carried by the addresses of the journey, so that each page of it
can be kept, shared and gone back to without a session.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from flask_babel import gettext as _

from ...catalog.forms import clean
from ...core.errors import FormInvalid
from ...core.typed import whole_number
from ...orders.units import UnitFacts
from ..faults import Fault, fault_called
from ..network.rules import REPAIRED_THINGS, category_of

LONGEST_DEVICE, LONGEST_PLACE, LONGEST_UNIT, LONGEST_FAULT = 120, 80, 120, 40
FIRM = "firm"


@dataclass(frozen=True, slots=True)
class Case:
    """`device` is what it is called, by its model or by the person; `fault` a code of its category; `country` a code.

    `unit` names a sold unit by its order's link (`orders.units`), and `covered` its guarantees, signed (`cover`).
    A case that is not complete yet has empty texts.
    """

    category: str = ""
    model_id: int | None = None
    device: str = ""
    fault: str = ""
    place_text: str = ""
    country: str = ""
    firm: bool = False
    unit: str = ""
    covered: str = ""

    @classmethod
    def begun(cls, args: Mapping[str, str]) -> Self:
        """As far as the address says; what can't be used is left out.

        Whether a device that a unit or a model names can have the fault, `start.completed` knows.
        """
        category = args.get("category", "")
        model, fault = args.get("model", ""), args.get("fault", "")
        country = args.get("country", "")
        named = bool(args.get("unit")) or whole_number(model) is not None
        return cls(
            category=category if category in REPAIRED_THINGS else "",
            model_id=whole_number(model),
            device=clean(args.get("device", ""))[:LONGEST_DEVICE].rstrip(),
            fault=fault[:LONGEST_FAULT] if named or fault_called(category, fault) else "",
            place_text=clean(args.get("place", ""))[:LONGEST_PLACE].rstrip(),
            country=country if len(country) == 2 and country.isascii() and country.isupper() else "",
            firm=args.get("who") == FIRM,
            unit=args.get("unit", "")[:LONGEST_UNIT],
            covered=args.get("covered", "")[:LONGEST_UNIT],
        )

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> Self:
        """A case that says what it is and what is wrong; the place may still be open. Raises `FormInvalid`.

        A unit or a model says what it is: such a case `start.complete` checks, once it has looked.
        """
        case = cls.begun(args)
        if not case.unit and case.model_id is None:
            case.check()
        return case

    def check(self) -> None:
        """Raises `FormInvalid` while it doesn't say what it is, or what is wrong."""
        if not self.category:
            raise FormInvalid({"category": _("Please say what kind of device it is.")})
        if not self.fault:
            raise FormInvalid({"fault": _("Please say what is wrong. The last answer always fits.")})

    def args(self) -> dict[str, str]:
        """The case as parameters of an address, without what it doesn't say."""
        given = {
            "category": self.category,
            "model": "" if self.model_id is None else str(self.model_id),
            "device": self.device,
            "fault": self.fault,
            "place": self.place_text,
            "country": self.country,
            "who": FIRM if self.firm else "",
            "unit": self.unit,
            "covered": self.covered,
        }
        return {name: value for name, value in given.items() if value}

    def of_unit(self, unit: UnitFacts) -> Self:
        """The case of the device that was sold: its order says what it is, whatever else an address says.

        A fault that such a device can't have is an open question again.
        """
        sold = {"category": category_of(unit.category), "model_id": unit.model_id}
        return self.but(**sold, device=unit.title[:LONGEST_DEVICE]).with_what_it_can_have()

    def with_what_it_can_have(self) -> Self:
        """A fault that devices of its category don't have is an open question again."""
        return self if fault_called(self.category, self.fault) else replace(self, fault="")

    def but(self, **changed: object) -> Self:
        """The same case with something else in it."""
        return replace(self, **changed)  # type: ignore[arg-type]

    @property
    def known_fault(self) -> Fault:
        """Of a case that `check` found nothing to ask about; else raises `LookupError`."""
        found = fault_called(self.category, self.fault)
        if found is None:
            raise LookupError(f"no fault {self.fault!r} of {self.category!r}")
        return found
