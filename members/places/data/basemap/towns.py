"""Towns, and how far each stands from any that is larger."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from geometry import project
from scipy.spatial import cKDTree

EARTH_RADIUS = 6371.0  # km
ALONE = 9999.0
CITY_DISTRICT = "(Kreis "  # the districts of Zürich stand among the towns
RADII = (25, 50, 100, 200, 400, 800)  # km


@dataclass
class Town:
    name: str
    x: float  # fractions of the Mercator square
    y: float
    population: int
    apart: float  # km to the nearest larger town, ALONE when none within the widest radius


def read(geonames: Path) -> list[Town]:
    """Largest first."""
    rows = json.loads((geonames / "cities500.json").read_text(encoding="utf-8")).values()
    rows = [r for r in rows if r["population"] > 0 and CITY_DISTRICT not in r["name"]]
    rows.sort(key=lambda row: -row["population"])
    degrees = np.array([(r["longitude"], r["latitude"]) for r in rows])
    return [
        Town(row["name"], float(x), float(y), row["population"], float(apart))
        for row, (x, y), apart in zip(rows, project(degrees), distances(degrees), strict=True)
    ]


def distances(degrees: np.ndarray) -> np.ndarray:
    """For towns in order of size: km from each to the nearest before it.

    Asked in growing circles, so that the few lonely towns pay for the wide ones.
    """
    points = on_sphere(degrees)
    tree = cKDTree(points)
    apart = np.full(len(points), ALONE)
    for radius in RADII:
        waiting = np.flatnonzero(apart == ALONE)
        near = tree.query_ball_point(points[waiting], 2 * math.sin(radius / EARTH_RADIUS / 2))
        for town, neighbours in zip(waiting, near, strict=True):
            larger = [n for n in neighbours if n < town]
            if larger:
                chord = np.linalg.norm(points[larger] - points[town], axis=1).min()
                apart[town] = EARTH_RADIUS * 2 * math.asin(min(1, chord / 2))
    return apart


def on_sphere(degrees: np.ndarray) -> np.ndarray:
    longitude, latitude = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    return np.column_stack(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )
