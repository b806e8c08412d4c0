"""What gunicorn serves."""

import os
import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connect.settings")
django = get_wsgi_application()

CHARSET = re.compile(r";\s*charset=[^;]*", re.IGNORECASE)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Django, told nothing of a charset: our pages are UTF-8, and so is what browsers send.

    Django would believe any codec of Python's; some cannot decode text, which ends in an error
    outside of its own pages, and some give text that can be neither kept nor shown.
    """
    environ["CONTENT_TYPE"] = CHARSET.sub("", environ.get("CONTENT_TYPE", ""))
    return django(environ, start_response)
