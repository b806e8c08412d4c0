from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class ConnectConfig(AppConfig):
    name = "connect"

    def ready(self) -> None:
        """A key that is missing for the provider's webhooks stops the start, not the first event."""
        from members.outbox import webhooks

        try:
            webhooks.urls(settings.MAIL_PROVIDER if settings.WEBHOOK_SECRETS else "")
        except ImproperlyConfigured as error:
            raise ImproperlyConfigured(f"CONNECT_MAIL_URL: for its webhooks, {error}") from error
