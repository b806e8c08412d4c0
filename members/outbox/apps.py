from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "members.outbox"
    label = "outbox"

    def ready(self) -> None:
        # Duties, and ears for events.
        from members.outbox import alarm, housekeeping, webhooks  # noqa: F401
