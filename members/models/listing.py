from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from members.communities import CommunitySlug
from members.models.profile import Profile


class Listing(models.Model):
    """All that a search reads of a profile, in one narrow row; the row is there while the profile
    is listed. Written by `members.listing` alone, which says what the facets mean."""

    profile = models.OneToOneField(
        Profile, models.CASCADE, primary_key=True, related_name="listing"
    )
    community = models.CharField(max_length=3, choices=CommunitySlug)
    cell = models.ForeignKey("places.Cell", models.PROTECT, related_name="+", db_index=False)
    latitude = models.FloatField()  # of the cell's centre, degrees
    longitude = models.FloatField()
    country = models.CharField(max_length=2, blank=True)  # of the cell; blank: open sea
    facets = ArrayField(models.SmallIntegerField())  # in rising order
    # The same together with the large cell they live in, and with the wide one: answers that are rare
    # near a metropolis, or together.
    local = ArrayField(models.IntegerField())
    # A bit for each choice among the facets: says no sooner than they do.
    signature = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(community__in=CommunitySlug.values), name="listing_in_a_known_community"
            ),
        ]
        indexes = [
            # Outward from a place, the newest first, the newest in a country; the answers come out
            # of the index, so that a question reads no row. The GIN indexes find rare answers.
            models.Index(
                fields=["community", "cell", "-profile"], include=["signature", "facets"],
                name="listing_near",
            ),
            models.Index(
                fields=["community", "-profile"], include=["cell", "signature", "facets"],
                name="listing_newest",
            ),
            models.Index(
                fields=["community", "country", "-profile"],
                include=["cell", "signature", "facets"],
                name="listing_newest_in_country",
            ),
            *(
                GinIndex(
                    fields=[found_by], fastupdate=False, name=f"listing_{found_by}_{community}",
                    condition=Q(community=community),
                )
                for community in CommunitySlug.values
                for found_by in ("facets", "local")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"listing {self.pk}"
