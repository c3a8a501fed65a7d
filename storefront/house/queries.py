"""Reads of the house as the desk needs it: from the database, within the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..config import CHANGEABLE, Name, as_text
from ..core.database import db
from .labels import setting_label
from .models import HouseSetting, HouseState, HouseText
from .running import current_house, start_settings


@dataclass(frozen=True, slots=True)
class SettingView:
    """A setting as it stands. `origin`: `desk` (changed while the shop runs), `host` (file or default) or `fixed` (by
    the environment: nobody changes it here). `changed_at` and `person_id` tell of the last change at the desk.
    """

    setting: Name
    label: str
    value: str
    origin: str
    changed_at: datetime | None
    person_id: int | None

    @property
    def field(self) -> str:
        """Its name in forms and commands: `shop.name`."""
        return ".".join(self.setting)

    @property
    def fixed(self) -> bool:
        return self.origin == "fixed"


def version() -> int:
    """The number of the last change: what a form carries, so that a later one is noticed; one statement."""
    return db.session.execute(select(HouseState.version)).scalar_one()


def changes() -> dict[Name, HouseSetting]:
    """The settings that were ever changed; one statement."""
    return {(row.section, row.name): row for row in db.session.scalars(select(HouseSetting))}


def settings_shown(section: str | None = None) -> list[SettingView]:
    """All settings that the desk may change, or those of one section; one statement."""
    changed, fixed = changes(), start_settings().fixed
    settings = current_house().settings
    shown = []
    for setting in CHANGEABLE:
        if section not in (None, setting[0]):
            continue
        row = changed.get(setting)
        origin = "fixed" if setting in fixed else "desk" if row and row.value is not None else "host"
        value = as_text(getattr(getattr(settings, setting[0]), setting[1]))
        shown.append(
            SettingView(
                setting=setting,
                label=setting_label(setting),
                value=value,
                origin=origin,
                changed_at=row.changed_at if row else None,
                person_id=row.person_id if row else None,
            )
        )
    return shown


def own_text(name: str, language: str) -> HouseText | None:
    """What the shop ever wrote of its own; one statement."""
    return db.session.get(HouseText, (name, language))
