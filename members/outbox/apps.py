from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "members.outbox"
    label = "outbox"

    def ready(self) -> None:
        from members.outbox import alarm, housekeeping  # noqa: F401  (enter their duties)
