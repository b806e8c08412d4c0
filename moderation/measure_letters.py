"""The words prepared for each measure. The staff see them before they go, and may change them.

None of them says that anybody told us, nor who: the person is told what is wrong, not by whom it
was seen.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.models import Concern, Measure

Step = Measure.Step
STAYS = "stays"

PREPARED: dict[str, Promise] = {
    Step.WARN: _(
        "We write to you about this: {about}.\n"
        "\n"
        "People come to Connect worn out and easily hurt. The pledge that all of us gave asks us "
        "to spare each other this:\n"
        "{pledge_link}\n"
        "\n"
        "Please stop it. Nothing else changes for you now. If it goes on, we may have to close "
        "your account.\n"
        "\n"
        "If we have misunderstood something, please tell us."
    ),
    Step.SUSPEND: _(
        "For now we have closed your account at Connect. You cannot log in, and nobody sees you "
        "there. Messages that still waited are not sent.\n"
        "\n"
        "The reason: {about}. Others must be able to feel safe here.\n"
        "\n"
        "Nothing of yours is erased. Please tell us how you see it. Then we decide how it goes on."
    ),
    Step.END: _(
        "We have ended your membership of Connect. You cannot log in, and nobody sees you there.\n"
        "\n"
        "The reason: {about}. We have not decided this lightly.\n"
        "\n"
        "If you think that we are wrong, please tell us before your account is erased.\n"
        "\n"
        "If you are in a hard place now, here are people you can talk to:\n"
        "{help_link}"
    ),
    Step.REINSTATE: _(
        "Your account at Connect is open again. Everything is as you left it. You can log in as "
        "always:\n"
        "{login_link}\n"
        "\n"
        "We know that being shut out is hard. Thank you for your patience."
    ),
    STAYS: _(
        "Thank you for telling us how you see it. We have read it with care.\n"
        "\n"
        "After that we have decided that it stays as it is. We know that this is not what you "
        "hoped for.\n"
        "\n"
        "If you are in a hard place now, here are people you can talk to:\n"
        "{help_link}"
    ),
}

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


def prepared(name: str, concern: str = "") -> str:
    """The words of the letter for a step (or STAYS), as they would go out for this concern."""
    return str(PREPARED[name]).format(
        about=ABOUT.get(concern, SOMETHING),
        pledge_link=_link("pages:pledge"),
        help_link=_link("pages:help_now"),
        login_link=_link("account_login"),
    )


def _link(name: str) -> str:
    return settings.SITE_URL + reverse(name)
