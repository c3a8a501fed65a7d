"""What people ask the chapter's list for, and the roles that they tick."""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from ...accounts.forms import SecondFactorForm, read_current, read_second_factor
from ...accounts.rules import ROLES

# Among the roles in the list's filter: whoever acts for a seller.
OF_A_SELLER = "seller"


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What the list is narrowed to; what is empty narrows nothing."""

    role: str = ""
    text: str = ""


def read_filters(fields: Mapping[str, str]) -> PeopleFilters:
    """It stands in the address: what can't be read narrows nothing."""
    role = fields.get("role", "")
    return PeopleFilters(
        role=role if role in (*ROLES, OF_A_SELLER) else "",
        text=fields.get("q", "").replace("\0", "").strip()[:200],
    )


def read_roles(fields: MultiDict[str, str], name: str = "role") -> tuple[str, ...]:
    """The roles that were ticked, in the order of `ROLES`; what is none is left out."""
    ticked = fields.getlist(name)
    return tuple(role for role in ROLES if role in ticked)


def read_proof(fields: Mapping[str, str], *, has_second_factor: bool) -> SecondFactorForm:
    """The operator's own password, and the code of their phone if signing in asks for one. Raises `FormInvalid`."""
    if has_second_factor:
        return read_second_factor(fields)
    return SecondFactorForm(code="", current=read_current(fields))
