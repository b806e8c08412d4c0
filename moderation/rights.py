"""Who of the staff may do what. The groups are made by a migration."""

from members.models import Member

REVIEWERS = "reviewers"
ADMINISTRATORS = "administrators"


def can_decide(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.decide_application")


def can_read_applications(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_application")


def can_read_messages(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_staffmessage")


def can_see_members(member: Member) -> bool:
    return member.is_staff and member.has_perm("members.view_member")


def can_read_letters(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.view_lettertext")


def can_change_letters(member: Member) -> bool:
    return member.is_staff and member.has_perm("moderation.change_lettertext")
