"""Every letter prepared for the staff, with its original words.

They stand here and are translated; what the staff make of them is a `LetterText`.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from moderation.letters.prepared import OF_APPLICANTS, OF_MEMBERS, Group, Prepared
from moderation.models import QUESTION_LENGTH, Reason


def _declining(reason: Reason, original: Promise) -> Prepared:
    return Prepared(Group.DECLINING, reason.label, original, stem="moderation/emails/declined")


def _after_a_report(title: Promise, original: Promise) -> Prepared:
    stem = "moderation/emails/measure"
    return Prepared(Group.REPORTS, title, original, OF_MEMBERS, stem=stem, to_staff=False)


PREPARED: dict[str, Prepared] = {
    # --- to applicants ------------------------------------------------------------------------------
    "approved": Prepared(
        Group.APPLICATIONS,
        _("Approved: above the link"),
        _(
            "Your application to {community} is accepted. Welcome, it is good to have you with us."
        ),
        stem="moderation/emails/approved",
        part="above",
        to_staff=False,
    ),
    "approved_end": Prepared(
        Group.APPLICATIONS,
        _("Approved: below the link"),
        _(
            "Take your time. Nobody expects anything of you. You can look around first, change "
            "your profile, rest, or leave whenever you want."
        ),
        stem="moderation/emails/approved",
        part="below",
        to_staff=False,
    ),
    "choose_another_name": Prepared(
        Group.APPLICATIONS,
        _("Choose another name"),
        _(
            "We have read your application to {community}. One thing is in the way: somebody "
            'already has the name "{username}", or one that looks the same.\n'
            "\n"
            "Please choose another name. Open your own page, change the name there, and send. All "
            "the rest stays as you wrote it:"
        ),
        stem="moderation/emails/choose_another_name",
    ),
    "question": Prepared(
        Group.APPLICATIONS,
        _("A question: above what the reviewer asks"),
        _("We have read your application to {community}, and would like to ask you something:"),
        stem="moderation/emails/question",
        part="above",
    ),
    "question_reminder": Prepared(
        Group.APPLICATIONS,
        _("Not answered for 5 days: above what was asked"),
        _(
            "Some days ago we wrote to you about your application, and it waits for your answer. "
            "There is no hurry, and a line or two is enough. This is what we wrote:"
        ),
        stem="moderation/emails/question_reminder",
        part="above",
    ),
    "offer": Prepared(
        Group.APPLICATIONS,
        _("Offer of the sister community"),
        _(
            "Thank you for applying to {community}, and for standing by somebody through this.\n"
            "\n"
            "{community} is kept for people who take or took these drugs themselves. From what "
            "you wrote we understand that you are a relative or a friend. There is a place for "
            "you, too: in {sister_community}, families and friends are welcome and find others "
            "who know how it is.\n"
            "\n"
            "You need not fill in anything again. If you like, your form moves over with one "
            "button."
        ),
        longest=QUESTION_LENGTH,
        stem="moderation/emails/offer",
    ),
    # Goes out as a question does, so it begins with one.
    "crisis": Prepared(
        Group.APPLICATIONS,
        _("A question to somebody who may be in a crisis"),
        _(
            "How are you just now? What you wrote sounds very hard, and we are glad that you told "
            "us.\n"
            "\n"
            "We are volunteers and do not read at every hour, so we cannot help as fast as we "
            "wish. Here are people you can talk to now, for free:\n"
            "{help_lines}\n"
            "{help_link}\n"
            "\n"
            "If a life is in danger, please call the emergency number where you are.\n"
            "\n"
            "Nothing of what you wrote speaks against you. Tell us how you are when you feel like "
            "it."
        ),
        placeholders=(*OF_APPLICANTS, "help_lines"),
        longest=QUESTION_LENGTH,
        stem="moderation/emails/question",
    ),
    # --- declining ----------------------------------------------------------------------------------
    Reason.FAMILY_TO_ICI: _declining(
        Reason.FAMILY_TO_ICI,
        _(
            "Thank you for applying to {community}, and for standing by somebody through this.\n"
            "\n"
            "{community} is kept for people who take or took these drugs themselves. From what "
            "you wrote we understand that you are a relative or a friend. There is a place for "
            "you, too: in {sister_community}, families and friends are welcome and find others "
            "who know how it is.\n"
            "\n"
            "You can apply there in a few minutes. Nothing was carried over, so please fill in "
            "the form anew:\n"
            "{sister_link}\n"
            "\n"
            "If we misunderstood you, and you take or took these drugs yourself, please answer "
            "this letter and tell us."
        ),
    ),
    Reason.PROMOTES: _declining(
        Reason.PROMOTES,
        _(
            "Thank you for applying to {community}.\n"
            "\n"
            "Everybody here comes as a person, and nobody offers services, products, a practice "
            "or an organisation. From what you wrote we think that this is not what you are "
            "looking for, so we cannot let you in as it stands.\n"
            "\n"
            "If you would like to join for yourself alone, you are welcome to apply again in 30 "
            "days, when this application is erased, and to leave your work out. If we "
            "misunderstood you, please answer this letter."
        ),
    ),
    Reason.AGAINST_VALUES: _declining(
        Reason.AGAINST_VALUES,
        _(
            "Thank you for your interest in {community}.\n"
            "\n"
            "People come here to be with others who see some basic things as they do. They are on "
            "the page of the community:\n"
            "{community_link}\n"
            "\n"
            "From what you wrote we believe that you see these things differently. That is your "
            "good right, but members here could not feel at ease, and neither would you. So we "
            "cannot let you in now.\n"
            "\n"
            "Minds change, ours too. If we misunderstood you, or if you come to see it "
            "differently one day, you are welcome to write to us."
        ),
    ),
    Reason.DUPLICATE: _declining(
        Reason.DUPLICATE,
        _(
            "Thank you for writing to us again.\n"
            "\n"
            "We have another application to {community} which seems to be yours, and we keep one "
            "for each person. So we have closed this one. You do not have to do anything for the "
            "other.\n"
            "\n"
            "If you can no longer reach the address you used first, or if the other application "
            "is not yours, please answer this letter and we will sort it out together."
        ),
    ),
    Reason.NOT_FILLED: _declining(
        Reason.NOT_FILLED,
        _(
            "Thank you for applying to {community}.\n"
            "\n"
            "There was so little in your application that we could not tell whether this is the "
            "right place for you. We know that forms are tiring, above all when one is not well. "
            "A sentence or two is enough: what brings you here, and what you are looking for.\n"
            "\n"
            "This application is erased in 30 days. From then on you are welcome to apply again, "
            "when you have the strength:\n"
            "{join_link}\n"
            "\n"
            "If you would rather not wait that long, please answer this letter."
        ),
    ),
    Reason.UNDER_AGE: _declining(
        Reason.UNDER_AGE,
        _(
            "Thank you for writing to us.\n"
            "\n"
            "Members of {community} meet without anybody in between, so it is only for people who "
            "are 18 or older. From what you wrote we believe that you are younger. So we cannot "
            "let you in now. It is nothing you did wrong.\n"
            "\n"
            "What you are going through matters. Here are people you can talk to, now and for "
            "free, also when you are young:\n"
            "{help_link}\n"
            "\n"
            "If you are 18 or older, please answer this letter and tell us."
        ),
    ),
    Reason.EARLIER_REMOVED: _declining(
        Reason.EARLIER_REMOVED,
        _(
            "Thank you for writing to us.\n"
            "\n"
            "You were a member before, and your membership was ended. We have read your new "
            "application with care, and have decided not to open it again now.\n"
            "\n"
            "If you think that this is a mistake, please answer this letter and tell us why. "
            "Somebody who did not decide this time will read it."
        ),
    ),
    Reason.NO_ANSWER: _declining(
        Reason.NO_ANSWER,
        _(
            "Three weeks ago we asked you something about your application to {community}, and we "
            "have not heard from you. That is all right: there are times when even a short letter "
            "is too much.\n"
            "\n"
            "So that nothing of yours lies about, we have closed the application. When you feel "
            "like it, answer this letter within 30 days and we open it again, or apply anew "
            "later:\n"
            "{join_link}\n"
            "\n"
            "We wish you well."
        ),
    ),
    # --- after a report -----------------------------------------------------------------------------
    # None of them says that anybody told us, nor who.
    "warned": _after_a_report(
        _("A warning"),
        _(
            "We write to you about this: {about}.\n"
            "\n"
            "People come to Connect worn out and easily hurt. The pledge that all of us gave asks "
            "us to spare each other this:\n"
            "{pledge_link}\n"
            "\n"
            "Please stop it. Nothing else changes for you now. If it goes on, we may have to "
            "close your account.\n"
            "\n"
            "If we have misunderstood something, please tell us."
        ),
    ),
    "suspended": _after_a_report(
        _("Suspended"),
        _(
            "For now we have closed your account at Connect. You cannot log in, and nobody sees "
            "you there. Messages that still waited are not sent.\n"
            "\n"
            "The reason: {about}. Others must be able to feel safe here.\n"
            "\n"
            "Nothing of yours is erased. Please tell us how you see it. Then we decide how it "
            "goes on."
        ),
    ),
    "ended": _after_a_report(
        _("The membership is ended"),
        _(
            "We have ended your membership of Connect. You cannot log in, and nobody sees you "
            "there.\n"
            "\n"
            "The reason: {about}. We have not decided this lightly.\n"
            "\n"
            "If you think that we are wrong, please tell us before your account is erased.\n"
            "\n"
            "If you are in a hard place now, here are people you can talk to:\n"
            "{help_link}"
        ),
    ),
    "reinstated": _after_a_report(
        _("Let back in"),
        _(
            "Your account at Connect is open again. Everything is as you left it. You can log in "
            "as always:\n"
            "{login_link}\n"
            "\n"
            "We know that being shut out is hard. Thank you for your patience."
        ),
    ),
    "appeal_answered": _after_a_report(
        _("After their answer: it stays as it is"),
        _(
            "Thank you for telling us how you see it. We have read it with care.\n"
            "\n"
            "After that we have decided that it stays as it is. We know that this is not what you "
            "hoped for.\n"
            "\n"
            "If you are in a hard place now, here are people you can talk to:\n"
            "{help_link}"
        ),
    ),
}  # fmt: skip
