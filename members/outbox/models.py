import secrets

from django.db import models
from django.db.models import Q
from django.utils import timezone


def new_token() -> str:
    """Random name of a letter, in its Message-ID and its envelope: 26 lower-case characters."""
    return secrets.token_hex(13)


class LetterQuerySet(models.QuerySet["Letter"]):
    def unsent(self) -> "LetterQuerySet":
        """Neither sent nor given up."""
        return self.filter(sent_at=None, failed_at=None, dropped_at=None)

    def due(self) -> "LetterQuerySet":
        return self.unsent().filter(due_at__lte=timezone.now())


class Letter(models.Model):
    """One mail to send. This row is the only truth about it.

    It holds ids and dates, no address, no subject, no text: the letter is composed, its address
    looked up and permission asked again at the moment of sending.
    """

    kind = models.SlugField(max_length=40)
    about = models.CharField(
        max_length=36
    )  # primary key of what it is about; the kind says of what
    token = models.CharField(max_length=26, unique=True, default=new_token)
    once_on = models.DateField(null=True, blank=True)  # set where one a day is enough
    posted_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    priority = models.PositiveSmallIntegerField(default=5)  # smaller goes first
    attempts = models.PositiveIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    crashes = models.PositiveSmallIntegerField(default=0)  # tries that ended without a word
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    last_code = models.CharField(max_length=60, blank=True)  # class and code of an error, no text
    # Mark of the address it goes or went to (members.outbox.marks), to find what is known of that.
    sent_to = models.CharField(max_length=64, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)  # came back after it was sent

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "about", "once_on"], name="letter_once_a_day"),
            models.CheckConstraint(
                condition=Q(failed_at=None, dropped_at=None)
                | Q(sent_at=None, dropped_at=None)
                | Q(sent_at=None, failed_at=None),
                name="letter_ends_one_way",
            ),
            models.CheckConstraint(
                condition=~Q(about="") & ~Q(kind=""), name="letter_is_about_something"
            ),
            models.CheckConstraint(
                condition=Q(bounced_at=None) | Q(sent_at__isnull=False),
                name="letter_comes_back_after_it_was_sent",
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "due_at"], name="letter_due",
                condition=Q(sent_at=None, failed_at=None, dropped_at=None),
            ),
            models.Index(fields=["kind", "about"], name="letter_about"),
            models.Index(fields=["sent_to"], name="letter_sent_to", condition=~Q(sent_to="")),
            # The staff's page: newest first, and few of a million are in the first two.
            models.Index(
                fields=["-failed_at"], name="letter_failed", condition=Q(failed_at__isnull=False)
            ),
            models.Index(
                fields=["-dropped_at"], name="letter_dropped", condition=Q(dropped_at__isnull=False)
            ),
            models.Index(
                fields=["-sent_at"], name="letter_sent", condition=Q(sent_at__isnull=False)
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"letter {self.pk} ({self.kind})"


class TroubleQuerySet(models.QuerySet["Trouble"]):
    def holding(self) -> "TroubleQuerySet":
        """Those whose letters wait."""
        waits = Q(refused_at__isnull=False) | Q(paused_until__gt=timezone.now())
        return self.filter(waits)


class Trouble(models.Model):
    """An address that mail does not reach, known by its mark alone. The rule: outbox.troubles."""

    mark = models.CharField(max_length=64)
    noted_at = models.DateTimeField(null=True, blank=True)  # when something last came back
    times = models.PositiveSmallIntegerField(default=0)  # soft bounces, one after the other
    paused_until = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)  # until its owner has shown otherwise
    complained_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)  # when the owner last showed it

    objects = TroubleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mark"], name="trouble_once_an_address"),
            models.CheckConstraint(
                condition=Q(times=0, paused_until=None)
                | Q(times__gt=0, paused_until__isnull=False),
                name="trouble_pauses_as_often_as_it_came",
            ),
            models.CheckConstraint(
                condition=Q(complained_at=None) | Q(refused_at__isnull=False),
                name="trouble_of_a_complaint_refuses",
            ),
        ]

    def __str__(self) -> str:
        return f"trouble {self.pk}"


class Returned(models.Model):
    """A report of a letter that came back, as a keyed hash of its name: taken once, however often
    it is sent to us."""

    key = models.CharField(max_length=64)
    came_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "returned"
        constraints = [models.UniqueConstraint(fields=["key"], name="returned_taken_once")]
        indexes = [models.Index(fields=["came_at"], name="returned_by_age")]

    def __str__(self) -> str:
        return f"returned {self.pk}"


class Duty(models.Model):
    """A verb the worker does by the clock: when it last began and last ended well."""

    name = models.SlugField(max_length=60, unique=True)
    period = models.DurationField()
    entered_at = models.DateTimeField(default=timezone.now)  # when it first came into the list
    started_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "duties"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Alarm(models.Model):
    """When somebody was last told that something is ill (outbox.alarm): one row for each subject."""

    MAIL = "mail"

    name = models.SlugField(max_length=20)
    raised_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name"], name="alarm_has_one_row")]

    def __str__(self) -> str:
        return self.name
