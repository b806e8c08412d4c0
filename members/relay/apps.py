from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "members.relay"
    label = "relay"

    def ready(self) -> None:
        from members.relay import emails  # noqa: F401  (enters its letters into the list of letters)
