from django.db import models
from django.db.models import F, Q

from members.communities import CommunitySlug
from members.models.forgetting import forget_the_name
from members.models.member import Member


class Block(models.Model):
    """In one community a member does not want to meet another: both ways, in silence.

    It stands in one community and leaves the other alone: were it to hide both faces of a person,
    whoever is in both communities could block one face, look which one vanishes in the other, and
    so learn that the two are one person.
    """

    blocker = models.ForeignKey(Member, models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey(Member, models.CASCADE, related_name="blocks_received")
    community = models.CharField(max_length=3, choices=CommunitySlug)
    # The face the blocker saw, and what it was called then: how My Account names it. Today's name
    # would follow whoever took another one to be left alone. The block outlives the face, and holds
    # for whoever leaves and joins again.
    seen_as = models.ForeignKey("members.Profile", forget_the_name, null=True, related_name="+")
    name = models.CharField(max_length=30, blank=True)  # empty: the face is gone
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["blocker", "blocked", "community"], name="block_once_between_two"
            ),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_needs_two"),
            models.CheckConstraint(
                condition=Q(community__in=CommunitySlug.values), name="block_in_a_known_community"
            ),
        ]

    def __str__(self) -> str:
        return f"block {self.pk}"
