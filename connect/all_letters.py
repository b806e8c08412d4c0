"""Development only: every letter of the site as it would go out, to people who are invented."""

from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from urllib.parse import urlencode

from csp.constants import NONE, SELF
from csp.decorators import csp, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from connect.inbox import Kept, enveloped, framed
from members.outbox import specimens
from members.outbox.letters import KINDS, Kind


@dataclass(frozen=True)
class Chosen:
    """One letter to look at: its kind, which way its words go, its language."""

    kind: Kind
    case: str
    language: str
    mail: Kept
    cases: list[str]

    def address(self, **changes: str) -> str:
        return f"?{urlencode({'case': self.case, 'language': self.language} | changes)}"

    @property
    def own(self) -> str:
        return self.address()

    @property
    def as_html(self) -> str:
        return self.address(**{"as": "html"})

    @property
    def case_tabs(self) -> list[tuple[str, str, bool]]:
        return [(_spoken(c), self.address(case=c), c == self.case) for c in self.cases]

    @property
    def language_tabs(self) -> list[tuple[object, str, bool]]:
        """Nothing where there is one language only."""
        if len(settings.LANGUAGES) < 2:
            return []
        return [
            (name, self.address(language=code), code == self.language)
            for code, name in settings.LANGUAGES
        ]


@login_not_required
@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "kind": kind,
            "cases": [
                {"name": _spoken(case), "subject": mail.subject, "query": urlencode({"case": case})}
                for case, mail in specimens.written(name, settings.LANGUAGE_CODE).items()
            ],
        }
        for name, kind in sorted(KINDS.items())
    ]
    return render(request, "inbox/kinds.html", {"rows": rows})


@login_not_required
@require_safe
@csp_update({"frame-src": [SELF]})
def specimen(request: HttpRequest, kind: str) -> HttpResponse:
    chosen = _choose(request, kind)
    context = {"chosen": chosen, "mail": chosen.mail, "as_html": request.GET.get("as") == "html"}
    return render(request, "inbox/specimen.html", context)


@login_not_required
@require_safe
@xframe_options_sameorigin
@csp({"default-src": [NONE], "form-action": [NONE], "frame-ancestors": [SELF]})
def html(request: HttpRequest, kind: str) -> HttpResponse:
    return framed(_choose(request, kind).mail)


def _choose(request: HttpRequest, kind: str) -> Chosen:
    """A case or a language there is none of gives the first there is."""
    if kind not in KINDS:
        raise Http404
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    found = specimens.written(kind, language)
    if not found:
        raise Http404
    case = request.GET.get("case", "")
    case = case if case in found else next(iter(found))
    return Chosen(KINDS[kind], case, language, _kept(case, found[case]), list(found))


def _kept(case: str, message: EmailMultiAlternatives) -> Kept:
    """As it would lie in the inbox."""
    raw = enveloped(message, message.to[0])
    return Kept(case, BytesParser(policy=policy.default).parsebytes(raw))


def _spoken(case: str) -> str:
    return case.replace("-", " ")
