"""People like me: a search filled in from the viewer's own profile.

It asks one question only, the most telling one they answered: each further one would leave out most
of those who fit, and whoever shares more comes first anyhow.
"""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.in_common import SAYS_NOTHING
from members.models import Question
from search.address import Address
from search.fields import MOST_DRUGS
from search.filters import Sort
from search.viewer import Viewer
from search.vocabulary import Vocabulary

ASKED = (Question.STAGE, Question.COME_AS, Question.INTEREST)  # after the drugs
WORDS = {
    "drug": _("your drugs"),
    "stage": _("where you are on the way"),
    "come_as": _("what you come as"),
    "interest": _("your interests"),
}


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
    for name, values in told.items():
        if values:
            return LikeMe(_query(name, values), str(WORDS[name]))
    return LikeMe("", "")


def _query(name: str, values: list[str]) -> str:
    query = QueryDict(mutable=True)
    query.setlist(name, values)
    query["within"], query["sort"] = "any", Sort.COMMON.value
    return query.urlencode()


def _drugs(viewer: Viewer, vocabulary: Vocabulary) -> list[str]:
    mine = [drug.generic for drug in vocabulary.offered_drugs() if drug.pk in viewer.drugs]
    return mine[:MOST_DRUGS]


def _answers(question: Question, viewer: Viewer, vocabulary: Vocabulary) -> list[str]:
    offered = [c for c in vocabulary.offered(question) if c.slug not in SAYS_NOTHING]
    return [choice.slug for choice in offered if choice.pk in viewer.choices]
