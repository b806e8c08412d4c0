import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.communities import Community
from members.places.distance import Unit
from members.places.models import Cell

ORGANISATION = "Inner Compass Initiative"  # who runs the site, where mail may say so


class MemberManager(BaseUserManager["Member"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Member":
        """A member with a lower-case address; without a password nobody can sign in as them."""
        member = self.model(email=email.strip().lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str, **fields: object) -> "Member":
        """For `createsuperuser`: the first of the staff, whom nobody is there to let in."""
        rights = {"is_staff": True, "is_superuser": True, "let_in_at": timezone.now()}
        return self.create_user(email, password, **rights | fields)

    def get_by_natural_key(self, email: str) -> "Member":
        return self.get(email=email.lower())


class Member(AbstractBaseUser, PermissionsMixin):
    """A person with a login. What others see of them is a Profile, one for each community.

    An applicant is a member without a password who was not let in yet.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"), max_length=254)
    is_staff = models.BooleanField(_("may use the staff pages"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    let_in_at = models.DateTimeField(_("may sign in since"), null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    # Since when a warning waits to be read before anything else; set by the room that warns.
    warned_at = models.DateTimeField(null=True, blank=True)
    # The month is enough for "seen this month"; the hour is nobody's business. Told once a week.
    seen_on = models.DateField(null=True, blank=True)
    # What distances are asked and told in; blank: that of the country they live in.
    unit = models.CharField(max_length=2, choices=Unit, blank=True)
    # In which they applied, and are written to; blank: the site's own.
    language = models.CharField(max_length=10, blank=True)
    # Since when subjects and senders of mail to them may say what the site is; else they are discreet.
    plain_mail_since = models.DateTimeField(null=True, blank=True)
    # Since when the answer button of their mail program leads to nobody: they answer by a link.
    answers_apart_since = models.DateTimeField(null=True, blank=True)
    # Of the staff: since when they want no mail about what waits; set by the room that reminds.
    reminders_stopped_at = models.DateTimeField(null=True, blank=True)
    policies_version = models.CharField(max_length=20, blank=True)
    policies_accepted_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = MemberManager()

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["email"], name="member_email_once"),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="member_email_is_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(unit__in=["", *Unit.values]), name="member_measures_in_a_known_unit"
            ),
            models.CheckConstraint(
                condition=Q(policies_accepted_at__isnull=False) | Q(policies_version=""),
                name="member_accepted_policies_at_a_time",
            ),
        ]
        # A dozen among a million: every page that names the staff asks for them.
        indexes = [
            models.Index(fields=["id"], name="member_of_the_staff", condition=Q(is_staff=True)),
        ]

    def __str__(self) -> str:
        # Never the address: this text ends up in logs and in admin's history.
        return f"member {str(self.pk)[:8]}"

    def unit_at(self, home: Cell) -> Unit:
        """What distances are told in: as chosen in the search, or as where they live."""
        return Unit(self.unit or Unit.of(home.country_id))

    @property
    def is_active(self) -> bool:
        """Whether signing in is open to them at all; Django and allauth ask this."""
        return self.suspended_at is None and (self.let_in_at is not None or self.is_staff)

    def mail_name(self, community: Community | None = None) -> str:
        """Whose name mail to them bears: that of a community, or of who runs the site. Empty for
        discreet mail."""
        if self.plain_mail_since is None:
            return ""
        return str(community or ORGANISATION)
