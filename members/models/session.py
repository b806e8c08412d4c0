from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from members.models.member import Member


class Session(AbstractBaseSession):
    """A browser's session, with whose it is once somebody gave a password: it goes with them. It holds
    the address they signed in with."""

    # Not checked by the database: where a member went in that moment, Django takes the refusal for a
    # key that is in use, and tries another for ever.
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, related_name="sessions", db_constraint=False
    )

    class Meta(AbstractBaseSession.Meta):
        default_permissions = ()

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        return import_module(settings.SESSION_ENGINE).SessionStore
