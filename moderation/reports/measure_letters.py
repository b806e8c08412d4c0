"""The letter prepared for each measure, filled in with what is wrong.

None of them says that anybody told us, nor who: the person is told what is wrong, not by whom it
was seen.
"""

from django.contrib.postgres.expressions import ArraySubquery
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.letters import wording
from moderation.models import Concern, Measure

Step = Measure.Step
STAYS = "stays"

# The name of the prepared letter (a key of PREPARED) for each step.
NAMES = {
    Step.WARN: "warned", Step.SUSPEND: "suspended", Step.END: "ended",
    Step.REINSTATE: "reinstated", STAYS: "appeal_answered",
}  # fmt: skip

# What is wrong, as it stands after a colon. It must not show who saw it.
ABOUT: dict[str, Promise] = {
    Concern.KEPT_WRITING: _("messages to people who did not answer"),
    Concern.SEXUAL: _("sexual or romantic words"),
    Concern.PRESSURE_TO_MEET: _("pressing people to meet, or to write elsewhere"),
    Concern.PROMOTES: _("promoting a service, a practice, a religion or a group"),
    Concern.MONEY: _("asking people for money"),
    Concern.TOLD_ABOUT_DRUGS: _("pressing people about drugs: to stop, to change or to take them"),
    Concern.OFFERS_DRUGS: _("offering drugs, or asking for them"),
    Concern.BROKE_CONFIDENCE: _("passing on private things of others"),
    Concern.THREAT: _("threats, or words full of hate"),
    Concern.FALSE_PROFILE: _("a profile that does not seem to be true"),
    Concern.UNDER_AGE: _("your age, as Connect is only for people of 18 and over"),
}
SOMETHING: Promise = _("something that does not go together with the pledge")


def prepared(
    step: str, concern: str = "", language: str = "", texts: wording.Texts | None = None
) -> str:
    """The words of the letter for a step (or STAYS), as they would go out for this concern.

    Args:
        language: of the member.
        texts: the staff's words, where they were read before (see `beside`).
    """
    with translation.override(wording.language_of(language)):
        about = str(ABOUT.get(concern, SOMETHING))
    return wording.filled(NAMES[step], wording.common() | {"about": about}, language, texts)


def beside() -> ArraySubquery:
    """An annotation for any query: the staff's words of these letters, for `texts`."""
    return wording.beside(NAMES.values())
