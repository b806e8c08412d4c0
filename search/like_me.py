"""People like me: a search filled in from the viewer's own profile.

Of what they told only the drugs and the stage are asked for, or what they come as and their
interests: each further question halves those who fit, and who shares more comes first anyhow.
"""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from members.in_common import SAYS_NOTHING
from members.models import Question
from search.address import Address
from search.fields import MOST_DRUGS
from search.filters import Sort
from search.viewer import Viewer
from search.vocabulary import Vocabulary

MOST_QUESTIONS = 2
ASKED = (Question.STAGE, Question.COME_AS, Question.INTEREST)


@dataclass(frozen=True)
class LikeMe:
    """The search, and in words what it asks for; both empty when there is nothing to ask."""

    query: str
    words: str

    def is_asked(self, address: Address) -> bool:
        """Whether this is the search on the page."""
        asked = address.asked.copy()
        asked.pop("unit", None)
        return bool(self.query) and dict(asked.lists()) == dict(QueryDict(self.query).lists())


def like_me(viewer: Viewer, vocabulary: Vocabulary) -> LikeMe:
    """Give the search for people like the viewer, near and far."""
    told = {"drug": _drugs(viewer, vocabulary)} | {
        str(question): _answers(question, viewer, vocabulary) for question in ASKED
    }
    asked = dict([(name, values) for name, values in told.items() if values][:MOST_QUESTIONS])
    if not asked:
        return LikeMe("", "")
    query = QueryDict(mutable=True)
    for name, values in asked.items():
        query.setlist(name, values)
    query["within"], query["sort"] = "any", Sort.COMMON.value
    return LikeMe(query.urlencode(), _words(list(asked)))


def _drugs(viewer: Viewer, vocabulary: Vocabulary) -> list[str]:
    mine = [drug.generic for drug in vocabulary.offered_drugs() if drug.pk in viewer.drugs]
    return mine[:MOST_DRUGS]


def _answers(question: Question, viewer: Viewer, vocabulary: Vocabulary) -> list[str]:
    offered = [c for c in vocabulary.offered(question) if c.slug not in SAYS_NOTHING]
    return [choice.slug for choice in offered if choice.pk in viewer.choices]


def _words(names: list[str]) -> str:
    said = {
        "drug": _("your drugs"),
        "stage": _("where you are on the way"),
        "come_as": _("what you come as"),
        "interest": _("your interests"),
    }
    if len(names) == 1:
        return said[names[0]]
    return _("%(one)s and %(other)s") % {"one": said[names[0]], "other": said[names[1]]}
