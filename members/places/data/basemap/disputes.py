"""Borders that are not agreed. The map dots them and takes no side: see README."""

from collections.abc import Sequence
from typing import Protocol


class Owner(Protocol):
    country: str
    name: str


# Whole borders, by the codes of the source.
PAIRS = {
    frozenset(pair)
    for pair in (
        ("MAR", "SAH"),  # the berm through Western Sahara
        ("KOS", "SRB"),
        ("CYN", "CYP"),
        ("CYN", "ESB"),
        ("SOL", "SOM"),
        ("PSX", "ISR"),  # the line of 1949
        ("ISR", "SYR"),  # the Golan Heights
        ("IND", "KAS"),
        ("PAK", "KAS"),
        ("CHN", "KAS"),
    )
}

# Borders disputed only where they touch one of these areas.
AREAS = {
    frozenset(("IND", "PAK")): {"Jammu and Kashmir"},
    frozenset(("IND", "CHN")): {"Jammu and Kashmir", "Arunachal Pradesh", "Himachal Pradesh"},
    frozenset(("PAK", "CHN")): {"Northern Areas"},
    frozenset(("EGY", "SDN")): {"Red Sea"},  # Hala'ib
    frozenset(("SDN", "SDS")): {"South Kordufan"},  # Abyei
    frozenset(("KEN", "SDS")): {"Rift Valley"},  # the Ilemi triangle
}


def is_disputed(owners: Sequence[Owner]) -> bool:
    countries = frozenset(owner.country for owner in owners)
    if countries in PAIRS:
        return True
    return bool(AREAS.get(countries, set()) & {owner.name for owner in owners})
