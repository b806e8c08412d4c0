"""Applications as reviewers see them, what was decided about them, and who is on them."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug
from members.models import Profile
from members.models.profile import ProfileQuerySet

QUESTION_LENGTH, ANSWER_LENGTH, NOTE_LENGTH = 2000, 3000, 2000  # characters


class State(models.TextChoices):
    """Where an application stands, read from its dates."""

    WAITING = "waiting", _("waiting")
    ASKED = "asked", _("waiting for the applicant")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    UNCONFIRMED = "unconfirmed", _("address not confirmed")


class ApplicationQuerySet(ProfileQuerySet):
    def in_state(self, state: str) -> "ApplicationQuerySet":
        match state:
            case State.WAITING:
                return self.waiting().filter(asked_at=None)
            case State.ASKED:
                return self.waiting().filter(asked_at__isnull=False)
            case State.APPROVED:
                return self.filter(approved_at__isnull=False)
            case State.DECLINED:
                return self.filter(declined_at__isnull=False)
            case State.UNCONFIRMED:
                return self.filter(confirmed_at=None, approved_at=None, declined_at=None)
        return self.none()

    def on_whom(self, reviewer: object) -> "ApplicationQuerySet":
        """Those this reviewer is on just now, or decided. Takes the member, or their key."""
        on = Q(claim__reviewer=reviewer, claim__until__gt=timezone.now())
        return self.filter(on | Q(decision__reviewer=reviewer))

    def on_nobody(self) -> "ApplicationQuerySet":
        """Those that wait for a decision while nobody is on them."""
        free = Q(claim=None) | Q(claim__until__lte=timezone.now())
        return self.filter(free, decision=None)

    def oldest_first(self) -> "ApplicationQuerySet":
        return self.order_by("applied_at", "pk")

    def after(self, application: Profile) -> "ApplicationQuerySet":
        """Those that came later than this one."""
        return self.filter(
            Q(applied_at__gt=application.applied_at)
            | Q(applied_at=application.applied_at, pk__gt=application.pk)
        )

    def with_name_taken(self) -> "ApplicationQuerySet":
        """Adds `name_is_taken`: by somebody approved in the community. An index answers it."""
        return self.annotate(name_is_taken=Exists(_same_name().in_state(State.APPROVED)))

    def with_name_wished(self) -> "ApplicationQuerySet":
        """Adds `name_is_wished`: by another applicant."""
        return self.annotate(name_is_wished=Exists(_same_name().in_state(State.WAITING)))


def _same_name() -> ApplicationQuerySet:
    """Inside an annotation: the others in the community whose names look like this one's."""
    same = Application.objects.filter(
        community=OuterRef("community"), username_key=OuterRef("username_key")
    )
    return same.exclude(pk=OuterRef("pk"))


class Application(Profile):
    """A profile as the people see it who decide on it."""

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        default_permissions = ("view",)
        permissions = [("decide_application", "Can decide on applications")]

    @property
    def state(self) -> State:
        if self.approved_at:
            return State.APPROVED
        if self.declined_at:
            return State.DECLINED
        if not self.confirmed_at:
            return State.UNCONFIRMED
        return State.ASKED if self.asked_at else State.WAITING

    @property
    def waiting_for(self) -> str:
        """How long the staff could have decided, in one unit: "3 days"."""
        since = self.waits_since or self.applied_at
        if timezone.now() - since < timedelta(minutes=1):
            return gettext("a moment")
        return timesince(since, depth=1)


class Verdict(models.TextChoices):
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")


class Reason(models.TextChoices):
    """Why an application was declined; each has a prepared letter, except where it says none."""

    FAMILY_TO_ICI = "family_to_ici", _("is a relative of somebody in withdrawal: belongs in ICI")
    PROMOTES = "promotes", _("promotes services, products or an organisation")
    AGAINST_VALUES = "against_values", _("does not share what the community stands for")
    DUPLICATE = "duplicate", _("has applied before")
    NOT_FILLED = "not_filled", _("too little is filled in")
    LOOKS_AUTOMATIC = "looks_automatic", _("looks automatic (no letter is sent)")
    UNDER_AGE = "under_age", _("is under 18")
    EARLIER_REMOVED = "earlier_removed", _("was removed earlier")
    NO_ANSWER = "no_answer", _("did not answer our question")


SILENT = (Reason.LOOKS_AUTOMATIC,)
BY_THE_CLOCK = (Reason.NO_ANSWER,)  # no reviewer chooses these


class Decision(models.Model):
    """What a reviewer decided about an application. The record outlives the application."""

    profile = models.OneToOneField(
        Profile, models.SET_NULL, null=True, related_name="decision", verbose_name=_("profile")
    )
    community = models.CharField(_("community"), max_length=3, choices=CommunitySlug)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="decisions",
        verbose_name=_("reviewer"),
    )  # fmt: skip
    verdict = models.CharField(_("decision"), max_length=8, choices=Verdict)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    # The letter as the reviewer edited it; empty when silent, and once the application is erased.
    words = models.TextField(_("letter"), blank=True)
    # Keyed hash of the address, to recognise a return; see moderation.marks.
    address_mark = models.CharField(max_length=64, blank=True, editable=False)
    decided_at = models.DateTimeField(_("when"), default=timezone.now)
    # From the confirmed address to the decision; null: decided before this was written down.
    waited = models.DurationField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        default_permissions = ("view",)
        ordering = ["-decided_at"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(verdict=Verdict.APPROVED) & Q(reason=""))
                | (Q(verdict=Verdict.DECLINED) & Q(reason__in=Reason.values)),
                name="decision_declines_for_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(verdict=Verdict.APPROVED) & Q(address_mark=""))
                | (Q(verdict=Verdict.DECLINED) & ~Q(address_mark="")),
                name="decision_marks_an_address_only_when_it_declines",
            ),
        ]
        indexes = [
            models.Index(
                fields=["address_mark"], name="decision_by_mark", condition=~Q(address_mark="")
            ),
            models.Index(fields=["decided_at"], name="decision_when"),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"


class QuestionQuerySet(models.QuerySet["Question"]):
    def open(self) -> "QuestionQuerySet":
        """Neither answered nor closed."""
        return self.filter(answered_at=None, closed_at=None)


class Question(models.Model):
    """What the staff asked an applicant, or offered; the application waits for the answer.

    While one is open, `asked_at` of the profile is set. A question is answered in words; an offer
    of the sister community is accepted by a button, or answered in words like a question.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        OFFER = "offer", _("offer of the sister community")

    application = models.ForeignKey(
        Profile, models.CASCADE, related_name="questions", verbose_name=_("application")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("reviewer"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    words = models.TextField(_("words"), max_length=QUESTION_LENGTH)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=ANSWER_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    # Decided without an answer, or never answered.
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["asked_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="question_has_words"),
            models.CheckConstraint(
                condition=Q(kind__in=["question", "offer"]), name="question_is_of_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(closed_at=None), name="question_ends_one_way"
            ),
            models.CheckConstraint(
                condition=(Q(answered_at=None) & Q(answer=""))
                | (Q(answered_at__isnull=False) & (~Q(answer="") | Q(kind="offer"))),
                name="question_is_answered_in_words",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(answered_at=None, closed_at=None),
                name="application_is_asked_one_thing_at_a_time",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"question {self.pk}"


class Claim(models.Model):
    """Which reviewer is on an application just now, so that no two do the same work."""

    application = models.OneToOneField(
        Profile, models.CASCADE, primary_key=True, related_name="claim"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims", verbose_name=_("reviewer")
    )
    until = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["until"], name="claim_until")]

    def __str__(self) -> str:
        return f"claim on {self.application_id}"


class Note(models.Model):
    """What the staff say to each other about an application. No applicant reads it."""

    application = models.ForeignKey(
        Profile, models.CASCADE, related_name="notes", verbose_name=_("application")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+",
        verbose_name=_("author"),
    )  # fmt: skip
    words = models.TextField(_("words"), max_length=NOTE_LENGTH)
    written_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        default_permissions = ()
        ordering = ["written_at"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="note_has_words")]

    def __str__(self) -> str:
        return f"note {self.pk}"
