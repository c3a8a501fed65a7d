"""What the pages of settings and texts send, as the house reads it."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from ...core.errors import FormInvalid
from ...core.typed import whole_number
from ...house.zones import REPLACED

# Numbers that people write with a comma as well.
_DECIMALS = ("vat.percent", "shipping.standard", "shipping.express")


def seen(fields: Mapping[str, str]) -> int:
    """The version of the house that a form was made with; without one, whatever was changed since is a surprise."""
    return whole_number(fields.get("seen", "")) or 0


def settings_sent(section: str, fields: "MultiDict[str, str]", *, zones: bool) -> dict[str, str]:
    """The section's fields as `house.forms.read_settings` takes them: boxes of one name as a list with commas.

    Of shipping, what the zones speak of (`zones`: there are some) is left out.
    """
    replaced = {".".join(setting) for setting in REPLACED} if zones else set()
    sent = {}
    for name in fields:
        field = name.removeprefix("unset-")
        if not field.startswith(f"{section}.") or field in replaced:
            continue
        value = ",".join(filter(None, (text.strip() for text in fields.getlist(name))))
        if section == "colours":
            value = value.lower()
        sent[name] = value.replace(",", ".") if field in _DECIMALS else value
    return sent


def zone_sent(fields: "MultiDict[str, str]") -> dict[str, str]:
    """A zone's fields as `house.forms.read_zone` takes them: ticked countries and typed ones in one."""
    return {**fields.to_dict(), "countries": ", ".join(filter(None, fields.getlist("countries")))}


def texts_sent(
    names: tuple[str, ...], languages: tuple[str, ...], fields: Mapping[str, str]
) -> dict[Any, Any]:
    """What was typed for each text and language, as `(name, language)`; none where the built-in text is asked for."""
    sent: dict[tuple[str, str], str | None] = {}
    for name in names:
        for language in languages:
            if f"built-in-{name}-{language}" in fields:
                sent[name, language] = None
            elif f"body-{name}-{language}" in fields:
                body = fields[f"body-{name}-{language}"]
                sent[name, language] = body.replace("\r\n", "\n").replace("\r", "\n").strip()
    return sent


def by_field(name: str, language: str, error: FormInvalid) -> dict[str, str]:
    """What is wrong with one text, by its field."""
    return {f"body-{name}-{language}": sentence for sentence in error.errors.values()}
