import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from members.communities import CommunitySlug
from members.models import Profile


class FacetCount(models.Model):
    """How many listed profiles have a facet: chooses how a search is asked, never what it answers,
    so it may be a day old."""

    community = models.CharField(max_length=3, choices=CommunitySlug)
    country = models.CharField(max_length=2, blank=True)  # blank: in all of them together
    facet = models.SmallIntegerField()
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "country", "facet"], name="facet_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"facet {self.facet}"


class SavedSearch(models.Model):
    """A search a member keeps, and wants to hear of when somebody new fits."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="saved_searches")
    query = models.TextField()  # as in the address bar, without the page
    name = models.CharField(max_length=200)  # the chips in words, as they read when it was saved
    created_at = models.DateTimeField(auto_now_add=True)
    # Whoever holds the key may stop the letters, without signing in.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    alerts_since = models.DateTimeField(null=True, blank=True)  # none: no letters
    looked_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    # Ids of the profiles that fitted when it last looked: whoever is not among them is new.
    known = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "query"], name="search_saved_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_search_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"saved search {self.pk}"
