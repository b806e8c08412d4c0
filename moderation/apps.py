from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Review")

    def ready(self) -> None:
        # Each enters what it holds into the list of duties or that of letters.
        from moderation import duties, emails  # noqa: F401
        from moderation.applications import emails as to_applicants  # noqa: F401
        from moderation.held import duties as held_duties  # noqa: F401
        from moderation.held import emails as about_held_messages  # noqa: F401
        from moderation.reminders import emails as about_what_waits  # noqa: F401
        from moderation.reports import emails as after_reports  # noqa: F401
