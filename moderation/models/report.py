"""What members and visitors report, and what the staff did about it."""

import uuid
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.communities import COMMUNITIES, Community, CommunitySlug
from members.models import Member, Profile
from members.relay.models import Message

REPORT_LENGTH, APPEAL_LENGTH = 5000, 3000  # characters
APPEAL_WITHIN = timedelta(days=30)  # after a measure was taken
EVIDENCE_KEPT = timedelta(days=365)  # after a report came, or a measure was taken


class Concern(models.TextChoices):
    """Why somebody is reported."""

    KEPT_WRITING = "kept_writing", _("writes again after no answer")
    SEXUAL = "sexual", _("sexual or romantic")
    PRESSURE_TO_MEET = "pressure_to_meet", _("presses to meet, or to write elsewhere")
    PROMOTES = "promotes", _("promotes a service, a practice, a religion or a group")
    MONEY = "money", _("asks for money, or seems a fraud")
    TOLD_ABOUT_DRUGS = "told_about_drugs", _("presses about drugs: to stop, to change, to take")
    OFFERS_DRUGS = "offers_drugs", _("offers drugs or asks for them")
    BROKE_CONFIDENCE = "broke_confidence", _("passed on private things")
    THREAT = "threat", _("threatens, or hates")
    WORRIED = "worried", _("nothing wrong: I fear for this person")
    FALSE_PROFILE = "false_profile", _("is not who they say")
    UNDER_AGE = "under_age", _("is under 18")
    OTHER = "other", _("something else")


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> "ReportQuerySet":
        return self.filter(closed_at=None)

    def oldest_first(self) -> "ReportQuerySet":
        return self.order_by("received_at", "pk")

    def readable_by(self, staff: Member) -> "ReportQuerySet":
        """Without those about oneself: who tells of one of the staff is not told to them either."""
        return self.exclude(person_id=staff.pk)


def evidence_day() -> date:
    """Until which day the evidence of a report that comes now is kept."""
    return timezone.localdate() + EVIDENCE_KEPT


class Report(models.Model):
    """Somebody tells the staff of a member. Who told is never told to the other.

    A visitor has no profile to point at: they name the person in words, and the staff find them.
    The person reported may leave or be erased: `person_id` stays as a random number, and what is
    kept as evidence stays until `evidence_until`.
    """

    community = models.CharField(_("community"), max_length=3, choices=CommunitySlug, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("reported by"),
    )  # fmt: skip
    profile = models.ForeignKey(
        Profile, models.SET_NULL, null=True, blank=True, related_name="reports",
        verbose_name=_("profile"),
    )  # fmt: skip
    person_id = models.UUIDField(null=True, blank=True)  # key of the member reported
    reply_to = models.EmailField(_("answer to"), blank=True)  # of a visitor who wants an answer
    concern = models.CharField(_("concern"), max_length=16, choices=Concern)
    words = models.TextField(_("words"), max_length=REPORT_LENGTH, blank=True)
    # The message it is about, where the reporter agreed to show it.
    message = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    # Whose letter's link it came by, without signing in: perhaps not from its recipient.
    by_letter = models.ForeignKey(
        Message, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    # How things stood: the name and the words about themselves, and the message.
    seen_name = models.CharField(max_length=30, blank=True)
    seen_about_me = models.TextField(blank=True)
    seen_message = models.TextField(blank=True)
    evidence_until = models.DateField(null=True, blank=True, default=evidence_day)  # null: erased
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # One filled-in form gives one report, however often its button is pressed.
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        default_permissions = ("view",)
        permissions = [("decide_report", "Can act on reports")]
        constraints = [
            models.CheckConstraint(
                condition=Q(concern__in=Concern.values), name="report_has_a_known_concern"
            ),
            models.CheckConstraint(
                condition=Q(community__in=["", *CommunitySlug.values]),
                name="report_in_a_known_community",
            ),
            models.CheckConstraint(
                condition=~Q(concern="other") | ~Q(words="") | Q(evidence_until=None),
                name="report_of_something_else_has_words",
            ),
            models.CheckConstraint(
                condition=Q(evidence_until__isnull=False)
                | Q(words="", seen_name="", seen_about_me="", seen_message="", reply_to=""),
                name="report_keeps_evidence_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(profile=None) | Q(person_id__isnull=False),
                name="report_of_a_profile_says_whose",
            ),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="report_open", condition=Q(closed_at=None)),
            models.Index(fields=["person_id"], name="report_about"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"

    @property
    def is_erased(self) -> bool:
        """Whether what was said and shown is gone; the row stays."""
        return self.evidence_until is None

    @property
    def where(self) -> Community | None:
        return COMMUNITIES.get(self.community)


class MeasureQuerySet(models.QuerySet["Measure"]):
    def appealed(self) -> "MeasureQuerySet":
        """Answered by the person, and not yet by the staff."""
        return self.filter(appealed_at__isnull=False, appeal_closed_at=None)

    def readable_by(self, staff: Member) -> "MeasureQuerySet":
        """Without those about oneself, as with reports."""
        return self.exclude(person_id=staff.pk)


class Measure(models.Model):
    """What the staff did about a person, with or without a report. The record outlives both."""

    class Step(models.TextChoices):
        NOTE = "note", _("note")
        WARN = "warn", _("warning")
        SUSPEND = "suspend", _("suspension")
        END = "end", _("end of the membership")
        REINSTATE = "reinstate", _("let back in")
        DISMISS = "dismiss", _("dismissed")

    report = models.ForeignKey(
        Report, models.SET_NULL, null=True, blank=True, related_name="measures",
        verbose_name=_("report"),
    )  # fmt: skip
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="measures",
        verbose_name=_("member"),
    )  # fmt: skip
    # The member's key, a random number once they are erased. A report that names nobody whom the
    # staff could find is noted on and closed without one.
    person_id = models.UUIDField(null=True, blank=True)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("who"),
    )  # fmt: skip
    step = models.CharField(_("step"), max_length=9, choices=Step)
    concern = models.CharField(_("concern"), max_length=16, choices=Concern, blank=True)
    # The letter as it went out, or the words of a note; erased with the evidence.
    words = models.TextField(_("words"), blank=True)
    taken_at = models.DateTimeField(_("when"), default=timezone.now)
    acknowledged_at = models.DateTimeField(_("read by the member"), null=True, blank=True)
    # The link in the letter by which the person may answer.
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    appeal = models.TextField(_("answer"), max_length=APPEAL_LENGTH, blank=True)
    appealed_at = models.DateTimeField(_("answered"), null=True, blank=True)
    appeal_closed_at = models.DateTimeField(null=True, blank=True)
    appeal_closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    appeal_answer = models.TextField(blank=True)  # the letter that says it stays as it is
    # Keyed hash of the address whose membership ended, to recognise a return.
    address_mark = models.CharField(max_length=64, blank=True, editable=False)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        default_permissions = ("view",)
        ordering = ["-taken_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=["note", "warn", "suspend", "end", "reinstate", "dismiss"]),
                name="measure_is_a_known_step",
            ),
            models.CheckConstraint(
                condition=Q(person_id__isnull=False) | Q(step__in=["note", "dismiss"]),
                name="measure_is_about_somebody",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(step="warn"),
                name="measure_acknowledged_only_when_a_warning",
            ),
            models.CheckConstraint(
                condition=Q(appealed_at=None) | Q(step__in=["warn", "suspend", "end"]),
                name="measure_appealed_only_where_it_hurts",
            ),
            models.CheckConstraint(
                condition=Q(appeal="") | Q(appealed_at__isnull=False),
                name="measure_appeal_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(appeal_closed_at=None) | Q(appealed_at__isnull=False),
                name="measure_appeal_closed_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(appeal_answer="", appeal_closed_by=None)
                | Q(appeal_closed_at__isnull=False),
                name="measure_appeal_is_answered_when_it_is_closed",
            ),
            models.CheckConstraint(
                condition=(Q(step="end") & ~Q(address_mark=""))
                | (~Q(step="end") & Q(address_mark="")),
                name="measure_marks_an_address_only_when_it_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["person_id", "-taken_at"], name="measure_about"),
            models.Index(
                fields=["member"], name="measure_to_acknowledge",
                condition=Q(step="warn", acknowledged_at=None),
            ),
            models.Index(
                fields=["address_mark"], name="measure_by_mark", condition=~Q(address_mark="")
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"measure {self.pk}"

    @property
    def can_be_appealed_until(self) -> datetime | None:
        return self.taken_at + APPEAL_WITHIN if self.step in HURTS else None

    @property
    def is_appeal_open(self) -> bool:
        return self.appealed_at is not None and self.appeal_closed_at is None


# What somebody may answer.
HURTS = (Measure.Step.WARN, Measure.Step.SUSPEND, Measure.Step.END)
