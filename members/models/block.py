from django.db import models
from django.db.models import F, Q

from members.models.member import Member


class Block(models.Model):
    """One member does not want to meet another: works both ways, in silence, everywhere.

    It stands between people, not between faces: somebody blocked in one community must not
    find the same person in the other.
    """

    blocker = models.ForeignKey(Member, models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey(Member, models.CASCADE, related_name="blocks_received")
    # The face the blocker saw: how My Account names it, without telling of any other face.
    seen_as = models.ForeignKey("members.Profile", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once_between_two"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_needs_two"),
        ]

    def __str__(self) -> str:
        return f"block {self.pk}"
