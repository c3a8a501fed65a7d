"""How people write quantities, sizes, prices, grades and days, in French and English: patterns over folded text."""

import re

_MARGIN = r"[\s:=,]*"
BULLET = re.compile(r"^(?:[-*•·–—>]+|\d{1,2}[.)](?=\s+\d))\s*")

# Sizes
_UNIT = r"(?P<unit>g[bo]|gib|gigas?|gigaoctets|t[bo]|tib|teras?)"
_RAM = r"ram|memoire(?:\svive)?|memory|l?p?ddr\w*"
_DISK = r"ssd|nvme|hdd|emmc|stockage|storage|disque(?:\sdur)?|disk|capacite|capacity"
_WHAT = rf"(?P<what>{_RAM}|{_DISK})"
# "16/512", "8go/256go", "16 go + 1 to": no day, as a second part of two digits would be.
MEMORY_AND_STORAGE = re.compile(
    r"\b(?P<ram>\d{1,2})\s?(?:g[bo])?(?:\s(?:de\s)?ram)?\s?[/+]\s?(?:ssd\s)?(?:(?P<storage>\d{3,4}|"
    r"[12](?=\s?t[bo]))\s?"
    r"(?P<unit>g[bo]|t[bo])?)\b(?:\s(?:ssd|nvme|stockage|storage))?"
)
SIZES = (
    re.compile(rf"\b(?P<number>\d{{1,4}})\s?{_UNIT}\b(?:\s(?:de\s|of\s|d')?{_WHAT}\b)?"),
    re.compile(rf"\b{_WHAT}{_MARGIN}(?P<number>\d{{1,4}})(?:\s?{_UNIT})?\b"),
    re.compile(rf"\b(?P<number>\d{{1,4}})(?P<unit>(?=\s))\s{_WHAT}\b"),
    # "16g", but no "5g".
    re.compile(r"\b(?P<number>8|16|32|64|128|256|512)(?P<unit>g)\b(?P<what>)"),
)
BARE_STORAGE = re.compile(r"\b(?:32|64|128|256|512|1024|2048)\b")
INCHES = re.compile(
    r"""\b(?P<number>[5-9]|[1-9]\d|\d{1,2}[.,]\d{1,2})[\s-]?(?:["”″]|''|pouces?\b|inch(?:es)?\b|"
    r"in\b(?!\s\w)|po\b)"""
)


def what_has_it(word: str | None) -> str:
    """`ram`, `storage`, or nothing where it wasn't said."""
    if not word:
        return ""
    return "ram" if re.fullmatch(_RAM, word) else "storage"


# Prices
_NUMBER = r"(?P<amount>\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d{1,2})?|\d{1,6}(?:[.,]\d{1,2})?)\s?(?P<thousands>k)?"
_SIGN = r"(?:€|euros?\b|eur\b|£|\$|chf\b|gbp\b|usd\b)"
_CAP = (
    r"(?:(?:\b(?:budget|prix|price|cout|cost|max(?:i|imum|imal)?|jusqu'?\s?a|up to|under|below|less than|"
    r"moins de|at most|pas plus de|not over|inferieure?s? a|no more than|plafond|cap|limite|limit|"
    r"environ|about|autour de|around|"
    r"unitaire|per unit|each)\b|<=?|≤)[\s:=]*(?:(?:de|of|a|is|autour de)\s)?)"
)
_AFTER = (
    r"(?P<after>(?:[\s/,(]*(?:ttc|ht|hors taxes?|h\.t\.|excl\.?(?:uding)?\s?vat|ex\.?\svat|before vat|"
    r"incl\.?(?:uding)?\s?vat|with vat|(?:par|per|la|l'|the|a)?\s?(?:piece|unite|unit|u|appareil|"
    r"device|poste)\b|chacune?|chaque|each|"
    r"max(?:i|imum)?|en tout|au total|in all|in total|total|pour le lot|all together)\b\)?)*)"
)
WITHOUT_VAT = re.compile(r"\bht\b|hors tax|h\.t\.|excl|ex\.?\svat|before vat")
ALL_TOGETHER = re.compile(r"en tout|total|in all|pour le lot|all together")
_NO_OTHER_UNIT = (
    r"(?![\d.,]*\d|\w|\s?(?:[\"”″'%°]|[gt][bo]\b|pouces?|inch|hz|mm|cm|kg|ans?\b|years?|mois|months?|"
    r"jours|days))"
)
BUDGET = (
    re.compile(rf"{_CAP}*{_NUMBER}\s?{_SIGN}{_AFTER}"),
    re.compile(rf"{_CAP}*(?:€|£|\$)\s?{_NUMBER}{_AFTER}"),
    # Without a currency: no "pro max 256", which is a phone of 256 GB.
    re.compile(
        rf"(?<!pro ){_CAP}+(?!(?:32|64|128|256|512|1024)\b){_NUMBER}(?<=\d\d){_NO_OTHER_UNIT}{_AFTER}"
    ),
)

BATTERY = (
    re.compile(r"\b(?:batter(?:ie|y|ies)|bat)\b[^\d,;]{0,24}(?P<percent>\d{2,3})(?:\s?%|\b(?!\s?h))"),
    re.compile(
        r"(?P<percent>\b\d{2,3})\s?%(?:\s(?:de\s|of\s|d')?(?:batter(?:ie|y)|capacite|capacity|sante|health)\b)?"
    ),
)

# Looks. What the trade calls A, B and C; "très bon" is our excellent, as it stands above good everywhere.
NEW = re.compile(r"\b(?:comme\s)?neu(?:fs?|ves?)\b(?!\s\d)|\b(?:brand\s|like\s|as\s)?new\b(?!\s\d)")
_LOOKS = r"(?:\s(?:etat|condition|grade))?"
GRADES = (
    (
        "premium",
        re.compile(rf"\b(?:grade|etat)\sa\+(?!\w)|\b(?:premium|flawless|parfaits?|impeccables?){_LOOKS}\b"),
    ),
    (
        "excellent",
        re.compile(
            rf"\b(?:(?:grade|etat)\sa|tres\sbon(?:ne|s)?|tbe|excellente?s?|very\sgood){_LOOKS}(?![\w+])"
        ),
    ),
    ("good", re.compile(rf"\b(?:(?:grade|etat)\sb|bon(?:ne|s|nes)?|good){_LOOKS}(?![\w+])")),
    (
        "fair",
        re.compile(
            rf"\b(?:(?:grade|etat)\sc|(?:etat\s)?(?:correcte?s?|acceptables?|satisfaisante?s?|moyens?)|fair){_LOOKS}(?![\w+])"
        ),
    ),
)

SAME_GRADE = re.compile(
    r"\b(?:meme|same)\s(?:(?:modele|model)\s(?:et|and)\s(?:meme\s|same\s)?)?(?:grade|etat|looks?)\b"
)
SAME_MODEL = re.compile(
    r"\b(?:(?:tous\s|toutes\s|all\s)?(?:le\s|the\s)?(?:meme|same)\s(?:modele|model)|identi(?:ques?|"
    r"cal)|pareils)\b"
)
ANY_MODEL = re.compile(
    r"\b(?:(?:peu importe|n'importe|quel que soit|any|whatever|mixed)\s(?:quel\s)?(?:le\s|"
    r"the\s)?(?:modeles?|models?)|"
    r"modeles (?:differents|varies|melanges)(?:\sok)?)\b"
)

# Numbers of units
SPARE = re.compile(
    r"(?:(?P<within>\bdont\b|\bincl(?:uding|\.)?|\by compris\b)|\+|\bplus\b|\bet\b|\band\b|"
    r"\bavec\b|\bwith\b|,)?\s*"
    r"\b(?P<number>\d{1,3})\s(?:(?:appareils?|pieces?|units?|unites?)\s)?(?:de\s|en\s|d'|as\s)?"
    r"(?:spares?|rechange|secours|reserve|backups?)\b(?:\s(?:units?|unites?))?"
)
_PIECES = r"(?:pcs(?=\s\S)|pieces?|units?|unites?|exemplaires?|appareils?(?!\sphoto)|devices?|stk)"
QUANTITY = (
    re.compile(
        r"\b(?:qty|qte|quantites?|quantity|nombre|nb|lot de|pack of|besoin de|needs?|voudrions|voudrais|"
        r"souhaitons|souhaite|cherchons|cherche|commander|acheter|nous faut|faudrait|want|would like|order|buy|"
        r"need)\s?[:=]?\s?(?P<number>\d{1,7})\b"
        rf"(?:\s?[x×])?(?:\s{_PIECES}\b)?"
    ),
    re.compile(
        rf"^\(?(?P<number>\d{{1,7}})\)?\s?(?:[x×*]|{_PIECES})(?:\s(?:de|of)\b|(?=[\s,:;-]|$)|(?<=\*))"
    ),
    re.compile(rf"(?<![\w.,])(?P<number>\d{{1,7}})\s?{_PIECES}\b"),
    re.compile(r"(?:^|[\s(,;])[x×*]\s?(?P<number>\d{1,7})\)?(?=\s*$|\s*[,;(])"),
    re.compile(r"^[x×]\s?(?P<number>\d{1,7})\b"),
    re.compile(r"^(?P<number>\d{1,7})(?=[\s,:;-]+\S)[\s,:;-]+"),
    re.compile(r"(?:[,;:|(\t]|\s-)\s*(?P<number>\d{1,7})\)?\s*$"),
    re.compile(r"^\s*(?P<number>\d{1,7})\s*$"),
)
NUMBERS = {
    **dict.fromkeys(("un", "une", "a", "an", "one"), 1),
    **dict.fromkeys(("deux", "two"), 2),
    **dict.fromkeys(("trois", "three"), 3),
    **dict.fromkeys(("quatre", "four"), 4),
    **dict.fromkeys(("cinq", "five"), 5),
    **dict.fromkeys(("six",), 6),
    **dict.fromkeys(("sept", "seven"), 7),
    **dict.fromkeys(("huit", "eight"), 8),
    **dict.fromkeys(("nine",), 9),
    **dict.fromkeys(("dix", "ten", "une dizaine de", "une dizaine d'"), 10),
    **dict.fromkeys(("douze", "twelve", "a dozen", "une douzaine de", "une douzaine d'"), 12),
    **dict.fromkeys(("quinze", "fifteen", "une quinzaine de", "une quinzaine d'"), 15),
    **dict.fromkeys(("vingt", "twenty", "une vingtaine de", "une vingtaine d'"), 20),
    **dict.fromkeys(("trente", "thirty", "une trentaine de"), 30),
}
NUMBER_WORD = re.compile(
    rf"^(?P<word>{'|'.join(sorted(NUMBERS, key=len, reverse=True))})(?:(?<=')|\b)\s?(?=\w)"
)

# Days
_MONTH_NAMES = "jan|fev feb|mar|avr apr|mai may|juin jun|juil jul|aou aug|sep|oct|nov|dec"
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.split("|"), 1) for name in names.split()}
_WHEN = (
    r"\b(?:livr\w*|deliver\w*|avant|pour|by|before|until|d'ici|due|on|le|au|needed|deadline)"
    r"(?:\s(?:avant|pour|by|before|on|the|le|au|date))*[\s:]+"
)
_MONTH = (
    r"(?P<month>(?:janv|fev|fevr|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec|jan|feb|mar|apr|may|"
    r"june?|july?|aug|sep)"
    r"[a-z]*)"
)
DAYS = (
    re.compile(rf"(?:{_WHEN})?\b(?P<year>20\d\d)-(?P<month>[01]?\d)-(?P<day>[0-3]?\d)\b"),
    re.compile(rf"(?:{_WHEN})?\b(?P<day>[0-3]?\d)[/.](?P<month>[01]?\d)[/.](?P<year>20\d\d|\d\d)\b"),
    re.compile(rf"{_WHEN}(?P<day>[0-3]?\d)[/.](?P<month>[01]?\d)\b(?P<year>)(?![/.\d])"),
    re.compile(
        rf"(?:{_WHEN})(?P<day>[0-3]?\d)(?:er|st|nd|rd|th)?\s(?:of\s)?{_MONTH}\.?(?:\s(?P<year>20\d\d))?\b"
    ),
)
