from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.communities import CommunitySlug


class Kind(models.TextChoices):
    """What something was done to, or what was looked at."""

    APPLICATION = "application", _("application")
    PROFILE = "profile", _("profile")
    MEMBER = "member", _("member")
    REPORT = "report", _("report")
    MESSAGE = "message", _("message between members")
    STAFF_MESSAGE = "staff_message", _("message to the staff")
    LETTER = "letter", _("prepared letter")
    WORD = "word", _("word of the lists")
    OUTGOING = "outgoing", _("outgoing letter")
    FIGURES = "figures", _("figures")


class Act(models.TextChoices):
    LOOKED = "looked", _("looked")
    TOOK_OVER = "took_over", _("took it over from somebody")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    DECLINED_SILENTLY = "declined_silently", _("declined without a letter")
    ASKED = "asked", _("asked the applicant")
    ASKED_FOR_NAME = "asked_for_name", _("asked for another name")
    OFFERED = "offered", _("offered the sister community")
    ANSWERED = "answered", _("the applicant answered")
    AGREED = "agreed", _("the applicant moved to the sister community")
    CLOSED = "closed", _("closed without an answer")
    UNDID = "undid", _("undid the decision")
    RELEASED_LETTER = "released_letter", _("sent the letter at once")
    REOPENED = "reopened", _("opened it again")
    NOTED = "noted", _("wrote a note")
    WARNED = "warned", _("warned")
    SUSPENDED = "suspended", _("suspended")
    ENDED = "ended", _("ended the membership")
    REINSTATED = "reinstated", _("let back in")
    DISMISSED = "dismissed", _("dismissed the report")
    LET_OUT = "let_out", _("let a held message go out")
    KEPT_BACK = "kept_back", _("did not send a held message")
    TRIED_AGAIN = "tried_again", _("had a letter tried again")
    DROPPED = "dropped", _("dropped a letter")
    CHANGED = "changed", _("changed")
    EXPORTED = "exported", _("exported")


class AuditEntry(models.Model):
    """Who of the staff did or looked at what, and when; no content, and no name.

    The database itself refuses to change or delete a row (moderation 0004). So nothing here may
    say more than an id: of a member who is erased it is then a random number that leads nowhere.
    """

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    staff_id = models.UUIDField(
        _("who"), null=True, blank=True
    )  # none: the applicant, or the clock
    act = models.CharField(_("did"), max_length=20, choices=Act)
    kind = models.CharField(_("to"), max_length=13, choices=Kind)
    key = models.CharField(_("its key"), max_length=36, blank=True)
    person_id = models.UUIDField(_("about whom"), null=True, blank=True)
    community = models.CharField(_("community"), max_length=3, choices=CommunitySlug, blank=True)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        default_permissions = ("view",)
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(act__in=Act.values, kind__in=Kind.values),
                name="audit_entry_says_what_was_done",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "key", "-at"], name="audit_of_one_thing"),
            models.Index(fields=["staff_id", "-at"], name="audit_of_one_of_the_staff"),
            models.Index(fields=["person_id", "-at"], name="audit_about_one_person"),
            models.Index(fields=["act", "-at"], name="audit_of_one_act"),
            models.Index(fields=["kind", "-at"], name="audit_of_one_kind"),
        ]

    def __str__(self) -> str:
        return f"audit entry {self.pk}"
