"""Reading ADEME's directory: what comes in, what is left alone, and files that are not what they should be."""

import csv
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import scoped_session

from storefront.core.tables import WrongTable
from storefront.repair.network.importer import import_directory, preview_directory
from storefront.repair.network.models import Repairer, RepairerCategory
from tests.bench.directory import HEADER, write_directory
from tests.factories import NOW

A_WORKSHOP = {
    "identifiant": "GWgsph7L9nmK2cTZXZzVGQ",
    "paternite": "Que faire de mes objets et déchets|ADEME",
    "nom": "Act Informatique",
    "nom_commercial": "NOVATEK",
    "siret": "79401251800013",
    "adresse": "69 Boulevard Maréchal Juin",
    "code_postal": "06800",
    "ville": "Cagnes-sur-Mer",
    "latitude": "43.6560528",
    "longitude": "7.1514437",
    "qualites_et_labels": "qualirepar",
    "reparer": "materiel_informatique|smartphone_tablette_et_console",
}


def written(path: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="")
        writer.writeheader()
        writer.writerows({**A_WORKSHOP, **row} for row in rows)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "directory.csv"


def the_repairer(db_session: scoped_session[Any]) -> Repairer:
    db_session.rollback()
    return db_session.scalars(select(Repairer)).one()


def count(db_session: scoped_session[Any]) -> int:
    db_session.rollback()
    return db_session.scalar(select(func.count()).select_from(Repairer)) or 0


def test_a_workshop_comes_in_as_listed_with_its_licence(db_session: scoped_session[Any], file: Path) -> None:
    report = import_directory(written(file, {}), now=NOW)

    assert (report.read, report.created, report.problems, report.remarks) == (1, 1, [], [])
    found = the_repairer(db_session)
    assert (found.name, found.standing, found.verified_until) == ("NOVATEK", "listed", None)
    assert (found.register_number, found.postcode, found.city) == (
        "79401251800013",
        "06800",
        "Cagnes-sur-Mer",
    )
    assert (found.lat, found.lon) == (43.6560528, 7.1514437)
    assert (found.source, found.source_id) == ("lvao", "GWgsph7L9nmK2cTZXZzVGQ")
    assert found.licence_note == "Que faire de mes objets et déchets, ADEME"
    assert (found.bonus_label, found.ways, found.email) == (True, ("drop_off",), "")
    assert [row.category for row in found.categories] == [
        "consoles",
        "desktops",
        "laptops",
        "smartphones",
        "tablets",
    ]


def test_the_same_file_again_changes_nothing_and_another_one_updates(
    db_session: scoped_session[Any], file: Path
) -> None:
    import_directory(written(file, {}), now=NOW)
    again = import_directory(file, now=NOW)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)

    changed = import_directory(written(file, {"ville": "Nice", "reparer": "ecran"}), now=NOW)

    assert (changed.created, changed.updated, changed.unchanged) == (0, 1, 0)
    found = the_repairer(db_session)
    assert (found.city, [row.category for row in found.categories]) == ("Nice", ["monitors", "tvs"])


@pytest.mark.parametrize("standing", ["verified", "suspended", "refused", "applied"])
def test_what_people_decided_no_file_undoes(
    db_session: scoped_session[Any], file: Path, standing: str
) -> None:
    import_directory(written(file, {}), now=NOW)
    found = the_repairer(db_session)
    found.standing, found.verified_until, found.name = standing, date(2027, 1, 1), "As we called it"
    db_session.commit()

    report = import_directory(written(file, {"nom_commercial": "Otherwise"}), now=NOW)

    assert (report.decided, report.updated) == (1, 0)
    after = the_repairer(db_session)
    assert (after.standing, after.name) == (standing, "As we called it")


def test_a_dry_run_says_the_same_and_writes_nothing(db_session: scoped_session[Any], file: Path) -> None:
    write_directory(file, 30)
    said = preview_directory(file)
    assert count(db_session) == 0
    done = import_directory(file, now=NOW)

    assert (said.read, said.created) == (30, 30)
    assert said == done
    assert count(db_session) == 30


@pytest.mark.parametrize(
    "row",
    [
        {"reparer": ""},
        {"reparer": "velo|vetement"},
        {"public_accueilli": "Professionnels"},
        {"public_accueilli": "Aucun"},
    ],
)
def test_who_repairs_nothing_of_ours_stays_out(
    db_session: scoped_session[Any], file: Path, row: dict[str, str]
) -> None:
    report = import_directory(written(file, row), now=NOW)

    assert (report.not_ours, report.problems, count(db_session)) == (1, [], 0)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"identifiant": ""}, "identifiant"),
        ({"nom": "", "nom_commercial": ""}, "nom"),
        ({"latitude": ""}, "latitude"),
        ({"latitude": "north"}, "latitude"),
        ({"latitude": "nan"}, "latitude"),
        ({"latitude": "91"}, "latitude"),
        ({"longitude": "-181"}, "longitude"),
        ({"latitude": "0", "longitude": "0"}, "latitude"),
        # Swapped.
        ({"latitude": "7.1514437", "longitude": "43.6560528"}, "latitude"),
        ({"code_postal": ""}, "code_postal"),
        ({"code_postal": "99123"}, "code_postal"),
        ({"code_postal": "B-1000"}, "code_postal"),
        ({"nom_commercial": "x" * 121}, "nom_commercial"),
        ({"identifiant": "x" * 81}, "identifiant"),
    ],
)
def test_a_row_that_can_not_be_is_left_out_and_named(
    db_session: scoped_session[Any], file: Path, row: dict[str, str], column: str
) -> None:
    good = {"identifiant": "good"}
    report = import_directory(written(file, row, good), now=NOW)

    assert [(problem.line, problem.column) for problem in report.problems] == [(2, column)]
    assert the_repairer(db_session).source_id == "good"


def test_an_id_that_stands_there_twice_counts_once(db_session: scoped_session[Any], file: Path) -> None:
    report = import_directory(written(file, {}, {"ville": "Nice"}), now=NOW)

    assert [problem.line for problem in report.problems] == [3]
    assert the_repairer(db_session).city == "Cagnes-sur-Mer"


def test_a_wrong_siret_or_web_address_is_left_out_of_its_row(
    db_session: scoped_session[Any], file: Path
) -> None:
    row = {"siret": "79401251800014", "siren": "794012518", "site_web": "javascript:alert(1)"}
    report = import_directory(written(file, row), now=NOW)

    found = the_repairer(db_session)
    # What remains of the number: the firm's, without the place's.
    assert (found.register_number, found.website) == ("794012518", "")
    assert sorted(remark.column for remark in report.remarks) == ["siret", "site_web"]
    assert report.problems == []


def test_a_postcode_that_a_spreadsheet_shortened_is_made_whole(
    db_session: scoped_session[Any], file: Path
) -> None:
    import_directory(written(file, {"code_postal": "6800"}), now=NOW)
    assert the_repairer(db_session).postcode == "06800"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_other_encodings_are_read(db_session: scoped_session[Any], file: Path, encoding: str) -> None:
    report = import_directory(written(file, {}, encoding=encoding), now=NOW)

    assert the_repairer(db_session).licence_note == "Que faire de mes objets et déchets, ADEME"
    assert report.mended == (1 if encoding == "cp1252" else 0)


@pytest.mark.parametrize("place", [0.2, 0.5, 0.9])
def test_of_a_file_that_was_cut_nothing_is_loaded(
    db_session: scoped_session[Any], file: Path, place: float
) -> None:
    write_directory(file, 12)
    whole = file.read_bytes()
    cut = int(len(whole) * place)
    file.write_bytes(whole[:cut])

    with pytest.raises(WrongTable, match=re.escape("in the middle of a row")):
        import_directory(file, now=NOW)
    assert count(db_session) == 0


def test_of_a_file_that_was_cut_within_quotes_nothing_is_loaded(
    db_session: scoped_session[Any], file: Path
) -> None:
    written(file, {"identifiant": "one"}, {"nom": 'The "good" one, of Nice'})
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.rindex(b"of Nice")])

    with pytest.raises(WrongTable, match="in the middle of a row"):
        import_directory(file, now=NOW)
    assert count(db_session) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"PK\x03\x04" + b"\0" * 100,
        b"<html>Not found</html>\n",
        b"identifiant,nom\n1,A\n",
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(
    db_session: scoped_session[Any], file: Path, content: bytes
) -> None:
    file.write_bytes(content)

    with pytest.raises(WrongTable, match=re.escape("directory.csv")):
        import_directory(file, now=NOW)


def test_the_number_of_statements_is_the_batches_not_the_rows(
    db_session: scoped_session[Any], file: Path, count_sql: Any
) -> None:
    write_directory(file, 10)
    import_directory(file, now=NOW)
    with count_sql() as few:
        import_directory(file, now=NOW)
    write_directory(file, 300)
    import_directory(file, now=NOW)
    with count_sql() as many:
        import_directory(file, now=NOW)

    assert len(many) == len(few) == 2


def test_the_command_says_what_became_of_the_file(app: Flask, file: Path) -> None:
    written(file, {}, {"identifiant": "b", "latitude": "x"}, {"identifiant": "c", "siret": "1"})
    runner = app.test_cli_runner()
    looked = runner.invoke(args=["repair", "import", "--dry-run", str(file)])
    done = runner.invoke(args=["repair", "import", str(file)])

    assert (looked.exit_code, done.exit_code) == (0, 0)
    assert looked.output.splitlines()[0] == (
        "3 rows read: 2 would be new, 0 would be changed, 0 unchanged, 0 left as our people decided, "
        "0 repair nothing of ours, 1 left out."
    )
    assert done.output.startswith("3 rows read: 2 new, 0 changed")
    assert "line 3, column latitude" in done.output
    assert "line 4, column siret" in done.output


def test_the_command_ends_with_one_for_a_file_that_is_none(app: Flask, file: Path) -> None:
    file.write_text("identifiant\n")
    done = app.test_cli_runner().invoke(args=["repair", "import", str(file)])

    assert done.exit_code == 1
    assert "the column nom" in done.output


def test_made_up_directories_begin_alike_whatever_their_size(tmp_path: Path) -> None:
    short, long = tmp_path / "short.csv", tmp_path / "long.csv"
    write_directory(short, 3)
    write_directory(long, 5)

    assert long.read_bytes().startswith(short.read_bytes())


def test_who_is_listed_is_never_shown(db_session: scoped_session[Any], file: Path, now: datetime) -> None:
    write_directory(file, 5)
    import_directory(file, now=now)

    db_session.rollback()
    assert set(db_session.scalars(select(Repairer.standing))) == {"listed"}
    assert db_session.scalar(select(func.count()).select_from(RepairerCategory)) != 0
