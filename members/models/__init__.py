from members.models.block import Block
from members.models.experience import (
    Answer,
    Choice,
    Drug,
    DrugClass,
    DrugExperience,
    Question,
    Shown,
)
from members.models.listing import Listing
from members.models.looked import Looked
from members.models.member import Member
from members.models.profile import Profile
from members.models.session import Session

__all__ = [
    "Answer", "Block", "Choice", "Drug", "DrugClass", "DrugExperience", "Listing", "Looked",
    "Member", "Profile", "Question", "Session", "Shown",
]  # fmt: skip
