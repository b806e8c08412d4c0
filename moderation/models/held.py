from django.utils.translation import gettext_lazy as _

from members.models import Member
from members.relay import second_look
from members.relay.models import Message, MessageQuerySet


class HeldMessageQuerySet(MessageQuerySet):
    def stopped(self) -> "HeldMessageQuerySet":
        """Those our rules ever stopped, decided on or not."""
        return self.filter(held_at__isnull=False)

    def readable_by(self, staff: Member) -> "HeldMessageQuerySet":
        """Without what one wrote oneself, and what was written to oneself: a recipient learns nothing
        of what is held, be they of the staff or not."""
        return self.exclude(sender__member=staff).exclude(recipient__member=staff)


class HeldMessage(Message):
    """A message between members as the people see it who decide whether it goes out."""

    objects = HeldMessageQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("held message")
        verbose_name_plural = _("held messages")
        default_permissions = ("view",)
        permissions = [("decide_heldmessage", "Can decide on held messages")]

    @property
    def rule(self) -> second_look.Rule | None:
        """What stopped it."""
        return second_look.RULES.get(self.held_for)
