"""One function per letter about reports and measures. Each asks again whether it is still so."""

from functools import partial
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from members.models import Member
from members.outbox.letters import Mail, Needed, NotWanted, letter
from members.outbox.specimens import STAFF, WREN, Cases, specimens
from moderation.models import Concern, Measure, Report
from moderation.reports import appeals, measure_letters, measures

Step = Measure.Step
STEM = "moderation/emails/measure"


@letter("warned", STEM, needed=Needed.DECIDED)
def warned(about: str) -> Mail:
    measure = _measure(about)
    if not measure.member.is_active:
        raise NotWanted("not_active")
    return _to_the_person(measure, {"read_first": measure.acknowledged_at is None})


@letter("suspended", STEM, needed=Needed.DECIDED)
def suspended(about: str) -> Mail:
    return _to_the_person(_still_out(about))


@letter("ended", STEM, needed=Needed.DECIDED)
def ended(about: str) -> Mail:
    measure = _still_out(about)
    erased_on = measure.taken_at + measures.ERASED_AFTER_ENDING
    return _to_the_person(measure, {"erased_on": erased_on})


@letter("reinstated", STEM, needed=Needed.DECIDED)
def reinstated(about: str) -> Mail:
    measure = _measure(about)
    if not measure.member.is_active:
        raise NotWanted("not_active")
    return _to_the_person(measure)


@letter("appeal_answered", STEM, needed=Needed.DECIDED)
def appeal_answered(about: str) -> Mail:
    """Says that it stays as it is. There is nothing more to answer."""
    measure = _measure(about)
    if not measure.appeal_answer:
        raise NotWanted("not_answered")
    return Mail(
        to=measure.member.email, context={"words": measure.appeal_answer},
        language=measure.member.language or "en", plain=measure.member.mail_name(),
    )  # fmt: skip


@letter("report_closed", "moderation/emails/report_closed", needed=Needed.TOLD_US)
def report_closed(about: str) -> Mail:
    """To whoever reported, the same whatever was done: it is nobody else's business."""
    report = Report.objects.select_related("reporter").get(pk=about)
    reporter = report.reporter
    if reporter and not reporter.is_active:
        raise NotWanted("not_active")
    address = report.reply_to or (reporter.email if reporter else "")
    if not address:
        raise NotWanted("gone")
    return Mail(
        to=address, context={"worried": report.concern == Concern.WORRIED},
        language=(reporter.language if reporter else "") or "en",
        plain=reporter.mail_name() if reporter and not report.reply_to else "",
    )  # fmt: skip


@letter("report_waits", "moderation/emails/report_waits", asked=True, needed=Needed.STAFF)
def report_waits(about: str) -> Mail:
    """To the staff: that there is something to read, not what. `about` as in `staff_message`."""
    key, place = about.split(".")
    report = Report.objects.open().get(pk=key)
    mail = _to_the_staff(place, {"worried": report.concern == Concern.WORRIED})
    if Member.objects.filter(pk=report.person_id, email__iexact=mail.to).exists():
        raise NotWanted("about_themselves")
    return mail


@letter("appeal_waits", "moderation/emails/report_waits", asked=True, needed=Needed.STAFF)
def appeal_waits(about: str) -> Mail:
    key, place = about.split(".")
    Measure.objects.appealed().get(pk=key)
    return _to_the_staff(place, {"appeal": True})


def _to_the_staff(place: str, context: dict[str, object]) -> Mail:
    """With a link to the queue: a number of a report which one cannot open would tell whoever of
    the staff is reported themselves."""
    if int(place) >= len(settings.STAFF_MAIL):
        raise NotWanted("gone")
    path = reverse("admin:moderation_report_changelist")
    return Mail(settings.STAFF_MAIL[int(place)], context | {"link": settings.SITE_URL + path})


def _to_the_person(measure: Measure, context: dict[str, object] | None = None) -> Mail:
    """With the link by which they may answer, as long as they may."""
    link = settings.SITE_URL + reverse("moderation:appeal", args=[measure.key])
    answerable = measure.can_be_appealed_until is not None and appeals.is_open(measure)
    given = {"words": measure.words, "appeal_link": link if answerable else ""}
    return Mail(
        to=measure.member.email, context=given | (context or {}),
        language=measure.member.language or "en", plain=measure.member.mail_name(),
    )  # fmt: skip


def _measure(about: str) -> Measure:
    measure = Measure.objects.select_related("member").get(pk=about)
    if measure.member is None:
        raise NotWanted("gone")
    return measure


def _still_out(about: str) -> Measure:
    measure = _measure(about)
    if not measure.member.suspended_at or appeals.is_undone(measure):
        raise NotWanted("back_in")
    return measure


# --- to look at -------------------------------------------------------------------------------------


def _looked_at(step: str, **context: object) -> Cases:
    """With the words prepared for it, as the staff have them now."""
    words = measure_letters.prepared(step, Concern.MONEY, get_language())
    link = settings.SITE_URL + reverse("moderation:appeal", args=[uuid4()])
    context = {"words": words, "appeal_link": link} | context
    return {"letter": Mail(WREN, context)}


specimens("warned")(partial(_looked_at, Step.WARN, read_first=True))
specimens("suspended")(partial(_looked_at, Step.SUSPEND))
specimens("reinstated")(partial(_looked_at, Step.REINSTATE, appeal_link=""))
specimens("appeal_answered")(partial(_looked_at, measure_letters.STAYS, appeal_link=""))


@specimens("ended")
def _ended() -> Cases:
    return _looked_at(Step.END, erased_on=timezone.now() + measures.ERASED_AFTER_ENDING)


@specimens("report_closed")
def _report_closed() -> Cases:
    return {
        "letter": Mail(WREN, {"worried": False}),
        "worried": Mail(WREN, {"worried": True}),
    }


@specimens("report_waits")
def _report_waits() -> Cases:
    link = settings.SITE_URL + reverse("admin:moderation_report_changelist")
    return {
        "letter": Mail(STAFF, {"link": link}),
        "worried": Mail(STAFF, {"link": link, "worried": True}),
    }


@specimens("appeal_waits")
def _appeal_waits() -> Cases:
    link = settings.SITE_URL + reverse("admin:moderation_report_changelist")
    return {"letter": Mail(STAFF, {"link": link, "appeal": True})}
