"""Cuts the world into the tiles of the basemap.

A tile is JSON with these keys, each left out when empty; lines and rings are text as written
by compact.py, in units of the tile's extent from its north-west corner:

    l  land (outer and inner rings, filled even-odd)
    k  lakes
    b  borders of countries          d  the same where they are not agreed
    r  borders of regions            s  the same in countries with many small ones
    n  names of towns, one to a line
    p  their places: x, y and size, three numbers to a town

The world is level 0. index.json, which any map reads first, holds the names of countries (`cn`,
`cp`: x, y and side) and in `has`, for each finer level, a bit for every tile that exists:
column * columns + row, lowest bit first. So a map that opens near needs no picture of the world.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import compact
import shapely
from geometry import Geometry, Label, line_strings, polygons
from shapely.geometry import box
from shapely.strtree import STRtree
from towns import Town

PIXELS = 256
MARGIN = 24 / PIXELS  # of a tile, drawn over its edge so that strokes do not end there
WORLD_EXTENT = 8192
REGION_EXTENT = 65536
SMALLEST_COUNTRY = 15  # side in units of WORLD_EXTENT below which a name never has room
SMALLEST_REGION = 60  # the same of REGION_EXTENT
SMALL_TOWNS = 7  # the level of the towns too small for level 5
SMALL_TOWN_EXTENT = 4096
SMALLEST_TOWN = 500


@dataclass(frozen=True)
class Level:
    zoom: int  # the grid: 2^zoom tiles across
    until: int  # the last zoom it is shown at
    extent: int  # units across a tile
    tolerance: float  # pixels at `until` by which a line may be simpler than the source
    smallest: float  # square pixels at `until` below which an island is left out
    kinds: str
    population: int  # towns from this size on
    apart: float  # or, if smaller, this many km from any larger

    @property
    def columns(self) -> int:
        return 2**self.zoom

    @property
    def pixel(self) -> float:
        return 1 / (PIXELS * 2**self.until)

    @property
    def scale(self) -> float:
        return self.extent * self.columns


LEVELS = (
    Level(0, 4, 8192, 0.45, 1.2, "bd", population=400_000, apart=600),
    Level(4, 6, 4096, 0.55, 0.8, "bdr", population=60_000, apart=120),
    Level(5, 11, 16384, 0.7, 3.0, "bdrs", population=8_000, apart=30),
)


def as_json(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def simplified(shapes: list, tolerance: float, smallest: float = 0) -> list:
    parts = []
    for shape in shapes:
        if smallest and shape.area < smallest:
            continue
        simple = shape.simplify(tolerance)
        if not simple.is_valid:
            simple = simple.buffer(0)
        parts += polygons(simple) if shape.geom_type == "Polygon" else line_strings(simple)
    return parts


class Layer:
    """Shapes of one kind, to be cut out tile by tile."""

    def __init__(self, shapes: list) -> None:
        self.shapes = shapes
        self.tree = STRtree(shapes)

    def cut(self, frame: tuple) -> Iterator[shapely.Geometry]:
        for number in self.tree.query(box(*frame)):
            shape = self.shapes[number]
            west, north, east, south = shape.bounds
            inside = (
                frame[0] <= west and frame[1] <= north and east <= frame[2] and south <= frame[3]
            )
            yield shape if inside else shapely.clip_by_rect(shape, *frame)


def inside(bounds: tuple, frame: tuple) -> bool:
    west, north, east, south = bounds
    return frame[0] <= west and frame[1] <= north and east <= frame[2] and south <= frame[3]


def rings(shapes: Iterator, corner: tuple, scale: float) -> list[str]:
    """Rings of four points or more; a polygon whose outer ring falls below goes with its holes."""
    found = []
    for polygon in (q for shape in shapes for q in polygons(shape)):
        for ring in (polygon.exterior, *polygon.interiors):
            text, points = compact.path(ring.coords, *corner, scale)
            if points >= 4:
                found.append(text)
            elif ring is polygon.exterior:
                break
    return found


def strokes(shapes: Iterator, corner: tuple, scale: float) -> list[str]:
    found = []
    for line in (q for shape in shapes for q in line_strings(shape)):
        text, points = compact.path(line.coords, *corner, scale)
        if points >= 2:
            found.append(text)
    return found


def placed(rows: list[tuple]) -> dict:
    """Names one to a line and their numbers, apart: each compresses better with its like."""
    if not rows:
        return {}
    return {
        "n": "\n".join(name for name, *_ in rows),
        "p": compact.numbers(number for _, *place in rows for number in place),
    }


def town_row(town: Town, column: int, row: int, columns: int, extent: int) -> tuple:
    x = round((town.x * columns - column) * extent)
    y = round((town.y * columns - row) * extent)
    return town.name, x, y, compact.size(town.population)


def town_tiles(towns: list[Town], level: Level) -> dict[tuple, list[tuple]]:
    found = defaultdict(list)
    for town in towns:
        if town.population < level.population and town.apart < level.apart:
            continue
        if town.population < SMALLEST_TOWN / 2:
            continue
        home = int(town.x * level.columns), int(town.y * level.columns)
        found[home].append(town_row(town, *home, level.columns, level.extent))
        if level.zoom == 5:
            add_glow_across_edges(found, town, home, level)
    return found


def add_glow_across_edges(found: dict, town: Town, home: tuple, level: Level) -> None:
    """A town near an edge of its tile also stands, nameless, in the tile its glow reaches."""
    n = level.columns
    reach = 0.07 if town.population > 1_000_000 else 0.02

    def step(fraction: float) -> int:
        return -1 if fraction < reach else 1 if fraction > 1 - reach else 0

    across, down = step(town.x * n % 1), step(town.y * n % 1)
    for dx, dy in {(across, 0), (0, down), (across, down)} - {(0, 0)}:
        column, row = home[0] + dx, home[1] + dy
        _, x, y, size = town_row(town, column, row, n, level.extent)
        found[column % n, row].append(("", x, y, size))


def level_tiles(geometry: Geometry, towns: list[Town], level: Level) -> Iterator[tuple]:
    pixel = level.pixel
    areas = {
        "l": Layer(simplified(geometry.land, level.tolerance * pixel, level.smallest * pixel**2)),
        "k": Layer(simplified(geometry.lakes, level.tolerance * pixel, 4 * pixel**2)),
    }
    lines = {
        kind: Layer(simplified(geometry.lines[kind], level.tolerance * pixel))
        for kind in level.kinds
    }
    by_tile = town_tiles(towns, level)
    n = level.columns
    for column in range(n):
        for row in range(n):
            corner = column / n, row / n
            frame = frame_of(corner, n)
            tile = {k: rings(layer.cut(frame), corner, level.scale) for k, layer in areas.items()}
            for kind, layer in lines.items():
                tile[kind] = strokes(layer.cut(frame), corner, level.scale)
            tile = {k: v for k, v in tile.items() if v} | placed(by_tile.get((column, row), []))
            if tile:
                yield column, row, tile


def frame_of(corner: tuple, columns: int) -> tuple:
    if columns == 1:
        return -1, -1, 2, 2
    left, top = corner
    side, margin = 1 / columns, MARGIN / columns
    return left - margin, top - margin, left + side + margin, top + side + margin


def small_town_tiles(towns: list[Town]) -> Iterator[tuple]:
    """Towns that level 5 leaves out."""
    finest = LEVELS[-1]
    n = 2**SMALL_TOWNS
    found = defaultdict(list)
    for town in towns:
        if SMALLEST_TOWN <= town.population < finest.population and town.apart < finest.apart:
            home = int(town.x * n), int(town.y * n)
            found[home].append(town_row(town, *home, n, SMALL_TOWN_EXTENT))
    for (column, row), rows in found.items():
        yield column, row, placed(rows)


def names(labels: list[Label], extent: int, smallest: int) -> list[tuple]:
    return [
        (one.name, round(one.x * extent), round(one.y * extent), round(one.side * extent))
        for one in labels
        if one.side * extent >= smallest
    ]


def bitmap(tiles: list[tuple], columns: int) -> str:
    bits = bytearray((columns**2 + 7) // 8)
    for column, row in tiles:
        number = column * columns + row
        bits[number >> 3] |= 1 << (number & 7)
    return base64.b64encode(bytes(bits)).decode()


def cut(geometry: Geometry, towns: list[Town]) -> dict[str, bytes]:
    """Every file of the basemap by its address below the version."""
    files: dict[str, bytes] = {}
    has: dict[str, str] = {}
    world, *finer = LEVELS
    sources = [(level.zoom, level_tiles(geometry, towns, level)) for level in finer]
    for zoom, tiles in [*sources, (SMALL_TOWNS, small_town_tiles(towns))]:
        present = []
        for column, row, tile in tiles:
            files[f"{zoom}/{column}/{row}.json"] = as_json(tile)
            present.append((column, row))
        has[str(zoom)] = bitmap(present, 2**zoom)
    ((_, _, whole),) = level_tiles(geometry, towns, world)
    countries = placed(names(geometry.countries, WORLD_EXTENT, SMALLEST_COUNTRY))
    regions = placed(names(geometry.regions, REGION_EXTENT, SMALLEST_REGION))
    files["index.json"] = as_json({"cn": countries["n"], "cp": countries["p"], "has": has})
    files["world.json"] = as_json(whole)
    files["regions.json"] = as_json(regions)
    return files
