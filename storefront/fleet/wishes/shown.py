"""The page of a request: its lines as they were understood, what is there for each, and the rest of the form."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from ...accounts.models import Person
from ...catalog.finder import current_finder
from ...catalog.rules import GRADES
from ...catalog.titles import category_name
from ...checkout.address_form import typed
from ...checkout.forms import read_key
from ...checkout.payments import PaymentMethod, offered_to_firms
from ...config import current_settings
from ...house.running import current_house
from . import labels
from .forms import OTHER_FIELDS, firm_fields
from .known import firm_of
from .lines_form import Line, read_line, typed_lines
from .looking import Fitting, fittings
from .names import KnownModel
from .rules import SAME_GRADE, SAME_MODEL, Wish
from .understanding import NO_DEVICE, NO_QUANTITY, Understood, Vocabulary, understood


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a field: what is sent, and what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line on the page: its fields as typed, what may be chosen, what is in stock for it, and what to mind."""

    number: int
    values: Mapping[str, str]
    models: tuple[Choice, ...]
    needs: str
    stock: str
    is_enough: bool
    errors: Mapping[str, str]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """All that the page shows; `firm` are the fields beside the lines."""

    lines: tuple[LineShown, ...]
    firm: Mapping[str, str]
    key: str
    kinds: tuple[Choice, ...]
    grades: tuple[str, ...]
    uniformities: tuple[Choice, ...]
    countries: tuple[str, ...]
    payments: tuple[PaymentMethod, ...]
    units: int


def request_shown(
    fields: Mapping[str, str], vocabulary: Vocabulary, *, person: Person | None, today: date
) -> RequestPage:
    """The page for what was typed so far."""
    currency = current_settings().shop.currency
    lines = typed_lines(fields)
    wishes = {line.number: read_line(line, currency=currency, today=today) for line in lines}
    whole = [wish for wish in wishes.values() if wish]
    there = iter(fittings(whole, vat_only=fields.get("vat_only") == "yes"))
    found = {number: next(there) for number, wish in wishes.items() if wish}
    return RequestPage(
        lines=tuple(
            _line(line, wishes[line.number], found.get(line.number), vocabulary, today, currency)
            for line in lines
        ),
        firm=_firm(fields, person),
        key=read_key(fields) or secrets.token_urlsafe(16),
        kinds=tuple(Choice(f"c:{shelf.slug}", category_name(shelf)) for shelf in current_finder().shelves),
        grades=tuple(reversed(GRADES)),
        uniformities=tuple(Choice(code, str(name)) for code, name in labels.UNIFORMITIES.items()),
        countries=current_house().tariff.countries,
        payments=tuple(offered_to_firms()),
        units=sum(wish.units for wish in whole),
    )


def _line(
    line: Line, wish: Wish | None, fitting: Fitting | None, vocabulary: Vocabulary, today: date, currency: str
) -> LineShown:
    read = understood(line.values["text"], vocabulary, today=today, currency=currency)
    return LineShown(
        number=line.number,
        values=typed(line.values),
        models=_models(line.values["device"], read.candidates, vocabulary),
        needs=_needs(line.values),
        stock=labels.in_stock(fitting.units, fitting.models) if fitting and fitting.units else "",
        is_enough=bool(wish and fitting and fitting.alike >= wish.units),
        errors=line.errors,
        notes=tuple(_notes(read, line.values, wish, fitting)),
    )


def _models(device: str, candidates: Sequence[KnownModel], vocabulary: Vocabulary) -> tuple[Choice, ...]:
    """The models that may be meant, the chosen one among them."""
    offered = {f"m:{model.id}": model for model in candidates}
    if device.startswith("m:") and device not in offered:
        models = {f"m:{name.model.id}": name.model for name in vocabulary.names.names}
        offered |= {device: models[device]} if device in models else {}
    return tuple(Choice(value, model.name) for value, model in offered.items())


def _notes(
    read: Understood, values: Mapping[str, str], wish: Wish | None, fitting: Fitting | None
) -> Sequence[str]:
    said = [code for code in read.notes if not _is_settled(code, values)]
    notes = [str(labels.NOTES[code]) for code in said]
    if len(read.candidates) > 1 and not values["device"].startswith("m:"):
        notes.append(_("Several models may be meant: choose one, or leave it to any that fits."))
    lost = [phrase for phrase in read.phrases if phrase.casefold() not in values["words"].casefold()]
    if lost and values["text"] == values["read"]:
        notes.append(
            _(
                "Not looked for, as our offers don't say it: %(words)s. It stays on your request; ask us before you "
                "accept.",
                words=", ".join(lost),
            )
        )
    if " GB" in values["words"]:
        notes.append(_("Memory is known by model here, not by device: ask for it on the quote."))
    return [*notes, *_shortage(wish, fitting)] if wish and fitting else notes


def _needs(values: Mapping[str, str]) -> str:
    """What a line asks for beside device, grade and budget, in a few words."""
    said = (
        values["words"],
        f"{values['storage']} GB" if values["storage"] else "",
        f"{values['battery']}\N{NO-BREAK SPACE}%" if values["battery"] else "",
        f"+{values['spare']}" if values["spare"] else "",
        values["wanted_on"],
    )
    return " · ".join(part for part in said if part)


def _is_settled(code: str, values: Mapping[str, str]) -> bool:
    """Whether the line's fields have answered what its words left open."""
    return (code == NO_QUANTITY and values["quantity"] not in ("", "1")) or (
        code == NO_DEVICE and bool(values["device"])
    )


def _shortage(wish: Wish, fitting: Fitting) -> Sequence[str]:
    """What there is too little of, and what would have to give."""
    if fitting.alike >= wish.units:
        return []
    if not fitting.units:
        said = ""
    elif wish.uniformity in (SAME_GRADE, SAME_MODEL) and fitting.units >= wish.units:
        said = _("At most %(units)d of them are alike.", units=fitting.alike)
    else:
        said = _("That is fewer than you ask for; we propose as many as there are.")
    ways = " · ".join(labels.would_give(need, units) for need, units in fitting.without)
    more = f"{_('There would be more')} {ways}." if ways else ""
    return [" ".join(part for part in (said, more) if part)] if said or more else []


def _firm(fields: Mapping[str, str], person: Person | None) -> Mapping[str, str]:
    """What was typed of the firm; before anything was, what is known of it."""
    if "name" in fields:
        return typed({name: fields.get(name, "") for name in OTHER_FIELDS})
    settings = current_settings().shop
    known = firm_of(person.id) if person else None
    email = {"email": person.email} if person else {}
    kept = {name: fields[name] for name in OTHER_FIELDS if fields.get(name)}
    return {"country": settings.country, **email, **(firm_fields(known) if known else {}), **kept}
