"""Where people are, by what they type; and how the shop comes to know places."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from storefront.core.tables import WrongTable
from storefront.repair.network.models import Postcode, TownName
from storefront.repair.network.place_names import (
    department_named,
    department_of,
    departments,
    name_keys,
    postcode_in,
    town_beside,
)
from storefront.repair.network.places import find_place, find_places
from storefront.repair.network.rules import Point, kilometres
from storefront.repair.network.town_import import import_postcodes, import_towns, read_postcodes
from tests.factories import make_town

TOWNS = (
    # name, country, population, lat, lon
    ("Nantes", "FR", 325_070, 47.217, -1.553),
    ("Paris", "FR", 2_138_551, 48.853, 2.349),
    ("Saint-Étienne", "FR", 176_280, 45.434, 4.390),
    ("Saint-Denis", "FR", 96_128, 48.936, 2.354),
    ("Saint-Denis", "FR", 137_195, -20.882, 55.450),
    ("Saint-Pierre", "FR", 8_836, 43.293, 5.407),
    ("Saint-Pierre", "FR", 76_655, -21.339, 55.478),
    ("Le Mans", "FR", 144_515, 48.006, 0.199),
    ("L'Haÿ-les-Roses", "FR", 29_703, 48.778, 2.333),
    ("Lyon", "FR", 520_774, 45.749, 4.848),
    ("Brussels", "BE", 1_019_022, 50.850, 4.349),
    ("Amsterdam", "NL", 741_636, 52.374, 4.890),
)


@pytest.fixture
def towns(db_session: scoped_session[Any]) -> None:
    for name, country, population, lat, lon in TOWNS:
        make_town(name, country=country, population=population, lat=lat, lon=lon)
    # A town of several names has a row for each.
    brussels = db_session.scalars(select(TownName).where(TownName.name == "Brussels")).one()
    for other in ("bruxelles", "brussel"):
        make_town("Brussels", country="BE", town=brussels.town, folded=other, population=1_019_022)
    db_session.add(Postcode(country="FR", code="44000", name="Nantes", lat=47.2, lon=-1.6))
    db_session.add(Postcode(country="NL", code="1012AB", name="Amsterdam", lat=52.37, lon=4.89))
    db_session.commit()


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize(
    ("text", "country", "name", "exactness"),
    [
        ("44000", "FR", "Nantes", "postcode"),
        ("44 000", "FR", "Nantes", "postcode"),
        ("44000 Nantes", "FR", "Nantes", "postcode"),
        ("F-44000", "FR", "Nantes", "postcode"),
        ("Nantes (44000)", "FR", "Nantes", "postcode"),
        ("1012 ab", "NL", "Amsterdam", "postcode"),
        ("1012AB Amsterdam", "NL", "Amsterdam", "town"),
        ("nantes", "FR", "Nantes", "town"),
        ("  NANTES  ", "FR", "Nantes", "town"),
        ("st etienne", "FR", "Saint-Étienne", "town"),
        ("St-Étienne", "FR", "Saint-Étienne", "town"),
        ("Saint Etienne", "FR", "Saint-Étienne", "town"),
        ("l’hay les roses", "FR", "L'Haÿ-les-Roses", "town"),
        ("72000 Le Mans", "FR", "Le Mans", "town"),
        ("69003 Lyon 3e arrondissement", "FR", "Lyon", "town"),
        ("Lyon Cedex 03", "FR", "Lyon", "town"),
        ("Paris 11e", "FR", "Paris", "town"),
        ("Bruxelles", "BE", "Brussels", "town"),
        ("1000 Brussel", "BE", "Brussels", "town"),
        ("44190", "FR", "Loire-Atlantique (44)", "department"),
        ("44190 Nowhere", "FR", "Loire-Atlantique (44)", "department"),
        ("Loire Atlantique", "FR", "Loire-Atlantique (44)", "department"),
        ("2a", "FR", "Corse-du-Sud (2A)", "department"),
        ("974", "FR", "La Réunion (974)", "department"),
    ],
)
def test_a_place_is_found_as_people_write_it(text: str, country: str, name: str, exactness: str) -> None:
    place = find_place(text, country=country)

    assert place is not None
    assert (place.name, place.exactness, place.country) == (name, exactness, country)


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize(
    "text", ["", "   ", "xyz", "99999", "00100", "🙂", "\0", "'; --", "%", "é" * 5_000, "1"]
)
def test_what_is_no_place_gives_none(text: str) -> None:
    assert find_place(text, country="FR") is None


@pytest.mark.usefixtures("towns")
def test_a_place_abroad_is_not_looked_for_at_home() -> None:
    assert find_place("Nantes", country="BE") is None
    assert find_place("44000", country="DE") is None


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize(
    ("text", "first", "both"),
    [
        # Beside Paris, unless the island is said.
        ("Saint-Denis", "Bobigny", {"Bobigny", "Saint-Denis"}),
        ("97400 Saint-Denis", "Saint-Denis", {"Bobigny", "Saint-Denis"}),
        ("93200 Saint-Denis", "Bobigny", {"Bobigny", "Saint-Denis"}),
        # Far more live in the one on La Réunion.
        ("Saint-Pierre", "Saint-Denis", {"Marseille", "Saint-Denis"}),
    ],
)
def test_of_towns_with_one_name_the_likeliest_is_first_and_all_can_be_chosen(
    text: str, first: str, both: set[str]
) -> None:
    found = find_places(text, country="FR")

    assert (found[0].near, {place.near for place in found}) == (first, both)


@pytest.mark.usefixtures("towns")
def test_a_place_costs_two_statements_at_most(count_sql: Any) -> None:
    for text in ("44000", "Nantes", "44190", "69003 Lyon 3e arrondissement", "nowhere"):
        with count_sql() as statements:
            find_place(text, country="FR")
        assert len(statements) <= 2


@pytest.mark.parametrize(
    ("postcode", "code"),
    [
        ("01000", "01"),
        ("20000", "2A"),
        ("20167", "2A"),
        ("20200", "2B"),
        ("20620", "2B"),
        ("75011", "75"),
        ("95000", "95"),
        ("97100", "971"),
        ("97212", "972"),
        ("97300", "973"),
        ("97419", "974"),
        ("97600", "976"),
    ],
)
def test_the_department_of_a_postcode(postcode: str, code: str) -> None:
    found = department_of(postcode)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "postcode", ["00100", "96000", "99000", "97500", "98000", "1000", "440000", "", "4400O", "４４０００"]
)
def test_what_is_of_no_department(postcode: str) -> None:
    assert department_of(postcode) is None


def test_there_are_the_101_departments_each_in_its_place() -> None:
    assert len(departments()) == 101
    assert department_named("Côtes d'Armor") == departments()["22"]
    for department in departments().values():
        overseas = department.code.startswith("97")
        assert overseas == (kilometres(department.point, Point(46.6, 2.4)) > 1_000)


@pytest.mark.usefixtures("towns")
@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("10115 Berlin", "Berlin"),
        ("D-10115 Berlin", "Berlin"),
        ("Berlin (10115)", "Berlin"),
        ("10 115 Bad Belzig", "Bad Belzig"),
        ("10115", ""),
        ("F-10115", ""),
        ("44190", ""),
        ("72000 Le Mans", ""),
        ("Loire Atlantique", ""),
    ],
)
def test_a_town_that_nobody_knows_beside_a_postcode_is_named(text: str, unknown: str) -> None:
    place = find_place(text, country="FR")

    assert place is not None
    assert place.unknown == unknown


@given(st.text(max_size=60))
def test_the_town_beside_a_postcode_never_fails(text: str) -> None:
    assert town_beside(text) == town_beside(text).strip()


@given(st.text(max_size=60))
def test_reading_a_place_never_fails(text: str) -> None:
    assert all(key == key.strip() for key in name_keys(text))
    assert postcode_in(text).isdigit() or postcode_in(text) == ""


def test_towns_come_in_once_with_all_their_names(db_session: scoped_session[Any]) -> None:
    lines = [
        "1\tFR\tSaint-Étienne\t\t176280\t45.43\t4.39\n",
        "2\tBE\tBrussels\tBruxelles|Brussel|Brussels\t1019022\t50.85\t4.35\n",
        "3\tRE\tSaint-Denis\t\t137195\t-20.88\t55.45\n",
    ]
    assert import_towns(iter(lines)) == 3
    assert import_towns(iter(lines)) == 3

    rows = db_session.execute(select(TownName.country, TownName.folded, TownName.town).order_by(TownName.id))
    assert [tuple(row) for row in rows] == [
        ("FR", "saint etienne", 1),
        ("BE", "brussels", 2),
        ("BE", "bruxelles", 2),
        ("BE", "brussel", 2),
        ("FR", "saint denis", 3),
    ]


GEONAMES = (
    "FR\t44000\tNantes\tPays de la Loire\t52\tLoire-Atlantique\t44\tNantes\t442\t47.2172\t-1.5534\t5\n"
    "FR\t44119\tTreillières\tPays de la Loire\t52\tLoire-Atlantique\t44\t\t\t47.30\t-1.60\t5\n"
    "FR\t44119\tGrandchamp\tPays de la Loire\t52\tLoire-Atlantique\t44\t\t\t47.40\t-1.62\t5\n"
)


def known(db_session: scoped_session[Any]) -> list[Any]:
    rows = db_session.execute(
        select(Postcode.country, Postcode.code, Postcode.name, Postcode.lat, Postcode.lon).order_by(
            Postcode.code
        )
    )
    return [tuple(row) for row in rows]


def test_a_postcode_file_gives_each_code_the_middle_of_its_places(
    db_session: scoped_session[Any], tmp_path: Path
) -> None:
    file = tmp_path / "FR.txt"
    file.write_text(GEONAMES)
    read = import_postcodes(file)

    assert (read.lines, read.codes, read.countries, read.problems) == (3, 2, ("FR",), ())
    assert known(db_session) == [
        ("FR", "44000", "Nantes", 47.2172, -1.5534),
        ("FR", "44119", "Treillières", 47.35, -1.61),
    ]


def test_a_file_replaces_its_own_country_and_no_other(
    db_session: scoped_session[Any], tmp_path: Path
) -> None:
    main, island = tmp_path / "FR.txt", tmp_path / "RE.txt"
    main.write_text(GEONAMES)
    island.write_text("RE\t97400\tSaint-Denis\t\t\t\t\t\t\t-20.88\t55.45\t4\n")
    for file in (main, island, main):
        import_postcodes(file)
    main.write_text(GEONAMES.splitlines(keepends=True)[0])
    import_postcodes(main)

    assert [row[:2] for row in known(db_session)] == [("FR", "44000"), ("FR", "97400")]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("FR\t44000\tNantes", "-"),
        ("FRA\t44000\tNantes\t\t\t\t\t\t\t47.2\t-1.5\t5", "country"),
        ("FR\t\tNantes\t\t\t\t\t\t\t47.2\t-1.5\t5", "postcode"),
        ("FR\tNantes\tNantes\t\t\t\t\t\t\t47.2\t-1.5\t5", "postcode"),
        ("FR\t44000\t\t\t\t\t\t\t\t47.2\t-1.5\t5", "name"),
        ("FR\t44000\tNantes\t\t\t\t\t\t\tnorth\t-1.5\t5", "latitude"),
        ("FR\t44000\tNantes\t\t\t\t\t\t\t91\t-1.5\t5", "latitude"),
        ("FR\t44000\tNantes\t\t\t\t\t\t\t47.2\tinf\t5", "longitude"),
        ("FR\t44000\tNantes\t\t\t\t\t\t\t47.2\tnan\t5", "longitude"),
        ("x" * 5_000, "-"),
    ],
)
def test_a_bad_line_is_left_out_and_named_by_its_number(tmp_path: Path, line: str, column: str) -> None:
    file = tmp_path / "FR.txt"
    file.write_text(GEONAMES + line + "\n")

    _middles, _lines, problems = read_postcodes(file)
    assert (problems[0].line, problems[0].column) == (4, column)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n" + b"\0" * 500, b"a;b;c\n" * 500, b"\n" * 50])
def test_what_is_no_postcode_file_is_refused_and_nothing_is_lost(
    db_session: scoped_session[Any], tmp_path: Path, content: bytes
) -> None:
    good, bad = tmp_path / "FR.txt", tmp_path / "bad.txt"
    good.write_text(GEONAMES)
    import_postcodes(good)
    bad.write_bytes(content)

    with pytest.raises(WrongTable, match=r"bad\.txt"):
        import_postcodes(bad)
    assert len(known(db_session)) == 2


@pytest.mark.parametrize("cut", [2, 20, 60, 90])
def test_a_file_that_was_cut_takes_no_place_of_a_whole_one(
    db_session: scoped_session[Any], tmp_path: Path, cut: int
) -> None:
    file = tmp_path / "FR.txt"
    file.write_text(GEONAMES)
    import_postcodes(file)
    before = known(db_session)
    first, second, _third = GEONAMES.splitlines(keepends=True)
    file.write_text(first + second[: min(cut, second.rindex("\t-") + 3)])

    with pytest.raises(WrongTable, match=r"FR\.txt: ends in the middle of a line \(line 2\)"):
        import_postcodes(file)
    assert known(db_session) == before


def test_a_whole_last_line_needs_no_end(db_session: scoped_session[Any], tmp_path: Path) -> None:
    file = tmp_path / "FR.txt"
    file.write_text(GEONAMES.rstrip("\n"))

    assert import_postcodes(file).codes == 2


def test_the_command_says_how_many_codes_are_known(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "FR.txt"
    file.write_text(GEONAMES + "FR\t1\n")
    done = app.test_cli_runner().invoke(args=["repair", "import-postcodes", str(file)])

    assert done.exit_code == 0
    assert done.output.startswith(
        "4 lines read, 2 postcodes of FR are known (GeoNames, CC BY 4.0); 1 lines left out."
    )
    assert "line 4, column -" in done.output
