"""What is asked of the list of offers, and of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from ...catalog.bulk import ENDINGS, BulkChange
from ...catalog.formats import Options
from ...catalog.formats.amounts import plain_amount
from ...catalog.offer_file import HIGHEST_PRICE_MINOR, MOST_STOCK
from ...catalog.rules import GRADES
from ...core.errors import FormInvalid
from ...core.money import Money
from ...core.typed import whole_number

LONGEST_TEXT = 80
STOCKS = ("in", "low", "none")
SORTS = ("changed", "title", "price", "stock")


@dataclass(frozen=True, slots=True)
class OfferFilters:
    """What of the list is asked for; empty texts and `None` ask for nothing."""

    text: str = ""
    seller_id: int | None = None
    category: str = ""
    grade: str = ""
    stock: str = ""
    sort: str = "changed"


def read_filters(fields: Mapping[str, str]) -> OfferFilters:
    """What an address asks for; what it says wrongly asks for nothing."""
    return OfferFilters(
        text=" ".join(fields.get("q", "").replace("\0", "").split())[:LONGEST_TEXT],
        seller_id=whole_number(fields.get("seller", "")),
        category=fields.get("category", "").replace("\0", "")[:80],
        grade=_one_of(fields.get("grade", ""), GRADES),
        stock=_one_of(fields.get("stock", ""), STOCKS),
        sort=_one_of(fields.get("sort", ""), SORTS) or "changed",
    )


def parameters(filters: OfferFilters) -> dict[str, str]:
    """The same as the parameters of an address, without those that ask for nothing."""
    values = {
        "q": filters.text,
        "seller": "" if filters.seller_id is None else str(filters.seller_id),
        "category": filters.category,
        "grade": filters.grade,
        "stock": filters.stock,
        "sort": "" if filters.sort == "changed" else filters.sort,
    }
    return {name: value for name, value in values.items() if value}


def _one_of(text: str, choices: tuple[str, ...]) -> str:
    return text if text in choices else ""


def listed(query: str) -> dict[str, str]:
    """The parameters of the list that a form stood on, from the text that it sent along."""
    return dict(parse_qsl(query[:2_000], keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class BulkForm:
    """Which offers (`ids`, or all that `filters` list where it is none), and what is done to each."""

    ids: tuple[int, ...] | None
    filters: OfferFilters
    change: BulkChange


# What the form of a bulk change holds beside the offers themselves.
BULK_FIELDS = ("which", "how", "by", "ending", "set_stock", "set_guarantee")


def read_bulk(fields: MultiDict[str, str], *, currency: str) -> BulkForm:
    """Raises `FormInvalid`, by field."""
    errors: dict[str, str] = {}
    ids = chosen_ids(fields)
    if fields.get("which") != "all" and not ids:
        errors["which"] = _("Tick the offers that you mean, or choose the whole list.")
    percent, amount = _price_change(fields, currency, errors)
    change = BulkChange(
        percent=percent,
        amount_minor=amount,
        ending=_one_of(fields.get("ending", ""), tuple(ENDINGS)) if fields.get("how") else "",
        stock=_whole(fields, "set_stock", MOST_STOCK, errors),
        guarantee_months=_whole(fields, "set_guarantee", 120, errors),
    )
    if not errors and change == BulkChange():
        errors["how"] = _("Say what to change: the price, the stock or the guarantee.")
    if errors:
        raise FormInvalid(errors)
    filters = read_filters(listed(fields.get("listed", "")))
    return BulkForm(None if fields.get("which") == "all" else ids, filters, change)


def chosen_ids(fields: MultiDict[str, str]) -> tuple[int, ...]:
    """The ticked offers: each by itself from the list, all in one text from a page after it."""
    texts = [text for value in fields.getlist("offer") for text in value[:200_000].split(",")]
    return tuple(sorted({number for text in texts if (number := whole_number(text)) is not None}))


def _price_change(
    fields: Mapping[str, str], currency: str, errors: dict[str, str]
) -> tuple[Decimal | None, int | None]:
    how, by = fields.get("how", ""), fields.get("by", "").strip()
    sign = -1 if how.endswith("-") else 1
    try:
        if how in ("percent+", "percent-"):
            percent = Decimal(by.rstrip("% \N{NO-BREAK SPACE}").replace(",", "."))
            if not (percent.is_finite() and 0 < percent <= 1_000):
                raise ValueError(by)
            return sign * percent, None
        if how in ("amount+", "amount-"):
            amount = Money.parse(plain_amount(by)[0], currency).minor
            if not 0 < amount <= HIGHEST_PRICE_MINOR:
                raise ValueError(by)
            return None, sign * amount
    except (ValueError, InvalidOperation):
        errors["by"] = _("By how much? Give a number above 0, such as 10 or 4.90.")
    return None, None


def _whole(fields: Mapping[str, str], name: str, most: int, errors: dict[str, str]) -> int | None:
    text = fields.get(name, "").strip()
    if not text:
        return None
    number = whole_number(text)
    if number is not None and number <= most:
        return number
    errors[name] = _("Please give a whole number from 0 to %(most)s, or nothing.", most=most)
    return None


@dataclass(frozen=True, slots=True)
class FileForm:
    """For which seller a file is (none: those that it names), and how it is read."""

    seller_id: int | None
    options: Options


def read_file_form(
    fields: Mapping[str, str], traders: Sequence[tuple[int, str, str]], *, operator: bool
) -> FileForm:
    """`traders` are (id, slug, name) of the sellers that may be chosen. Raises `FormInvalid`."""
    chosen = fields.get("seller", "")
    if not operator and len(traders) == 1:
        chosen = str(traders[0][0])
    seller = next((row for row in traders if str(row[0]) == chosen), None)
    if seller is None and (chosen or not operator):
        raise FormInvalid({"seller": _("Please choose whose offers these are.")})
    slug = seller[1] if seller else ""
    options = Options(
        # Only an operator may make a shop larger by a category, or another seller.
        create=operator and fields.get("create") == "yes",
        strict=fields.get("strict") == "yes",
        seller=slug,
        only=slug,
        category=fields.get("category", "").replace("\0", "")[:80],
        grades=_grade_words(fields),
    )
    return FileForm(seller[0] if seller else None, options)


def file_fields(options: Options, seller_id: int | None) -> dict[str, str]:
    """The fields of a file's form, as they were filled in."""
    return {
        "seller": "" if seller_id is None else str(seller_id),
        "grade": dict(options.grades).get("", ""),
        "category": options.category,
        "words": "\n".join(f"{word} = {grade}" for word, grade in options.grades if word),
        "strict": "yes" if options.strict else "",
        "create": "yes" if options.create else "",
    }


def _grade_words(fields: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What words of the file mean, a line each: `Grade A = excellent`; the empty word for rows that say nothing."""
    own: dict[str, str] = {}
    usual = _one_of(fields.get("grade", ""), GRADES)
    if usual:
        own[""] = usual
    for line in fields.get("words", "")[:2_000].splitlines():
        if not line.strip():
            continue
        word, _sign, grade = line.rpartition("=")
        if not word.strip() or grade.strip().lower() not in GRADES:
            raise FormInvalid(
                {
                    "words": _(
                        "“%(line)s” is not like “Grade A = excellent”; the grades are %(grades)s.",
                        line=line.strip()[:60],
                        grades=", ".join(GRADES),
                    )
                }
            )
        own[" ".join(word.lower().split())] = grade.strip().lower()
    return tuple(own.items())
