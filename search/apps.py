from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"

    def ready(self) -> None:
        from search import duties, emails  # noqa: F401  (they enter themselves into lists)
