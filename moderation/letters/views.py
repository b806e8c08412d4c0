"""The prepared letters: a list of them, one to read or change, and the way back to the original."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from moderation.letters import preview, rewording, wording
from moderation.letters.forms import LetterForm
from moderation.letters.originals import PREPARED
from moderation.letters.prepared import PLACEHOLDERS, Group, Prepared
from moderation.models import LetterText
from moderation.rights import can_change_letters, can_read_letters
from moderation.taking import colleague


@dataclass(frozen=True)
class Version:
    """One letter in one language, as the staff have it now."""

    name: str
    language: str
    text: LetterText | None

    @property
    def prepared(self) -> Prepared:
        return PREPARED[self.name]

    @property
    def language_name(self) -> str:
        """Empty where there is only one to choose."""
        return str(dict(settings.LANGUAGES)[self.language]) if len(settings.LANGUAGES) > 1 else ""

    @property
    def changed_by(self) -> str:
        return colleague(self.text.changed_by) if self.text else ""

    @property
    def original(self) -> str:
        return wording.original(self.name, self.language)

    @property
    def words(self) -> str:
        return self.text.words if self.text else self.original

    @property
    def address(self) -> str:
        return self._address("moderation_lettertext_change")

    @property
    def original_address(self) -> str:
        return self._address("moderation_lettertext_original")

    def _address(self, name: str) -> str:
        chosen = f"?language={self.language}" if self.language_name else ""
        return reverse(f"admin:{name}", args=[self.name]) + chosen


@require_safe
def list_of_letters(request: HttpRequest) -> HttpResponse:
    if not can_read_letters(request.user):
        raise PermissionDenied
    rows = LetterText.objects.select_related("changed_by")
    texts = {(text.name, text.language): text for text in rows}
    groups = [
        (
            group.label,
            [_versions(name, texts) for name in PREPARED if PREPARED[name].group == group],
        )
        for group in Group
    ]
    return _page(request, "list", {"title": _("Prepared letters"), "groups": groups})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, name: str) -> HttpResponse:
    version = _find(request, name)
    if request.method != "POST":
        return _one(request, version)
    if not can_change_letters(request.user):
        raise PermissionDenied
    form = LetterForm(name, request.POST)
    if not form.is_valid() or request.POST.get("do") != "save":
        return _one(request, version, form)
    try:
        changed = rewording.reword(name, version.language, **form.cleaned_data, staff=request.user)
    except rewording.ChangedMeanwhile:
        return _one(request, _find(request, name), form, changed_meanwhile=True)
    said = _("Saved. The letter goes out with these words from now on.")
    messages.success(request, said if changed else _("Nothing was changed."))
    return redirect(version.address)


@require_http_methods(["GET", "HEAD", "POST"])
def original(request: HttpRequest, name: str) -> HttpResponse:
    """Asks first, with both texts beside one another: the staff's words are gone afterwards."""
    version = _find(request, name)
    if not can_change_letters(request.user):
        raise PermissionDenied
    if version.text is None:
        messages.info(request, _("This is the original."))
        return redirect(version.address)
    if request.method == "POST":
        return _restore(request, version)
    context = {
        "title": _("Back to the original"),
        "version": version,
        "seen": rewording.mark_of(version.text),
    }
    return _page(request, "original", context)


def _restore(request: HttpRequest, version: Version) -> HttpResponse:
    seen = request.POST.get("seen", "")
    try:
        rewording.restore(version.name, version.language, request.user, seen)
    except rewording.ChangedMeanwhile:
        said = _(
            "Somebody changed this letter meanwhile. Please look at it again. Nothing was done."
        )
        messages.warning(request, said)
        return redirect(version.original_address)
    messages.success(request, _("The letter goes out with its original words again."))
    return redirect(version.address)


def _find(request: HttpRequest, name: str) -> Version:
    if not can_read_letters(request.user):
        raise PermissionDenied
    if name not in PREPARED:
        raise Http404
    language = wording.language_of(request.GET.get("language", ""))
    return Version(name, language, rewording.find(name, language))


def _versions(name: str, texts: dict[tuple[str, str], LetterText]) -> list[Version]:
    return [
        Version(name, language, texts.get((name, language)))
        for language, _language_name in settings.LANGUAGES
    ]


def _one(
    request: HttpRequest,
    version: Version,
    form: LetterForm | None = None,
    *,
    changed_meanwhile: bool = False,
) -> HttpResponse:
    """The page of one letter; with a form that was sent, what was typed stays in it."""
    seen = rewording.mark_of(version.text)
    typed = form.cleaned_data.get("words") if form else version.words
    if changed_meanwhile:
        form = LetterForm(version.name, {"words": typed, "seen": seen})
    context = {
        "title": _("Prepared letter"),
        "version": version,
        "languages": _versions(version.name, {}) if version.language_name else [],
        "can_change": can_change_letters(request.user),
        "form": form or LetterForm(version.name, initial={"words": version.words, "seen": seen}),
        "changed_meanwhile": changed_meanwhile,
        "placeholders": [(one, PLACEHOLDERS[one]) for one in version.prepared.placeholders],
        "preview": typed and preview.preview(version.name, typed, version.language),
    }
    return _page(request, "letter", context)


def _page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    context = admin.site.each_context(request) | context
    return render(request, f"moderation/letters/{name}.html", context)
