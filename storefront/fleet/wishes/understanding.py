"""A line of a request, understood: which device or what kind of it, and what it must have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from ...core.money import Money
from .kinds import LAPTOPS, PHONES, UNSURE, Kinds
from .names import KnownModel, Named, Names
from .reading import RAM, STORAGE, Said, Size, plain, read, with_bare_sizes
from .rules import DEAREST, LONGEST_LINE, MOST_STORAGE_GB, SAME_MODEL, Wish

# What a line says beside the device and its needs.
_ASIDE = frozenset(
    """
    a ai an and at au aux avec besoin bonjour brand bureau chaque clavier comme condition core cpu d de
    des device devices dont du each ecran en environ est et etat euros for from gen generation grade have
    hello i il ils in intel je keyboard l la le least les lot marque max maxi merci min minimum model
    modele modeles models moins must need needs neuf new nous occasion of ok or ou par pc pcs piece
    pieces please plus possible poste postes pour processeur processor qte qty quantite recent recents
    reconditionne reconditionnee reconditionnes refurbished s screen si six souhaite souhaitons svp the
    tous tout travail type un une unite unites units used voudrais voudrions we with would x y
    """.split()  # noqa: SIM905 - words are read more easily than a list of them
)
# Makers of processors are no brand of the device, and the layouts of keyboards have many names.
_PHRASES = (
    (re.compile(r"\busb[\s-]?c\b"), "usb-c"),
    (
        re.compile(r"\b(?:clavier\s)?(?:francais|fr)\b(?=.*)|\bfrench(?:\skeyboard|\slayout)?\b|\bazerty\b"),
        "azerty",
    ),
    (
        re.compile(
            r"\bclavier\s(?:anglais|us|uk|en)\b|\b(?:english|us|uk)\s(?:keyboard|layout)\b|\bqwerty\b"
        ),
        "qwerty",
    ),
)
_GENERATION = re.compile(
    r"\b(\d{1,2})(?:e|eme|th|nd|rd|st)\s?(?:gen(?:eration)?\.?)\b|\bgen\.?\s(\d{1,2})(?:th|e)\b"
)
_PROCESSOR = re.compile(r"\b(?:(?:intel\s)?core\s)?(i[3579])(?:-?\d{4,5}\w*)?\b|\b(ryzen\s[3579])\b")
# Without one of these a "portable" of so many GB is a phone.
_MOST_RAM, _LEAST_LAPTOP_SCREEN = 64, 10.0
_COMPUTERS = frozenset((LAPTOPS, "desktops"))
_MOST_PHONE_RAM = 16
_MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of the shop's models, and the words for its categories."""

    names: Names
    kinds: Kinds


@dataclass(frozen=True, slots=True)
class Understood:
    """A wish as it was read. `candidates` are the models that it may mean, `phrases` what else its text must hold.

    `notes` are things to say of it: those of `reading`, and `UNSURE_KIND`, `NO_QUANTITY`, `NO_DEVICE`, `SEVERAL`.
    """

    wish: Wish
    candidates: tuple[KnownModel, ...] = ()
    phrases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


UNSURE_KIND, NO_QUANTITY, NO_DEVICE, SEVERAL = "unsure-kind", "no-quantity", "no-device", "several"


def understood(text: str, vocabulary: Vocabulary, *, today: date, currency: str) -> Understood:
    """What one line asks for, by its words alone: what is in stock isn't looked at."""
    names, kinds = vocabulary.names, vocabulary.kinds
    said = with_bare_sizes(read(text, today=today, is_name=names.is_name), names.is_name)
    said, phrases = _needs(said)
    words = names.words(said.rest)
    category, word = kinds.of(" ".join(words))
    named = _named(names, words, said)
    notes = list(said.notes)
    model = named.models[0] if len(named.models) == 1 else None
    if named.models and len({one.category for one in named.models}) == 1:
        category = named.models[0].category
    elif word in UNSURE and not _is_computer(said, phrases):
        category = _phone_or(category, said, kinds)
        notes.append(UNSURE_KIND)
    if said.quantity is None:
        notes.append(NO_QUANTITY)
    ram, storage = _ram_and_storage(said.sizes, category)
    left = [
        one for one in kinds.without(" ".join(words)).split() if one not in named.said and one not in _ASIDE
    ]
    if model and any(map(names.is_name, left)):
        notes.append(SEVERAL)
        left = [one for one in left if not names.is_name(one)]
    if said.inches and not model:
        phrases.append(f"{names.screen(category, said.inches):g} inch")
    found = _phrases(phrases, left, named, ram, is_model=model is not None)
    if not (model or category or found):
        notes.append(NO_DEVICE)
    wish = Wish(
        quantity=said.quantity or 1,
        text=text[:LONGEST_LINE],
        spare=said.spare,
        model_id=model.id if model else None,
        category=category,
        words=" ".join(found),
        storage_gb=storage if storage and storage <= MOST_STORAGE_GB else None,
        grade=said.grade or "fair",
        battery=said.battery,
        budget=_minor(said, currency),
        uniformity=said.uniformity or SAME_MODEL,
        wanted_on=said.wanted_on,
    )
    return Understood(wish, named.models[:_MOST_CANDIDATES], found, tuple(notes))


def _needs(said: Said) -> tuple[Said, list[str]]:
    """Takes the processor, its generation and the keyboard out of what names the device."""
    rest, phrases = said.rest, list[str]()
    for pattern, phrase in _PHRASES:
        if pattern.search(rest):
            rest = pattern.sub(" ", rest)
            phrases.append(phrase)
    found = _GENERATION.search(rest)
    if found:
        rest = rest.replace(found[0], " ")
        phrases.append(f"{found[1] or found[2]}th generation")
    found = _PROCESSOR.search(rest)
    if found:
        rest = rest.replace(found[0], " ")
        phrases.append(found[1] or found[2])
    return replace(said, rest=rest), phrases


def _named(names: Names, words: list[str], said: Said) -> Named:
    return names.named([word for word in words if word not in _ASIDE or names.is_name(word)], said.inches)


def _is_computer(said: Said, phrases: list[str]) -> bool:
    """Whether a line has what only a computer has: a processor, a keyboard, memory beside storage, a large screen."""
    memory = any(size.of == RAM for size in said.sizes) or len(said.sizes) > 1
    large = said.inches is not None and said.inches >= _LEAST_LAPTOP_SCREEN
    return bool(phrases) or memory or large


def _phone_or(category: str | None, said: Said, kinds: Kinds) -> str | None:
    """A "portable" with the storage or the screen of a phone is one; any other is what the word says."""
    phone = said.inches is not None or any(size.gb > _MOST_RAM for size in said.sizes)
    return PHONES if phone and PHONES in kinds.slugs.values() else category


def _ram_and_storage(sizes: tuple[Size, ...], category: str | None) -> tuple[int | None, int | None]:
    """GB of each; a size that says not which is told by the kind of device, and by the other."""
    ram = next((size.gb for size in sizes if size.of == RAM), None)
    storage = next((size.gb for size in sizes if size.of == STORAGE), None)
    for gb in sorted(size.gb for size in sizes if not size.of):
        most = _MOST_RAM if category in _COMPUTERS else _MOST_PHONE_RAM if category in (None, PHONES) else 0
        if ram is None and gb <= most:
            ram = gb
        elif storage is None:
            storage = gb
    return ram, storage


def _phrases(
    phrases: list[str], left: list[str], named: Named, ram: int | None, *, is_model: bool
) -> tuple[str, ...]:
    """The series first, then what a device can't do without; words that we know nothing of come last."""
    found = [] if is_model else [word for word in named.said if word not in _ASIDE]
    sizes = [phrase for phrase in phrases if phrase.endswith(" inch")]
    found += [f"{ram} GB"] if ram else []
    found += [*sizes, *(phrase for phrase in phrases if phrase not in sizes)]
    found += [word for word in left if word not in found and len(word) > 1]
    return tuple(found)


def _minor(said: Said, currency: str) -> int | None:
    if said.budget is None or not 0 < said.budget <= DEAREST:
        return None
    return Money.of(said.budget, currency).minor


def separate(text: str, vocabulary: Vocabulary) -> Iterator[str]:
    """The lines of a text, and of a line that asks for several things ("12 laptops et 25 iPhone 13") each.

    What neither names a device nor says a number ("Bonjour,") comes as it is: who reads it says so.
    """
    for line in text.splitlines():
        for part in _parts(line, vocabulary):
            if part.strip():
                yield part.strip()


_AND = re.compile(r"(?:,|;|\+|&|\bet\b|\band\b)\s*(?=\d{1,3}\s?(?:x\s?)?[^\W\d_]{2,})")


def _parts(line: str, vocabulary: Vocabulary) -> Iterator[str]:
    begin = 0
    for found in _AND.finditer(line):
        if _is_device(line[begin : found.start()], vocabulary) and _begins_with_device(
            line[found.end() :], vocabulary
        ):
            yield line[begin : found.start()]
            begin = found.end()
    yield line[begin:]


def _is_device(text: str, vocabulary: Vocabulary) -> bool:
    words = vocabulary.names.words(plain(text))
    return bool(vocabulary.kinds.of(" ".join(words))[1] or any(map(vocabulary.names.is_name, words)))


def _begins_with_device(text: str, vocabulary: Vocabulary) -> bool:
    after = re.sub(r"^\d+\s?x?\s?", "", plain(text))
    words = vocabulary.names.words(" ".join(after.split()[:2]))
    first = words[0] if words else ""
    known = vocabulary.names.is_name(first) or first in vocabulary.names.brands
    return (known and first.isalpha()) or vocabulary.kinds.of(" ".join(words))[1] in (first, " ".join(words))


def means_something(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a line has anything of a wish in it: a number, a kind of device or a name."""
    return any(character.isdigit() for character in text) or _is_device(text, vocabulary)
