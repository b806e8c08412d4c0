from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "members.outbox"
    label = "outbox"

    def ready(self) -> None:
        from members.outbox import housekeeping, webhooks  # noqa: F401  (duties, and ears for events)
