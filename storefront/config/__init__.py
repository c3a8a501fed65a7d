"""The shop's settings: `instance/rebelote.toml`, each overridable by an environment variable.

A setting `name` of section `[shop]` is `REBELOTE_SHOP_NAME` in the environment; the environment wins. `DATABASE_URL`,
`HOST`, `PORT` and `SECRET_KEY` are read under their usual names as well. A wrong setting stops the start with a
sentence that names it. `docs/settings.md` lists them all.
"""

import contextlib
import os
import secrets
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from flask import current_app

from .checks import as_text
from .colours import unreadable
from .sections import CHANGEABLE, LANGUAGES, PLACEHOLDERS, SECRETS, SECTIONS, Server, Settings

__all__ = [
    "CHANGEABLE",
    "LANGUAGES",
    "SECTIONS",
    "USUAL_NAMES",
    "Name",
    "Server",
    "Settings",
    "WrongSetting",
    "as_text",
    "checked_value",
    "current_settings",
    "instance_folder",
    "load_settings",
    "secret_key",
    "with_changes",
]

# A setting's section and name.
Name = tuple[str, str]

INSTANCE_VARIABLE = "REBELOTE_INSTANCE"
USUAL_NAMES = {
    "DATABASE_URL": ("storage", "database_url"),
    "SECRET_KEY": ("storage", "secret_key"),
    "HOST": ("server", "host"),
    "PORT": ("server", "port"),
}


class WrongSetting(Exception):
    """A setting can't be used as it stands; the message says which, why, and what would do; `setting` names it."""

    def __init__(self, sentence: str, setting: Name = ("", "")) -> None:
        super().__init__(sentence)
        self.setting = setting


def instance_folder(root: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """Where this shop keeps its settings and data: `REBELOTE_INSTANCE`, else `instance/` beside the program."""
    return Path(environ.get(INSTANCE_VARIABLE) or root / "instance").absolute()


def load_settings(instance: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings.

    Raises `WrongSetting` with a sentence that names the first wrong one and where it stands.
    """
    path = instance / "rebelote.toml"
    values = _read_file(path)
    origin = {(section, name): str(path) for section, table in values.items() for name in table}
    fixed = set()
    for variable, (section, name, value) in _from_environment(environ).items():
        values.setdefault(section, {})[name] = value
        origin[section, name] = f"the environment variable {variable}"
        fixed.add((section, name))
    sections = {}
    for section, cls in SECTIONS.items():
        sections[section] = _checked(cls, section, values.get(section, {}), origin)
    if not sections["shop"].url:
        sections["shop"] = replace(sections["shop"], url=own_address(sections["server"]))
    settings = Settings(instance=instance, fixed=frozenset(fixed), **sections)
    _check_together(settings)
    return settings


def checked_value(setting: Name, value: Any) -> Any:
    """One setting's clean value. Raises `WrongSetting`."""
    section, name = setting
    try:
        return next(f for f in fields(SECTIONS[section]) if f.name == name).metadata["check"](value)
    except (ValueError, TypeError) as error:
        raise WrongSetting(f"[{section}] {name} = {_shown(name, value)} {error}.", setting) from error


def with_changes(start: Settings, values: Mapping[Name, str], *, version: int) -> Settings:
    """The settings that a shop started with, and what its people changed since; what the environment says stays.

    Raises `WrongSetting`, by the same checks as the file.
    """
    changed: dict[str, dict[str, Any]] = {}
    for (section, name), value in values.items():
        if (section, name) in CHANGEABLE and (section, name) not in start.fixed:
            changed.setdefault(section, {})[name] = checked_value((section, name), value)
    sections = {section: replace(getattr(start, section), **table) for section, table in changed.items()}
    settings = replace(start, version=version, **sections)
    _check_together(settings)
    return settings


def own_address(server: Server) -> str:
    """Where a browser on the same machine finds a shop that listens there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host)  # noqa: S104 - every address, told apart
    return f"http://[{host}]:{server.port}" if ":" in host else f"http://{host}:{server.port}"


def _read_file(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{path} can't be read: {error}") from error
    for section, table in tables.items():
        if section not in SECTIONS:
            raise WrongSetting(f"{path}: there is no section [{section}]; there are {', '.join(SECTIONS)}.")
        if not isinstance(table, dict):
            raise WrongSetting(f"{path}: write {section} as a section, [{section}].")
    return tables


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[str, str, str]]:
    known = {
        f"REBELOTE_{section}_{f.name}".upper(): (section, f.name)
        for section, cls in SECTIONS.items()
        for f in fields(cls)
    }
    known |= USUAL_NAMES
    for variable in environ:
        if variable.startswith("REBELOTE_") and variable not in (INSTANCE_VARIABLE, *known):
            raise WrongSetting(f"The environment variable {variable} is not a setting; see docs/settings.md.")
    return {variable: (*known[variable], environ[variable]) for variable in known if variable in environ}


def _checked(
    cls: type[Any], section: str, table: Mapping[str, Any], origin: Mapping[tuple[str, str], str]
) -> Any:
    checks = {f.name: f.metadata["check"] for f in fields(cls)}
    clean = {}
    for name, value in table.items():
        place = origin[section, name]
        if name not in checks:
            raise WrongSetting(f"{place}: [{section}] has no setting {name}; it has {', '.join(checks)}.")
        try:
            clean[name] = checks[name](value)
        except (ValueError, TypeError) as error:
            shown = _shown(name, value)
            raise WrongSetting(f"{place}: [{section}] {name} = {shown} {error}.", (section, name)) from error
    return cls(**clean)


def _shown(name: str, value: Any) -> str:
    # The sentence goes to a log: it must not carry a secret there.
    return "..." if name in SECRETS else repr(value)


def _check_together(settings: Settings) -> None:
    payment = settings.payment
    if "stripe" in payment.methods and not (payment.stripe_secret_key and payment.stripe_webhook_secret):
        raise WrongSetting(
            "[payment] methods has stripe: it needs stripe_secret_key and stripe_webhook_secret too.",
            ("payment", "methods"),
        )
    if settings.shop.country not in settings.shipping.countries:
        raise WrongSetting(
            "[shipping] countries must contain the shop's own country, [shop] country.",
            ("shipping", "countries"),
        )
    for found in unreadable(asdict(settings.colours)):
        advice = f"; {found.suggestion} would do" if found.suggestion else ""
        raise WrongSetting(
            f"[colours] {found.name} can't be told from {found.other}: their contrast is {found.ratio:.2f}, and "
            f"people need {found.pair.least:g}{advice}.",
            ("colours", found.name),
        )
    if settings.shop.url.startswith("https://"):
        _check_live(settings)


def _check_live(settings: Settings) -> None:
    """A shop that people can reach must not send their money to the demo's account, nor speak in its name."""
    used = [("contact", "company")]
    if "bank-transfer" in settings.payment.methods:
        used += [("payment", "transfer_holder"), ("payment", "transfer_iban")]
    for section, name in used:
        value = getattr(getattr(settings, section), name)
        if not value or value in PLACEHOLDERS:
            raise WrongSetting(
                f"[{section}] {name} = {value!r} is nobody's: fill in your own "
                "before the shop goes live at an https:// address ([shop] url).",
                (section, name),
            )


def secret_key(settings: Settings) -> str:
    """The configured key, else one made at first start and kept in `instance/secret_key`, for its owner only."""
    if settings.storage.secret_key:
        return settings.storage.secret_key
    path = settings.instance / "secret_key"
    if not path.exists():
        _make_key(path)
    return path.read_text(encoding="ascii").strip()


def _make_key(path: Path) -> None:
    """Several workers may start at once: the first whole file that is there decides, the others read it."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, encoding="ascii"
    ) as draft:  # made for its owner only
        draft.write(secrets.token_hex(32))
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, path)


def current_settings() -> Settings:
    """The settings of the running application, as they stand now: the same for the whole of a request or command."""
    settings: Callable[[], Settings] = current_app.extensions["settings"]
    return settings()
