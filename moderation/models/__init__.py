from moderation.models.application import (
    BY_THE_CLOCK,
    QUESTION_LENGTH,
    SILENT,
    Application,
    ApplicationQuerySet,
    Claim,
    Decision,
    Note,
    Question,
    Reason,
    State,
    Verdict,
)
from moderation.models.audit import Act, AuditEntry, Kind
from moderation.models.held import HeldMessage
from moderation.models.likeness import Likeness
from moderation.models.outgoing import OutgoingLetter
from moderation.models.report import Concern, Measure, Report
from moderation.models.staff_message import StaffMessage
from moderation.models.wording import WORDS_LENGTH, LetterText

__all__ = [
    "BY_THE_CLOCK", "QUESTION_LENGTH", "SILENT", "WORDS_LENGTH", "Act", "Application",
    "ApplicationQuerySet", "AuditEntry", "Claim", "Concern", "Decision", "HeldMessage", "Kind",
    "LetterText", "Likeness", "Measure", "Note", "OutgoingLetter", "Question", "Reason", "Report",
    "StaffMessage", "State", "Verdict",
]  # fmt: skip
