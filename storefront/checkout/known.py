"""What the checkout knows of somebody who is signed in, so that it need not be typed again."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..accounts import addresses
from ..accounts.models import Address, Person


@dataclass(frozen=True, slots=True)
class Known:
    """Whose checkout it is, and where their parcels went before, the last one first."""

    person: Person
    addresses: Sequence[Address]

    def fields(self, wanted: str) -> dict[str, str]:
        """The form as it is when it opens: with the address whose id is `wanted`, or the last one used."""
        fields = {"email": self.person.email, "name": self.person.name, "keep_address": "yes"}
        chosen = next((one for one in self.addresses if str(one.id) == wanted), None)
        for address in [chosen] if chosen else self.addresses[:1]:
            fields |= addresses.values_of(address)
        return fields


def known_of(person: Person | None) -> Known | None:
    """Nothing of somebody who isn't signed in; one SQL statement for whoever is."""
    return Known(person, addresses.of_person(person.id)) if person else None
