"""Which model, product and category a row of another shop system means, which names them in its own words."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType

from flask_babel import gettext as _
from sqlalchemy import select

from search.analysis import fold, stem

from ..core.database import db
from ..core.tables import Row, WrongCell
from .formats.reading import Read, Reading
from .formats.words import Colours, storage_in
from .known import NAME_SLUG, KnownModel, known_brands, known_categories, known_models
from .models import Brand, Category, Model, Product
from .rules import slugify
from .standard import CATEGORIES

# Rows whose EANs are looked up together.
_BATCH = 500
_WORD = re.compile(r"\d+[.,]\d+|[^\W_]+\+?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
# What stands in titles beside the name of a model and tells none from another.
_NOISE = re.compile(
    r"\b\d{1,4}\s?(?:gb|go|gib|tb|to|tib|mb|mo)\b|\b\d+\s?(?:mois|months?|ans?|years?)\b|\bwi[-‑ ]?fi\b"
    r"|\b(?:reconditionne|refurbished|ricondizionato|renewed|occasion|debloque|unlocked|double sim|dual sim"
    r"|smartphone|telephone|garantie?|warranty)e?s?\b"
)
# Words that make another model of one ("iPhone 13" and "iPhone 13 Pro"), whether or not the shop knows that other.
_OTHER_MODEL = frozenset(
    (
        "pro", "max", "mini", "plus", "ultra", "lite", "fe", "se", "air", "note", "edge", "fold", "flip", "neo", "slim",
        "xl", "xr", "xs", "oled", "digital", "cellular", "lte", "gen", "generation", "generazione",
    )
)  # fmt: skip
# Things for a device are not the device.
_FOR_A_DEVICE = frozenset(
    (
        "coque", "coques", "etui", "case", "cover", "chargeur", "charger", "cable", "verre", "film", "protection",
        "housse", "bracelet", "strap", "support", "dock",
    )
)  # fmt: skip
# Colours are parts of some models' names, and of most titles.
_COLOUR_WORDS = frozenset(
    ("black", "white", "blue", "green", "red", "gold", "silver", "grey", "gray", "pink", "purple", "yellow")
)


@dataclass(frozen=True, slots=True)
class _KnownProduct:
    model: str
    title: str
    storage_gb: int | None
    colour: str


class Models:
    """The shop's models, found by what a title calls them."""

    def __init__(self) -> None:
        self.by_words: dict[tuple[str, ...], set[KnownModel]] = {}
        self.vocabulary: dict[int, set[str]] = {}
        # The categories of the models whose names hold a word: "ipad" is said of tablets only.
        self.families: dict[str, set[str]] = {}
        self.brands = {row.id: row.name for row in db.session.execute(select(Brand.id, Brand.name))}
        for model in set(known_models().values()):
            name, brand = words_of(model.name), words_of(self.brands[model.brand_id])
            for words in (name, brand + name):
                self.by_words.setdefault(words, set()).add(model)
            self.vocabulary.setdefault(model.brand_id, set()).update(name)
            for word in name:
                self.families.setdefault(word, set()).add(model.category)
        self.longest = max((len(words) for words in self.by_words), default=0)

    def in_title(self, title: str, brand: str) -> KnownModel | str | None:
        """The one model that a title names; `None` when it names none, or a sentence when that is not clear."""
        words = words_of(title)
        if _FOR_A_DEVICE.intersection(words):
            return None
        found, rest = self._longest(words)
        if len(found) > 1:
            found = {
                model for model in found if slugify(self.brands[model.brand_id]) == slugify(brand)
            } or found
        if not found:
            return None
        names = sorted(f"{self.brands[model.brand_id]} {model.name}" for model in found)
        if len(found) > 1:
            return _("the title may mean %(names)s", names=_(" or ").join(names))
        (model,) = found
        others = [word for word in rest if self._tells_apart(word, model)]
        if others:
            return _("the title says “%(words)s” beside %(name)s", words=" ".join(others), name=names[0])
        return model

    def category_in(self, title: str) -> str:
        """The category of all models whose names share a word with the title; empty when they have several."""
        words = words_of(title)
        if _FOR_A_DEVICE.intersection(words):
            return ""
        telling = [word for word in words if len(word) > 3 and word.isalpha() and word not in _OTHER_MODEL]
        said = [self.families[word] for word in telling if word in self.families.keys() - _COLOUR_WORDS]
        return said[0].copy().pop() if said and len(set.union(*said)) == 1 else ""

    def _longest(self, words: tuple[str, ...]) -> tuple[set[KnownModel], tuple[str, ...]]:
        """The models with the longest name in the words, and the words around it; several where names are as long."""
        for size in range(min(self.longest, len(words)), 0, -1):
            found: set[KnownModel] = set()
            rest: tuple[str, ...] = ()
            for start in range(len(words) - size + 1):
                here = self.by_words.get(words[start : start + size])
                # A name of one bare number or letter is no name to go by.
                if here and (size > 1 or len(words[start]) > 3):
                    found |= here
                    rest = words[:start] + words[start + size :]
            if found:
                return found, rest
        return set(), words

    def _tells_apart(self, word: str, model: KnownModel) -> bool:
        """Whether a word that is left over makes it likely that another model is meant."""
        if word in words_of(self.brands[model.brand_id]):
            return False
        others = self.vocabulary[model.brand_id].difference(words_of(model.name), _COLOUR_WORDS)
        return word in _OTHER_MODEL or word in others or bool(_NUMBER.fullmatch(word))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name or title, folded; storages and what says that it was refurbished are left out."""
    folded = _NOISE.sub(" ", fold(text))
    return tuple(word.replace(",", ".") for word in _WORD.findall(folded))


class Matcher:
    """Fills in what rows of another system leave open: model, category, brand, storage and colour."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.models = Models()
        self.colours = Colours()
        self.by_slug = known_models()
        self.brands = {slug: brand.name for slug, brand in known_brands().items()}
        self.categories = known_categories()
        self.category_words = _category_words()
        self.category_of: dict[str, str] = {}

    def matched(self, rows: Iterable[Read]) -> Iterator[Read]:
        rows = iter(rows)
        while batch := list(islice(rows, _BATCH)):
            products = _products_by_ean(
                {row.cells["ean"] for row in batch if isinstance(row, Row) and row.cells.get("ean")}
            )
            for row in batch:
                yield self._match(row, products) if isinstance(row, Row) else row

    def _match(self, row: Row, products: Mapping[str, list[_KnownProduct]]) -> Row:
        cells = dict(row.cells)
        faults = list(row.faults)
        title, said_brand = cells.get("title", ""), cells.get("brand", "")
        model = self._model(cells, products, faults)
        if model is None and cells.get("model"):
            # A maker's number that is no model's name is found as a text.
            model = self.by_slug.get(slugify(f"{said_brand} {cells['model']}"))
        elif model is None:
            cells["model"] = ""
        if model:
            cells["model"], cells["category"] = model.slug, model.category
        cells["brand"] = self._brand(said_brand, title)
        cells["storage_gb"] = cells.get("storage_gb") or str(storage_in(title) or "")
        colour = cells.get("colour", "")
        cells["colour"] = self.colours.called(colour) if colour else self.colours.within(title)
        if not model:
            stated = cells.get("category", "")
            cells["category"] = self._category(stated) or self.models.category_in(title) or self._usual()
        if not cells["category"]:
            stated = row.cells.get("category", "")
            reason = (
                _("%(name)s is no category known here; say one for such rows", name=repr(stated[:60]))
                if stated
                else _("is not said, and the title names no known model; say one for such rows")
            )
            faults.append(WrongCell("category", reason))
        return replace(row, cells=MappingProxyType(cells), faults=tuple(faults))

    def _model(
        self, cells: dict[str, str], products: Mapping[str, list[_KnownProduct]], faults: list[WrongCell]
    ) -> KnownModel | None:
        """By EAN, and by title; where the two disagree the row is refused."""
        title = cells.get("title", "")
        by_title = self.models.in_title(title, cells.get("brand", "")) if title else None
        known = products.get(cells.get("ean", ""), [])
        by_ean = {product.model for product in known if product.model}
        if len(by_ean) == 1 and (by_title is None or isinstance(by_title, str)):
            (product, *_others) = known
            if len(known) == 1:
                cells["storage_gb"] = cells.get("storage_gb") or str(product.storage_gb or "")
                cells["colour"] = cells.get("colour") or product.colour
            cells["title"] = title or product.title
            return self.by_slug[product.model]
        if isinstance(by_title, str):
            self.reading.notes[
                _("Kept under its own title, as no known model is meant for sure: %(why)s.", why=by_title)
            ] += 1
            return None
        if by_ean and by_title and by_title.slug not in by_ean:
            names = _(" or ").join(sorted(self.by_slug[slug].name for slug in by_ean))
            faults.append(
                WrongCell(
                    "ean",
                    _(
                        "is known for %(names)s, and the title says %(title)s",
                        names=names,
                        title=by_title.name,
                    ),
                )
            )
        return by_title

    def _brand(self, said: str, title: str) -> str:
        """The maker: a known brand, or one that the title names, too. A shop's own name often stands in its place."""
        known = self.brands.get(slugify(said, NAME_SLUG))
        if known:
            return known
        words = set(words_of(title))
        if said and set(words_of(said)) <= words:
            return said
        return next((name for name in self.brands.values() if set(words_of(name)) <= words), "")

    def _usual(self) -> str:
        """The category that somebody said for rows that leave it open, if they said one."""
        usual = self.reading.options.category
        if usual:
            self.reading.notes[
                _("Category “%(name)s”, as you said, where the file names none known here.", name=usual)
            ] += 1
        return self._category(usual)

    def _category(self, said: str) -> str:
        """The slug of a known category that the file's own words mean; empty when that is not clear."""
        if said not in self.category_of:
            self.category_of[said] = self._category_meant(said)
        return self.category_of[said]

    def _category_meant(self, said: str) -> str:
        for part in (said, *re.split(r"[>,/|]", said)):
            slug = slugify(part, NAME_SLUG)
            if slug and slug in self.categories:
                return slug
        words = {stem(word) for word in words_of(said)}
        counts = {slug: len(words & own) for slug, own in self.category_words.items()}
        best = max(counts.values(), default=0)
        meant = [slug for slug, count in counts.items() if count == best]
        return meant[0] if best and len(meant) == 1 else ""


def _category_words() -> dict[str, set[str]]:
    """The words that each category is called by: those that the shop has, and the trade's."""
    rows = db.session.execute(select(Category.slug, Category.words, Category.name_en, Category.name_fr))
    texts = {row.slug: f"{row.slug} {row.words} {row.name_en} {row.name_fr}" for row in rows}
    for slug, standard in CATEGORIES.items():
        texts.setdefault(slug, f"{slug} {standard.words} {standard.name_en} {standard.name_fr}")
    return {slug: {stem(word) for word in _WORD.findall(fold(text))} for slug, text in texts.items()}


def _products_by_ean(eans: set[str]) -> dict[str, list[_KnownProduct]]:
    """One SQL statement, or none where no row has an EAN."""
    found: dict[str, list[_KnownProduct]] = {}
    if not eans:
        return found
    statement = (
        select(Product.ean, Product.title, Product.storage_gb, Product.colour, Model.slug)
        .outerjoin(Model, Product.model_id == Model.id)
        .where(Product.ean.in_(sorted(eans)))
        .order_by(Product.id)
    )
    for row in db.session.execute(statement):
        known = _KnownProduct(row.slug or "", row.title, row.storage_gb, row.colour or "")
        found.setdefault(row.ean, []).append(known)
    return found
