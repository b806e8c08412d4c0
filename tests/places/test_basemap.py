import base64
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from members.places import basemap

LIMIT = 6_100_000  # bytes: it is part of every clone


def address(path: str) -> str:
    return reverse("basemap:tile", args=[basemap.pack().version, path])


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"accept-encoding": "gzip"})


def test_a_visitor_gets_a_tile_as_it_lies_in_the_pack(visitor: Client) -> None:
    response = visitor.get(address("5/16/10.json"))

    assert response.status_code == 200
    assert response["Content-Encoding"] == "gzip"
    assert response["Content-Type"] == "application/json"
    assert set(json.loads(gzip.decompress(response.content))) <= set("lkbdrsnp")


def test_tiles_are_kept_for_a_year(visitor: Client) -> None:
    response = visitor.get(address("world.json"))

    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Accept-Encoding" in response["Vary"]


@pytest.mark.django_db
def test_a_tile_costs_the_database_nothing(
    visitor: Client, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(0):
        visitor.get(address("world.json"))


def test_a_client_without_gzip_gets_plain_json() -> None:
    response = Client().get(address("index.json"))

    assert not response.has_header("Content-Encoding")
    assert set(json.loads(response.content)["has"]) == {"4", "5", "7"}


@pytest.mark.parametrize(
    "path",
    [
        "5/99/99.json",
        "4/0/0",
        "../basemap.pack",
        "..%2F..%2Fmodels.py",
        "/etc/passwd",
        "5/16/10.json/",
        "5/16/\u0661\u0660.json",
    ],
)
def test_anything_else_is_not_there(visitor: Client, path: str) -> None:
    response = visitor.get(f"/map/{basemap.pack().version}/{path}")

    assert response.status_code == 404


def test_another_version_is_not_there(visitor: Client) -> None:
    response = visitor.get("/map/0000000000/world.json")

    assert response.status_code == 404


def test_nothing_can_be_written(visitor: Client) -> None:
    response = visitor.post(address("world.json"))

    assert response.status_code == 405


def test_the_address_of_the_tiles_carries_the_version_and_ends_in_a_slash() -> None:
    assert re.fullmatch(r"/map/[0-9a-f]{10}/", basemap.tiles_url())


def test_the_index_names_every_tile_the_pack_has() -> None:
    pack = basemap.pack()
    index = json.loads(gzip.decompress(pack.compressed("index.json")))

    for level, columns in (("4", 16), ("5", 32), ("7", 128)):
        tiles = {name for name in pack.spans if name.startswith(f"{level}/")}
        named = {
            f"{level}/{number // columns}/{number % columns}.json"
            for number in numbers_of(index["has"][level])
        }
        assert named == tiles


def numbers_of(bitmap: str) -> list[int]:
    bits = base64.b64decode(bitmap)
    return [i for i in range(8 * len(bits)) if bits[i >> 3] >> (i & 7) & 1]


def test_every_file_of_the_pack_is_json() -> None:
    pack = basemap.pack()

    for name in pack.spans:
        assert isinstance(json.loads(gzip.decompress(pack.compressed(name))), dict), name


def test_the_pack_stays_small() -> None:
    assert basemap.PACK.stat().st_size < LIMIT


def test_a_file_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "basemap.pack"
    other.write_bytes(b"something else altogether")

    with pytest.raises(basemap.BrokenPack):
        basemap.Pack(other)
