from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    name = "moderation"
    verbose_name = _("Review")

    def ready(self) -> None:
        from moderation import (
            duties,  # noqa: F401  (enters its duties into the list of duties)
            emails,  # noqa: F401  (enters its letters into the list of letters)
            measure_emails,  # noqa: F401  (as well)
            waiting_emails,  # noqa: F401
        )
        from moderation.held import duties as held_duties  # noqa: F401
        from moderation.held import emails as held_emails  # noqa: F401
