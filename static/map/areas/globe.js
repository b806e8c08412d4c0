/* Longitudes that run round the globe, and what can be drawn on it: used by the map of areas.
   Boxes are [south, west, north, east] in degrees; one that crosses the date line has its west
   above its east. Hands on through L.Areas; see static/map/basemap/tiles.js for the reason. */

const EARTH_RADIUS = 6371; // kilometres, the mean
const RING_CORNERS = 90;
const HIGHEST_LATITUDE = 84; // degrees; beyond, a circle has no shape on this map
const DECIMALS = 2; // of a box: about a kilometre, as everywhere a browser tells of a place

const radians = (degrees) => (degrees * Math.PI) / 180;
const degrees = (angle) => (angle * 180) / Math.PI;

/* The copy of a longitude that lies nearest to another one. */
const beside = (longitude, other) => longitude + 360 * Math.round((other - longitude) / 360);

const wrapped = (longitude) => ((((longitude + 180) % 360) + 360) % 360) - 180;

/* The same areas with longitudes that do not jump: the widest empty stretch of the globe becomes
   the edge, so that Fiji and Samoa stand side by side. */
function unwrapped(areas) {
  const longitudes = areas.map(({ centre }) => centre[1]).sort((a, b) => a - b);
  let edge = longitudes[0];
  let widest = longitudes[0] + 360 - longitudes[longitudes.length - 1];
  for (let i = 1; i < longitudes.length; i += 1) {
    const gap = longitudes[i] - longitudes[i - 1];
    if (gap > widest) [widest, edge] = [gap, longitudes[i]];
  }
  return areas.map((area) => {
    const longitude = area.centre[1] < edge ? area.centre[1] + 360 : area.centre[1];
    const boundary = area.boundary.map(([lat, lng]) => [lat, beside(lng, longitude)]);
    return { ...area, centre: [area.centre[0], longitude], boundary };
  });
}

/* The corners of a circle on the globe, or none where it would go round a pole.
   By the formula for a destination of given distance and bearing. */
function ring([latitude, longitude], km) {
  const angle = km / EARTH_RADIUS;
  if (Math.abs(latitude) + degrees(angle) > HIGHEST_LATITUDE) return [];
  const from = radians(latitude);
  return Array.from({ length: RING_CORNERS }, (_nothing, i) => {
    const bearing = (2 * Math.PI * i) / RING_CORNERS;
    const sine =
      Math.sin(from) * Math.cos(angle) + Math.cos(from) * Math.sin(angle) * Math.cos(bearing);
    const east = Math.atan2(
      Math.sin(bearing) * Math.sin(angle) * Math.cos(from),
      Math.cos(angle) - Math.sin(from) * sine,
    );
    return [degrees(Math.asin(sine)), longitude + degrees(east)];
  });
}

/* What the map shows as the text of a box. Rounded outwards: nobody in view is left out. */
function boxOf(bounds) {
  const by = 10 ** DECIMALS;
  const down = (value) => Math.floor(value * by) / by;
  const up = (value) => Math.ceil(value * by) / by;
  const south = Math.max(-90, down(bounds.getSouth()));
  const north = Math.min(90, up(bounds.getNorth()));
  let west = -180;
  let east = 180;
  if (up(bounds.getEast()) - down(bounds.getWest()) < 360) {
    west = wrapped(down(bounds.getWest()));
    east = -wrapped(-up(bounds.getEast())); // 180 stays 180
  }
  // Adding 0 turns a minus zero into zero.
  return [south, west, north, east].map((value) => (value + 0).toFixed(DECIMALS)).join(",");
}

function boundsOf([south, west, north, east]) {
  return L.latLngBounds([south, west], [north, east < west ? east + 360 : east]);
}

/* The view that a box was taken from: the rounding must not push it a whole zoom farther away. */
function viewOf(map, box) {
  const bounds = boundsOf(box);
  const trim = 2 / 10 ** DECIMALS;
  const [south, west] = [bounds.getSouth() + trim, bounds.getWest() + trim];
  const [north, east] = [bounds.getNorth() - trim, bounds.getEast() - trim];
  const isWideEnough = south < north && west < east;
  const shown = isWideEnough ? L.latLngBounds([south, west], [north, east]) : bounds;
  const corners = [shown.getSouthWest(), shown.getNorthEast()].map((one) => map.project(one, 0));
  const middle = corners[0].add(corners[1]).divideBy(2); // as seen, which is not that of degrees
  return { centre: map.unproject(middle, 0), zoom: map.getBoundsZoom(shown) };
}

L.Areas = { beside, boxOf, ring, unwrapped, viewOf };
