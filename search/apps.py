from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from search import duties  # noqa: F401  (enters what it holds into the list)
