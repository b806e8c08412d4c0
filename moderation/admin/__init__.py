"""The staff's pages, one module for each room of them."""

from moderation.admin.applications import ApplicationAdmin
from moderation.admin.audit import AuditEntryAdmin
from moderation.admin.decisions import DecisionAdmin
from moderation.admin.held import HeldMessageAdmin
from moderation.admin.letters import LetterTextAdmin
from moderation.admin.members import MemberAdmin
from moderation.admin.messages import StaffMessageAdmin
from moderation.admin.outgoing import OutgoingLetterAdmin
from moderation.admin.reports import MeasureAdmin, ReportAdmin
from moderation.admin.vocabulary import ChoiceAdmin, DrugAdmin

__all__ = [
    "ApplicationAdmin", "AuditEntryAdmin", "ChoiceAdmin", "DecisionAdmin", "DrugAdmin",
    "HeldMessageAdmin", "LetterTextAdmin", "MeasureAdmin", "MemberAdmin", "OutgoingLetterAdmin",
    "ReportAdmin", "StaffMessageAdmin",
]  # fmt: skip
