import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from members.communities import CommunitySlug
from members.models import Member, Profile


class FacetCount(models.Model):
    """How many listed profiles have a facet: chooses how a search is asked, never what it answers,
    so it may be a day old."""

    community = models.CharField(max_length=3, choices=CommunitySlug)
    country = models.CharField(max_length=2, blank=True)  # blank: in all of them together
    facet = models.SmallIntegerField()
    people = models.PositiveIntegerField()
    cells = models.PositiveIntegerField(db_default=0)  # they live in; counted for a place alone

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "country", "facet"], name="facet_counted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"facet {self.facet}"


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def kept_by(self, member: Member) -> "SavedSearchQuerySet":
        """In the communities they are in; what they kept in one they left comes back with them."""
        own = Profile.objects.approved().filter(member=member)
        return self.filter(profile__in=own).select_related("profile")

    def alerting(self) -> "SavedSearchQuerySet":
        """With letters wanted, by somebody who may have them: who rests is left in peace."""
        owners = Profile.objects.listed().filter(member__let_in_at__isnull=False)
        rows = self.filter(alerts_since__isnull=False, profile__in=owners)
        return rows.select_related("profile__member")


class Hindrance(models.TextChoices):
    """Why there are no letters although they are wanted."""

    TOO_MANY = "too_many"  # more people than a search lists: who is new cannot be told
    UNCLEAR = "unclear"  # it asks for a place or an answer that is not on the list any more


class SavedSearch(models.Model):
    """A search a member keeps, and wants to hear of when somebody new fits."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="saved_searches")
    query = models.TextField()  # as search.canonical writes it
    name = models.CharField(max_length=200)  # the search in words, as they read when it was saved
    created_at = models.DateTimeField(auto_now_add=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # in addresses
    alerts_since = models.DateTimeField(null=True, blank=True)  # none: no letters
    hindrance = models.CharField(max_length=10, choices=Hindrance, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    # Ids of profiles. Known: who fitted when the letters began, and whom a letter was about since.
    known = ArrayField(models.BigIntegerField(), default=list)
    # Fresh: whom the letter in the outbox is about (see search.alerts).
    fresh = ArrayField(models.BigIntegerField(), default=list)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "query"], name="search_saved_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_search_has_a_name"),
            models.CheckConstraint(
                condition=Q(alerts_since__isnull=False) | Q(known=[], fresh=[]),
                name="saved_search_remembers_people_only_for_letters",
            ),
        ]
        indexes = [
            models.Index(
                fields=["looked_at"],
                name="saved_search_due",
                condition=Q(alerts_since__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"saved search {self.pk}"
