"""The files of our own map, served out of one pack. data/basemap/README.md says how it is built."""

import gzip
import json
import os
import struct
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

PACK = Path(__file__).parent / "data" / "basemap.pack"
MAGIC = b"basemap1"
HEAD = struct.Struct(f">{len(MAGIC)}sI")
WORLD = "world.json"  # a file that every version has
FOR_A_YEAR = "public, max-age=31536000, immutable"


class BrokenPack(Exception):
    """The file of the map is not one that data/basemap/build.py wrote."""


class Pack:
    """Compressed files by their address; only what is asked for is read from the disk.

    The file stays open: a newer one put in its place does not mix with this one's index.
    """

    def __init__(self, path: Path) -> None:
        self.file = os.open(path, os.O_RDONLY)
        magic, length = HEAD.unpack(os.pread(self.file, HEAD.size, 0).ljust(HEAD.size))
        if magic != MAGIC:
            os.close(self.file)
            raise BrokenPack(f"{path} is not a packed map.")
        index = json.loads(gzip.decompress(os.pread(self.file, length, HEAD.size)))
        self.version: str = index["version"]
        self.spans: dict[str, tuple[int, int]] = {}  # length and place of each file
        start = HEAD.size + length
        for name, size in index["lengths"].items():
            self.spans[name] = (size, start)
            start += size

    def compressed(self, name: str) -> bytes:
        """Raises KeyError for an address the map does not have."""
        return os.pread(self.file, *self.spans[name])  # threads share no position


@cache
def pack() -> Pack:
    return Pack(PACK)


def tiles_url() -> str:
    """Where the map's files begin: for the `data-tiles` of a map. It changes with their content.

    For a site with a tile server its template of an address, and after # whose the map is.
    """
    if settings.TILES:
        return f"{settings.TILES}#{settings.TILES_CREDIT}"
    world = reverse("basemap:tile", args=[pack().version, WORLD])
    return world.removesuffix(WORLD)


# Open to visitors, who choose their area before they are members; nothing in it is about anybody.
@login_not_required
@require_safe
def tile(request: HttpRequest, version: str, path: str) -> HttpResponse:
    if version != pack().version:
        raise Http404
    try:
        body = pack().compressed(path)
    except KeyError:
        raise Http404 from None
    headers = {"Cache-Control": FOR_A_YEAR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return HttpResponse(body, content_type="application/json", headers=headers)
