"""The two communities under one login, and what sets them apart."""

from collections.abc import Container
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CommunitySlug(models.TextChoices):
    TWP = "twp", _("TWP Connect")
    ICI = "ici", _("ICI Connect")


@dataclass(frozen=True)
class Community:
    """One community: its slug in addresses and in the database, its name, what it asks.

    asks_experience: the profile has a drug experience (and needs consent to keep health data).
    """

    slug: str
    name: str | Promise
    asks_experience: bool

    def __str__(self) -> str:
        return str(self.name)


TWP = Community(CommunitySlug.TWP, CommunitySlug.TWP.label, asks_experience=True)
ICI = Community(CommunitySlug.ICI, CommunitySlug.ICI.label, asks_experience=False)
COMMUNITIES: dict[str, Community] = {community.slug: community for community in (TWP, ICI)}


def among(slugs: Container[str]) -> list[Community]:
    """Give the communities called so, in their order."""
    return [community for slug, community in COMMUNITIES.items() if slug in slugs]


class CommunityConverter:
    """`<community:community>` in an address: a Community, or no such page."""

    regex = "|".join(COMMUNITIES)

    def to_python(self, value: str) -> Community:
        return COMMUNITIES[value]

    def to_url(self, value: Community | str) -> str:
        return value.slug if isinstance(value, Community) else str(value)
