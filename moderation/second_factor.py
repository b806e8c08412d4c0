"""The second factor of the staff: a password alone opens none of their pages.

What the staff can read would cost people their job or their safety, and a password can be guessed,
read over a shoulder or told to a false page. Asked at every request: whoever is made staff while
signed in, or whose factor is taken away, is stopped at the next one.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from members.erasing import end_sessions
from members.models import Member
from members.outbox import letters
from moderation import audit
from moderation.models import Act

View = Callable[..., HttpResponse]
BESIDE = Authenticator.Type.RECOVERY_CODES  # opens the door, but is no factor without another


def required(view: View) -> View:
    """The view, for those of the staff who set up a second factor and used it in this session.

    The others are led to set one up, or asked for theirs; what they sent is not lost meanwhile.
    """

    @wraps(view)
    def with_both(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR:
            mine = {factor["pk"]: factor["type"] for factor in request.user.factors}
            if not set(mine.values()) - {BESIDE}:
                return redirect(set_up_address())
            if not _used(request) & mine.keys():
                raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return with_both


def set_up_address() -> str:
    """The page for setting one up, which then says why it is asked for."""
    return f"{reverse('mfa_index')}?{urlencode({'for': 'staff'})}"


@transaction.atomic
def forget(member: Member) -> bool:
    """Take every factor off somebody who lost theirs, and sign them out; whether there was one.

    They are told by mail, in case it was not they who asked. Not for the staff to do to each
    other: whoever may take off a factor can be talked into it.
    """
    gone, _each = Authenticator.objects.filter(user=member).delete()
    if gone:
        end_sessions(member)
        letters.post("notice_factor_forgotten", member.pk)
        audit.note(None, Act.CHANGED, member)
    return bool(gone)


def _used(request: HttpRequest) -> set[int]:
    """Keys of the factors that were used in this session, also of those taken off since."""
    records = get_authentication_records(request, request.user)
    return {record["id"] for record in records if record["method"] == "mfa"}
