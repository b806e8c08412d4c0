import uuid
from datetime import datetime, timedelta

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.communities import COMMUNITIES, Community, CommunitySlug
from members.models.block import Block
from members.models.member import Member
from members.statements import Slot

ABOUT_ME_LENGTH = 3000
LEAVE_CAN_BE_UNDONE = timedelta(days=7)

Viewer = Member | uuid.UUID | Slot  # or a place for one that is filled in later


class ProfileQuerySet(models.QuerySet["Profile"]):
    def of(self, community: Community | str) -> "ProfileQuerySet":
        return self.filter(community=getattr(community, "slug", community))

    def approved(self) -> "ProfileQuerySet":
        """In the community: approved, not left, not suspended. Paused ones are still in."""
        return self.filter(approved_at__isnull=False, left_at=None, member__suspended_at=None)

    def listed(self) -> "ProfileQuerySet":
        """Approved, and not resting."""
        resting = Q(paused_at__isnull=False) & (
            Q(paused_until=None) | Q(paused_until__gt=timezone.localdate())
        )
        return self.approved().exclude(resting)

    def not_blocked_with(self, viewer: Viewer) -> "ProfileQuerySet":
        """Without those who blocked the viewer or whom the viewer blocked."""
        between = Block.objects.filter(
            Q(blocker=viewer, blocked=OuterRef("member"))
            | Q(blocker=OuterRef("member"), blocked=viewer),
            community=OuterRef("community"),
        )
        return self.exclude(Exists(between))

    def met_by(self, viewer: Viewer) -> "ProfileQuerySet":
        """Listed, and not across a block: what `visible_to` gives of others to somebody who is
        known to be in the community."""
        return self.listed().not_blocked_with(viewer)

    def visible_to(self, viewer: Member) -> "ProfileQuerySet":
        """The one gate: whatever a member sees of others starts here.

        Listed profiles in the communities the viewer is approved in, and not across a block; one's
        own profile too, also while it rests. Nobody for somebody who is not signed in or suspended.
        """
        if not viewer.is_authenticated or not viewer.is_active:
            return self.none()
        return self.seen_by(viewer.pk)

    def seen_by(self, viewer: Viewer) -> "ProfileQuerySet":
        """What `visible_to` gives somebody who is signed in and not suspended: it knows the viewer by
        the key alone, so that it can be put together before it is known who asks."""
        viewers_own = Profile.objects.approved().filter(
            member=viewer, community=OuterRef("community")
        )
        seen = self.met_by(viewer) | self.approved().filter(member=viewer)
        return seen.filter(Exists(viewers_own))

    def waiting(self) -> "ProfileQuerySet":
        """Applications a reviewer can decide on: sent, address confirmed, not decided."""
        return self.filter(
            approved_at=None, declined_at=None, confirmed_at__isnull=False, applied_at__isnull=False
        )


class Profile(models.Model):
    """One member's face in one community. It carries the state of the application."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="profiles")
    community = models.CharField(max_length=3, choices=CommunitySlug)
    username = models.CharField(max_length=30)
    # How the name looks to the eye (members.usernames.skeleton): two that look alike are one.
    username_key = models.CharField(max_length=120)
    cell = models.ForeignKey("places.Cell", models.PROTECT, related_name="+")
    about_me = models.TextField(
        blank=True, max_length=ABOUT_ME_LENGTH, validators=[MaxLengthValidator(ABOUT_ME_LENGTH)]
    )

    # The applicant's own link, sent by mail: whoever has it may confirm, change and withdraw.
    application_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    applied_at = models.DateTimeField(default=timezone.now)
    consented_at = models.DateTimeField(_("pledge, policies and age confirmed"))
    health_consent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    # While the staff wait for an answer of the applicant; set by the room that asks.
    asked_at = models.DateTimeField(null=True, blank=True)
    # Since when it waits for the staff again: the applicant answered, or it was opened anew.
    returned_at = models.DateTimeField(null=True, blank=True)
    # When the application came here from the sister community; set by the room that offered it.
    moved_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "community"], name="profile_once_per_community"
            ),
            # Applicants may wish for the same name: saying "taken" on the form would tell a visitor
            # who is a member. The first to be approved has it, the other is asked for another one.
            models.UniqueConstraint(
                fields=["community", "username_key"],
                condition=Q(approved_at__isnull=False),
                name="username_once_per_community",
            ),
            models.CheckConstraint(
                condition=Q(community__in=CommunitySlug.values), name="profile_in_a_known_community"
            ),
            models.CheckConstraint(
                condition=~Q(username="") & ~Q(username_key=""), name="profile_has_a_username"
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(declined_at=None),
                name="profile_is_decided_one_way",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(confirmed_at__isnull=False),
                name="profile_approved_after_its_address_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(declined_at=None) | Q(confirmed_at__isnull=False),
                name="profile_declined_after_its_address_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=F("applied_at")),
                name="profile_confirmed_after_it_applied",
            ),
            models.CheckConstraint(
                condition=Q(approved_at=None) | Q(approved_at__gte=F("applied_at")),
                name="profile_approved_after_it_applied",
            ),
            models.CheckConstraint(
                condition=Q(asked_at=None)
                | Q(confirmed_at__isnull=False, approved_at=None, declined_at=None),
                name="profile_is_asked_only_while_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(approved_at__isnull=False),
                name="profile_rests_only_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(paused_until=None) | Q(paused_at__isnull=False),
                name="profile_rests_until_a_day_only_when_resting",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(approved_at__isnull=False),
                name="profile_leaves_only_when_approved",
            ),
            models.CheckConstraint(
                condition=~Q(community=CommunitySlug.TWP) | Q(health_consent_at__isnull=False),
                name="health_data_only_with_consent",
            ),
        ]
        indexes = [
            # The queue counts and lists these; few of a million rows are in them, and what is included
            # lets it count without opening the rows.
            models.Index(
                fields=["applied_at"], include=["id", "community", "asked_at"],
                name="profile_waiting",
                condition=Q(approved_at=None, declined_at=None, confirmed_at__isnull=False),
            ),
            models.Index(
                fields=["applied_at"], name="profile_asked", condition=Q(asked_at__isnull=False)
            ),
            models.Index(
                fields=["applied_at"], include=["id", "community"], name="profile_unconfirmed",
                condition=Q(approved_at=None, declined_at=None, confirmed_at=None),
            ),
            models.Index(
                fields=["-id"], include=["community"], name="profile_declined",
                condition=Q(declined_at__isnull=False),
            ),
            # Whether another applicant wishes for the same name.
            models.Index(
                fields=["community", "username_key"], name="profile_wishes_for_name",
                condition=Q(approved_at=None, declined_at=None, confirmed_at__isnull=False),
            ),
            models.Index(
                fields=["community", "cell"], name="profile_in_cell",
                condition=Q(approved_at__isnull=False, left_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.username

    @property
    def where(self) -> Community:
        """The community this is a face in."""
        return COMMUNITIES[self.community]

    @property
    def is_resting(self) -> bool:
        return self.paused_at is not None and (
            self.paused_until is None or self.paused_until > timezone.localdate()
        )

    @property
    def is_in(self) -> bool:
        """Approved and not left (whether the member is suspended stands with the member)."""
        return self.approved_at is not None and self.left_at is None

    @property
    def erased_on(self) -> datetime | None:
        """Until when somebody who left may come back."""
        return self.left_at + LEAVE_CAN_BE_UNDONE if self.left_at else None

    @property
    def waits_since(self) -> datetime | None:
        """Since when the staff could decide; None while the address is not confirmed."""
        return max(filter(None, (self.confirmed_at, self.returned_at)), default=None)

    @property
    def is_waiting(self) -> bool:
        """Sent and not decided, whether or not the address is confirmed."""
        return self.approved_at is None and self.declined_at is None
