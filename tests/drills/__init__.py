"""Drills: attacks with the full numbers, each a command: `python -m tests.drills.NAME`.

What an attack does stands here once; tests/attack and tests/search run it smaller, in the database
of the tests. A command has a database and a folder of its own, gone when it ends.
"""

import os
import tempfile

import django
from django.apps import apps

if not apps.ready:  # a command: settings read the environment, so it is made first
    for name in [name for name in os.environ if name.startswith("CONNECT_")]:
        del os.environ[name]
    os.environ.pop("DATABASE_URL", None)
    os.environ["CONNECT_DATA"] = tempfile.mkdtemp(prefix="connect-drill-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "connect.settings"
    django.setup()
