"""A big directory of repairers in ADEME's format, made up: around the prefectures, more of them where people are."""

import csv
import math
from pathlib import Path
from random import Random

from stdnum import luhn

from storefront.repair.network.directory import OBJECTS
from storefront.repair.network.place_names import Department, departments

_COLUMNS = (
    "identifiant,paternite,identifiants_des_contributeurs,nom,nom_commercial,siren,siret,description,type_dacteur,"
    "site_web,telephone,adresse,complement_dadresse,code_postal,ville,code_commune,code_epci,nom_epci,latitude,"
    "longitude,qualites_et_labels,public_accueilli,reprise,exclusivite_de_reprisereparation,uniquement_sur_rdv,"
    "type_de_services,consignes_dacces,horaires_description,horaires_osm,lieu_prestation,perimetreadomicile,"
    "propositions_de_services,emprunter,preter,louer,mettreenlocation,reparer,donner,trier,echanger,revendre,acheter,"
    "rapporter,date_de_derniere_modification"
)
HEADER = tuple(next(csv.reader([_COLUMNS])))
# Where a third of the country's workshops are.
_CROWDED = ("75", "13", "69", "59", "31", "33", "44", "67", "34", "92", "93", "94")


def write_directory(path: Path, rows: int, *, seed: int = 5) -> None:
    """Write `rows` workshops; the same for the same seed, the first ones the same whatever `rows` is."""
    dice = Random(seed)
    everywhere = [d for d in departments().values() if not d.code.startswith("97")]
    crowded = [departments()[code] for code in _CROWDED]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, restval="")
        writer.writeheader()
        for number in range(rows):
            where = dice.choice(crowded if dice.random() < 1 / 3 else everywhere)
            writer.writerow(_row(number, where, dice))


def _row(number: int, where: Department, dice: Random) -> dict[str, str]:
    spread = 6 if where.code in _CROWDED else 25
    lat = where.point.lat + dice.gauss(0, spread) / 111.2
    lon = where.point.lon + dice.gauss(0, spread) / 111.2 / math.cos(math.radians(where.point.lat))
    siren = f"{number % 10**8:08d}"
    siren += luhn.calc_check_digit(siren)
    siret = f"{siren}0001"
    postcode = {"2A": "20000", "2B": "20200"}.get(where.code, f"{where.code}000")
    return {
        "identifiant": f"made-up-{number:07d}",
        "paternite": "Made up|Rebelote's bench",
        "nom": f"Atelier {number}",
        "nom_commercial": f"Répare {number}" if dice.random() < 0.5 else "",
        "siren": siren,
        "siret": siret + luhn.calc_check_digit(siret),
        "telephone": "+33 1 99 00 00 00",
        "adresse": f"{dice.randrange(1, 200)} rue des Vis",
        "code_postal": postcode,
        "ville": where.prefecture,
        "latitude": f"{lat:.6f}",
        "longitude": f"{lon:.6f}",
        "qualites_et_labels": "qualirepar" if dice.random() < 0.3 else "",
        "type_de_services": "service_de_reparation",
        "lieu_prestation": dice.choice(("", "SUR_PLACE", "A_DOMICILE", "A_DOMICILE|SUR_PLACE")),
        "reparer": "|".join(dice.sample(list(OBJECTS), k=dice.randint(1, 4))),
    }
