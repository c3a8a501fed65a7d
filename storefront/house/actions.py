"""What the shop's people change while it runs. Each change is checked as the file is, and told to all processes."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from flask_babel import gettext as _

from ..config import CHANGEABLE, Name, WrongSetting, as_text, checked_value, with_changes
from ..config.colours import unreadable
from ..core.database import db
from ..core.errors import FormInvalid
from . import queries
from .changes import next_version, tell
from .errors import HouseRefused
from .labels import TOGETHER, needs, setting_label, unreadable_sentence
from .models import HouseSetting
from .running import start_settings


def change_settings(
    values: Mapping[Name, str | None], *, seen: int, person_id: int | None, now: datetime
) -> list[Name]:
    """Set these settings (`None`: as the file has it again); returns those that are other than before.

    `seen` is the version that the form was made with. Raises `HouseRefused` when somebody else changed one of them
    since, or the environment gives it; `FormInvalid` with a sentence by `section.name` for what can't be used.
    """
    _check_may(values)
    version = next_version()
    rows = queries.changes()
    overtaken = [setting for setting in values if setting in rows and rows[setting].version > seen]
    if overtaken:
        names = ", ".join(map(setting_label, overtaken))
        raise HouseRefused(
            _(
                "Somebody else has just changed this: %(names)s. Nothing was saved; please look again.",
                names=names,
            )
        )
    before = {setting: row.value for setting, row in rows.items()}
    clean = _clean(values)
    changed = [setting for setting, value in clean.items() if before.get(setting) != value]
    _check_together(before, clean, version)
    for setting in changed:
        _put(rows.get(setting), setting, clean[setting], version, person_id, now)
    if changed:
        tell()
    return changed


def _check_may(values: Mapping[Name, str | None]) -> None:
    for setting in values:
        if setting not in CHANGEABLE:
            raise HouseRefused(_("%(name)s can't be changed here.", name=".".join(setting)))
        if setting in start_settings().fixed:
            raise HouseRefused(
                _("%(name)s is set by whoever runs the machine, not here.", name=setting_label(setting))
            )


def _clean(values: Mapping[Name, str | None]) -> dict[Name, str | None]:
    """The values as they are kept; what stays as the file has it needs no row. Raises `FormInvalid`."""
    clean: dict[Name, str | None] = {}
    errors = {}
    start = start_settings()
    for setting, value in values.items():
        try:
            text = None if value is None else as_text(checked_value(setting, value))
        except WrongSetting:
            errors[".".join(setting)] = needs(setting)
            continue
        as_started = text == as_text(getattr(getattr(start, setting[0]), setting[1]))
        clean[setting] = None if as_started else text
    if errors:
        raise FormInvalid(errors)
    return clean


def _check_together(
    before: Mapping[Name, str | None], clean: Mapping[Name, str | None], version: int
) -> None:
    values = {setting: value for setting, value in {**before, **clean}.items() if value is not None}
    try:
        with_changes(start_settings(), values, version=version)
    except WrongSetting as error:
        section, name = error.setting
        if section == "colours":
            raise FormInvalid(_unreadable(values, clean)) from error
        raise FormInvalid({f"{section}.{name}": str(TOGETHER[error.setting])}) from error


def _unreadable(values: Mapping[Name, str], clean: Mapping[Name, str | None]) -> dict[str, str]:
    colours = asdict(start_settings().colours)
    colours |= {name: value for (section, name), value in values.items() if section == "colours"}
    errors: dict[str, list[str]] = {}
    for found in unreadable(colours, frozenset(name for _section, name in clean)):
        errors.setdefault(f"colours.{found.name}", []).append(unreadable_sentence(found))
    return {field: " ".join(sentences) for field, sentences in errors.items()}


def _put(
    row: HouseSetting | None,
    setting: Name,
    value: str | None,
    version: int,
    person_id: int | None,
    now: datetime,
) -> None:
    if row is None:
        row = HouseSetting(section=setting[0], name=setting[1])
        db.session.add(row)
    row.value, row.version, row.person_id, row.changed_at = value, version, person_id, now
