"""What the chapter's list is narrowed to."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...repair.referrals.needs import NEEDS
from ...repair.referrals.rules import KINDS, STATES


@dataclass(frozen=True, slots=True)
class ReferralFilters:
    """Empty where nothing is narrowed; `text` is looked for in the device's name."""

    state: str
    kind: str
    need: str
    text: str


def read_filters(fields: Mapping[str, str]) -> ReferralFilters:
    """It stands in the address: what can't be read narrows nothing."""
    state, kind, need = (fields.get(name, "") for name in ("state", "kind", "needs"))
    return ReferralFilters(
        state=state if state in STATES else "",
        kind=kind if kind in KINDS else "",
        need=need if need in NEEDS else "",
        text=fields.get("q", "").replace("\0", "").strip()[:120],
    )
