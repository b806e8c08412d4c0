from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "members.relay"
    label = "relay"

    def ready(self) -> None:
        from members.relay import duties, emails  # noqa: F401  (they enter themselves into lists)
