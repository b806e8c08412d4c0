"""Some seventy towns with all their names: the whole gazetteer takes ten seconds to load."""

from pathlib import Path

from members.places.loading import load, parse
from members.places.models import Town

TOWNS = Path(__file__).parent / "towns.tsv"


def load_known_towns() -> None:
    """Load the towns of towns.tsv, lines picked from the gazetteer. Needs a database."""
    with TOWNS.open(encoding="utf-8") as lines:
        load(parse(lines), "known towns")


def town(name: str, region: str | None = None) -> Town:
    """Find a town by name; `region` (its name) where several share it."""
    towns = Town.objects.filter(name=name)
    return (towns.filter(region__name=region) if region else towns).get()
