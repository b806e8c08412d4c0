"""The letters prepared for each reason. Reviewers see them before they go, and may change them."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.communities import ICI, TWP, Community
from moderation.models import BY_THE_CLOCK, SILENT, Reason

WORDS: dict[str, Promise] = {
    Reason.FAMILY_TO_ICI: _(
        "Thank you for applying to %(community)s, and for standing by somebody through this.\n"
        "\n"
        "%(community)s is kept for people who take or took these drugs themselves. From what you "
        "wrote we understand that you are a relative or a friend. There is a place for you, too: "
        "in %(ici)s, families and friends are welcome and find others who know how it is.\n"
        "\n"
        "You can apply there in a few minutes. Nothing was carried over, so please fill in the "
        "form anew:\n"
        "%(ici_link)s\n"
        "\n"
        "If we misunderstood you, and you take or took these drugs yourself, please answer this "
        "letter and tell us."
    ),
    Reason.PROMOTES: _(
        "Thank you for applying to %(community)s.\n"
        "\n"
        "Everybody here comes as a person, and nobody offers services, products, a practice or an "
        "organisation. From what you wrote we think that this is not what you are looking for, so "
        "we cannot let you in as it stands.\n"
        "\n"
        "If you would like to join for yourself alone, you are welcome to apply again in 30 days, "
        "when this application is erased, and to leave your work out. If we misunderstood you, "
        "please answer this letter."
    ),
    Reason.AGAINST_VALUES: _(
        "Thank you for your interest in %(community)s.\n"
        "\n"
        "People come here to be with others who see some basic things as they do. They are on the "
        "page of the community:\n"
        "%(community_link)s\n"
        "\n"
        "From what you wrote we believe that you see these things differently. That is your good "
        "right, but members here could not feel at ease, and neither would you. So we cannot "
        "let you in now.\n"
        "\n"
        "Minds change, ours too. If we misunderstood you, or if you come to see it differently "
        "one day, you are welcome to write to us."
    ),
    Reason.DUPLICATE: _(
        "Thank you for writing to us again.\n"
        "\n"
        "We have another application to %(community)s which seems to be yours, and we keep one for "
        "each person. So we have closed this one. You do not have to do anything for the other.\n"
        "\n"
        "If you can no longer reach the address you used first, or if the other application is "
        "not yours, please answer this letter and we will sort it out together."
    ),
    Reason.NOT_FILLED: _(
        "Thank you for applying to %(community)s.\n"
        "\n"
        "There was so little in your application that we could not tell whether this is the right "
        "place for you. We know that forms are tiring, above all when one is not well. A sentence "
        "or two is enough: what brings you here, and what you are looking for.\n"
        "\n"
        "This application is erased in 30 days. From then on you are welcome to apply again, when "
        "you have the strength:\n"
        "%(join_link)s\n"
        "\n"
        "If you would rather not wait that long, please answer this letter."
    ),
    Reason.UNDER_AGE: _(
        "Thank you for writing to us.\n"
        "\n"
        "Members of %(community)s meet without anybody in between, so it is only for people who "
        "are 18 or older. From what you wrote we believe that you are younger. So we cannot let "
        "you in now. It is nothing you did wrong.\n"
        "\n"
        "What you are going through matters. Here are people you can talk to, now and for free, "
        "also when you are young:\n"
        "%(help_link)s\n"
        "\n"
        "If you are 18 or older, please answer this letter and tell us."
    ),
    Reason.EARLIER_REMOVED: _(
        "Thank you for writing to us.\n"
        "\n"
        "You were a member before, and your membership was ended. We have read your new "
        "application with care, and have decided not to open it again now.\n"
        "\n"
        "If you think that this is a mistake, please answer this letter and tell us why. Somebody "
        "who did not decide this time will read it."
    ),
    Reason.NO_ANSWER: _(
        "Three weeks ago we asked you something about your application to %(community)s, and we "
        "have not heard from you. That is all right: there are times when even a short letter is "
        "too much.\n"
        "\n"
        "So that nothing of yours lies about, we have closed the application. When you feel like "
        "it, answer this letter within 30 days and we open it again, or apply anew later:\n"
        "%(join_link)s\n"
        "\n"
        "We wish you well."
    ),
}

# Sent with the button by which the form moves over.
OFFER = _(
    "Thank you for applying to %(community)s, and for standing by somebody through this.\n"
    "\n"
    "%(community)s is kept for people who take or took these drugs themselves. From what you wrote "
    "we understand that you are a relative or a friend. There is a place for you, too: in %(ici)s, "
    "families and friends are welcome and find others who know how it is.\n"
    "\n"
    "You need not fill in anything again. If you like, your form moves over with one button."
)


def reasons_for(community: Community) -> list[Reason]:
    """The reasons a reviewer may choose; only somebody who came to TWP can be pointed to ICI."""
    fit = [r for r in Reason if r != Reason.FAMILY_TO_ICI or community == TWP]
    return [reason for reason in fit if reason not in BY_THE_CLOCK]


def prepared(reason: str, community: Community) -> str:
    """The words of the letter for this reason, empty where none is sent."""
    if reason in SILENT:
        return ""
    return _filled(WORDS[Reason(reason)], community)


def prepared_offer(community: Community) -> str:
    """The words with which the sister community is offered."""
    return _filled(OFFER, community)


def _filled(words: Promise, community: Community) -> str:
    return str(words) % {
        "community": community,
        "ici": ICI,
        "ici_link": _link("joining:join", ICI),
        "join_link": _link("joining:join", community),
        "community_link": _link(f"pages:{community.slug}"),
        "help_link": _link("pages:help_now"),
    }


def _link(name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=args)
