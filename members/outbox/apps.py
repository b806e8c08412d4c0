from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "members.outbox"
    label = "outbox"
