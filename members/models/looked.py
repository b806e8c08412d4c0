from django.contrib.postgres.fields import ArrayField
from django.db import models

from members.models.member import Member


class Looked(models.Model):
    """How much a member looked at within one hour: enough to stop a script that copies the
    directory. Whom they looked at is kept as keyed marks only, and for a day."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="+", db_index=False)
    hour = models.DateTimeField()  # its beginning
    searches = models.PositiveIntegerField(default=0)
    changes = models.PositiveIntegerField(default=0)  # of answers that decide what matches
    # One mark (members.looking.marks) for each profile shown, on a page of its own or in a list.
    marks = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "hour"], name="looked_once_an_hour"),
        ]

    def __str__(self) -> str:
        return f"looked {self.pk}"
