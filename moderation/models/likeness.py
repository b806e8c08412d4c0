from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from members.models import Profile


class Likeness(models.Model):
    """What is compared of the words of an application, and the other one they are nearly those of.

    Written by `moderation.applications.likeness` alone: the marks of some of the words, none of the
    words.
    """

    application = models.OneToOneField(
        Profile, models.CASCADE, primary_key=True, related_name="likeness"
    )
    of_text = models.CharField(max_length=32)  # MD5 of the words that were compared
    marks = ArrayField(models.BigIntegerField())
    like = models.ForeignKey(Profile, models.SET_NULL, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(like=None) | ~Q(like=F("application")),
                name="likeness_is_to_another",
            ),
        ]
        indexes = [GinIndex(fields=["marks"], fastupdate=False, name="likeness_by_mark")]

    def __str__(self) -> str:
        return f"likeness {self.pk}"
