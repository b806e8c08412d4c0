"""Who of the staff may do what. The groups are made by a migration."""

from django.contrib.auth.models import Permission

from members.models import Member

REVIEWERS = "reviewers"
ADMINISTRATORS = "administrators"
REVIEWER, ADMINISTRATOR, OWNER = 1, 2, 3  # how far up among the staff


def can_decide(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.decide_application")


def can_read_applications(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_application")


def can_see_figures(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_decision")


def can_read_messages(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_staffmessage")


def can_see_members(member: Member) -> bool:
    return member.is_staff and member.has_perm("members.view_member")


def can_read_reports(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_report")


def can_act_on_reports(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.decide_report")


def can_read_held(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_heldmessage")


def can_decide_held(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.decide_heldmessage")


def can_act_on(staff: Member, person: Member) -> bool:
    """Nobody acts on themselves, nor on somebody above them; on others of the staff only
    administrators do, so that a quarrel among volunteers locks nobody out."""
    if not can_act_on_reports(staff) or staff == person:
        return False
    return _height(person) == 0 or _height(person) <= _height(staff) >= ADMINISTRATOR


def _height(member: Member) -> int:
    """Where somebody stands; 0 for everybody who is no staff."""
    if member.is_superuser:
        return OWNER
    if not member.is_staff:
        return 0
    # Asked of the groups, as somebody suspended has no rights but is still who they are.
    rights = Permission.objects.filter(group__user=member)
    above = rights.filter(codename="change_member", content_type__app_label="members")
    return ADMINISTRATOR if above.exists() else REVIEWER


def can_read_letters(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_lettertext")


def can_change_letters(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.change_lettertext")


def can_see_outbox(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_outgoingletter")


def can_mend_outbox(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.change_outgoingletter")


def can_read_audit_log(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_auditentry")
