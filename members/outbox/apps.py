from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "members.outbox"
    label = "outbox"

    def ready(self) -> None:
        from members.outbox import housekeeping  # noqa: F401  (enters its duties)
