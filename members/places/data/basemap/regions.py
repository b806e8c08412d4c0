"""Which country and region an administrative area belongs to, on a map for orientation.

The source is older than some reforms. Where a reform only merged areas, the merged name is
written here; where it moved lines, the older areas stay.
"""

# Parts that the data keeps apart, drawn with the lines of a region and not of a country.
PART_OF = {"ALD": "FIN", "HKG": "CHN", "MAC": "CHN", "KAB": "KAZ", "USG": "CUB"}

# Countries whose `region` is the unit people know.
BY_REGION = {"FRA", "ITA", "ESP", "BEL", "PHL", "HUN", "SVN", "LVA"}
BY_NATION = {"GBR"}

MERGED = {
    "FRA": {  # since 2016
        "Alsace": "Grand Est",
        "Champagne-Ardenne": "Grand Est",
        "Lorraine": "Grand Est",
        "Aquitaine": "Nouvelle-Aquitaine",
        "Limousin": "Nouvelle-Aquitaine",
        "Poitou-Charentes": "Nouvelle-Aquitaine",
        "Auvergne": "Auvergne-Rhône-Alpes",
        "Rhône-Alpes": "Auvergne-Rhône-Alpes",
        "Bourgogne": "Bourgogne-Franche-Comté",
        "Franche-Comté": "Bourgogne-Franche-Comté",
        "Languedoc-Roussillon": "Occitanie",
        "Midi-Pyrénées": "Occitanie",
        "Nord-Pas-de-Calais": "Hauts-de-France",
        "Picardie": "Hauts-de-France",
        "Basse-Normandie": "Normandie",
        "Haute-Normandie": "Normandie",
        "Centre": "Centre-Val de Loire",
    },
    "NOR": {  # since 2018 and 2020
        "Sør-Trøndelag": "Trøndelag",
        "Nord-Trøndelag": "Trøndelag",
        "Hordaland": "Vestland",
        "Sogn og Fjordane": "Vestland",
        "Hedmark": "Innlandet",
        "Oppland": "Innlandet",
        "Aust-Agder": "Agder",
        "Vest-Agder": "Agder",
    },
    "IRL": {
        "Fingal": "Dublin",
        "South Dublin": "Dublin",
        "Dún Laoghaire–Rathdown": "Dublin",
        "North Tipperary": "Tipperary",
        "South Tipperary": "Tipperary",
        "Laoighis": "Laois",
    },
    "IND": {"Orissa": "Odisha", "Uttaranchal": "Uttarakhand"},
    "BEL": {"Flemish": "Flanders", "Walloon": "Wallonia", "Capital Region": "Brussels"},
    "PAK": {
        "N.W.F.P.": "Khyber Pakhtunkhwa",
        "F.A.T.A.": "Khyber Pakhtunkhwa",
        "Sind": "Sindh",
        "Northern Areas": "Gilgit-Baltistan",
        "F.C.T.": "Islamabad",
        "Baluchistan": "Balochistan",
    },
    "CHN": {"Inner Mongol": "Inner Mongolia", "Xizang": "Tibet"},
    "DNK": {"Sjaælland": "Sjælland"},
}

# Names of countries as they are said today.
COUNTRY_NAMES = {
    "Czech Republic": "Czechia",
    "Democratic Republic of the Congo": "DR Congo",
    "Republic of the Congo": "Congo",
    "Guinea Bissau": "Guinea-Bissau",
    "Hong Kong S.A.R.": "Hong Kong",
    "Macau S.A.R": "Macau",
    "Aland": "Åland",
    "Macedonia": "North Macedonia",
    "Republic of Serbia": "Serbia",
    "S. Sudan": "South Sudan",
    "Swaziland": "Eswatini",
    "United Republic of Tanzania": "Tanzania",
    # Not places anybody lives in, or known by the country around them.
    "Baykonur Cosmodrome": "",
    "Siachen Glacier": "",
    "US Naval Base Guantanamo Bay": "",
    "Dhekelia Soverign Base Area": "",
    "Akrotiri Sovereign Base Area": "",
    "United States Minor Outlying Islands": "",
}


def country_of(properties: dict, file: str) -> str:
    code = properties.get("adm0_a3") or file.upper()
    return PART_OF.get(code, code)


def region_of(properties: dict) -> str | None:
    """The name of the region, or nothing where the source gives none."""
    country = properties.get("adm0_a3")
    if country in BY_REGION:
        name = properties.get("region")
    elif country in BY_NATION:
        name = properties.get("geonunit")
    else:
        name = properties.get("name")
    return MERGED.get(country, {}).get(name, name)
