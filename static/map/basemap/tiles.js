/* Reads our own map: files at levels 0, 4 and 5 of the usual grid, small towns apart at 7. What is
   in them stands in members/places/data/basemap/tiles.py.

   The parts of the map import nothing from one another, for the names of static files change with
   their content. Each is a tag of its own, in the order of templates/elements/map_scripts.html, and
   hands on through L.Basemap what the next ones need. */

const TILE = 256; // pixels across a square that is painted at once
const EXTENTS = { 0: 8192, 4: 4096, 5: 16384, 7: 4096 }; // units across a tile of each level
const SMALL_TOWNS = 7;
const TILES_KEPT = 60;
const PART_POINTS = 128;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const VALUES = new Uint8Array(128);
for (let i = 0; i < ALPHABET.length; i += 1) VALUES[ALPHABET.charCodeAt(i)] = i;

const levelAt = (zoom) => (zoom <= 4 ? 0 : zoom <= 6 ? 4 : 5);
const modulo = (value, by) => ((value % by) + by) % by;
const pixelRatio = () => window.devicePixelRatio || 1;

function readNumbers(text) {
  const numbers = [];
  let folded = 0;
  let shift = 0;
  for (let i = 0; i < text.length; i += 1) {
    const value = VALUES[text.charCodeAt(i)];
    folded |= (value & 31) << shift;
    if (value & 32) {
      shift += 5;
    } else {
      numbers.push(folded & 1 ? -((folded + 1) >> 1) : folded >> 1);
      folded = 0;
      shift = 0;
    }
  }
  return numbers;
}

function readPlaces(names = "", numbers = "") {
  const values = readNumbers(numbers);
  if (!values.length) return [];
  return names.split("\n").map((name, i) => ({
    name,
    x: values[3 * i],
    y: values[3 * i + 1],
    size: values[3 * i + 2],
  }));
}

function readTowns(tile) {
  const towns = readPlaces(tile.n, tile.p);
  for (const town of towns) town.population = 2 ** (town.size / 4);
  return towns;
}

/* Paths with the box each lies in, so that a tile paints only what touches it. */
class Shapes {
  constructor() {
    this.parts = [];
  }

  moveTo(x, y) {
    this.part = { path: new Path2D(), left: x, top: y, right: x, bottom: y, points: 1 };
    this.part.path.moveTo(x, y);
    this.parts.push(this.part);
  }

  lineTo(x, y) {
    const { part } = this;
    part.path.lineTo(x, y);
    part.points += 1;
    if (x < part.left) part.left = x;
    else if (x > part.right) part.right = x;
    if (y < part.top) part.top = y;
    else if (y > part.bottom) part.bottom = y;
  }

  /* For lines: a long one goes on in a new part. */
  strokeTo(x, y) {
    this.lineTo(x, y);
    if (this.part.points >= PART_POINTS) this.moveTo(x, y);
  }

  within({ left, top, right, bottom }) {
    const path = new Path2D();
    for (const part of this.parts) {
      const apart =
        part.right < left || part.left > right || part.bottom < top || part.top > bottom;
      if (!apart) path.addPath(part.path);
    }
    return path;
  }
}

function readLines(texts) {
  if (!texts) return null;
  const lines = new Shapes();
  for (const text of texts) {
    const steps = readNumbers(text);
    let [x, y] = steps;
    lines.moveTo(x, y);
    for (let i = 2; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      lines.strokeTo(x, y);
    }
  }
  return lines;
}

/* Rings as an area to fill and a shore to stroke: the shore leaves out the cut at the date line,
   which runs along the given columns. */
function readRings(texts, cuts) {
  const area = new Shapes();
  const shore = new Shapes();
  for (const text of texts ?? []) {
    const steps = readNumbers(text);
    let [x, y] = steps;
    area.moveTo(x, y);
    shore.moveTo(x, y);
    for (let i = 2; i < steps.length; i += 2) {
      const along = steps[i] === 0 && cuts.includes(x);
      x += steps[i];
      y += steps[i + 1];
      area.lineTo(x, y);
      if (along) shore.moveTo(x, y);
      else shore.strokeTo(x, y);
    }
  }
  return { area, shore };
}

function readTile(tile, level, column, row) {
  const extent = EXTENTS[level];
  const cuts = [];
  if (column === 0) cuts.push(0);
  if (column === 2 ** level - 1) cuts.push(extent);
  return {
    level,
    column,
    row,
    extent,
    land: readRings(tile.l, cuts),
    lakes: readRings(tile.k, cuts),
    borders: readLines(tile.b),
    disputed: readLines(tile.d),
    regions: readLines(tile.r),
    smallRegions: readLines(tile.s),
    towns: readTowns(tile),
  };
}

function readBitmap(text) {
  const bytes = atob(text);
  return (number) => (bytes.charCodeAt(number >> 3) >> (number & 7)) & 1;
}

class Source {
  constructor(url) {
    this.url = url;
    this.kept = new Map();
    this.ready = this.read("index.json").then((index) => {
      this.has = Object.fromEntries(
        Object.entries(index.has).map(([level, bits]) => [level, readBitmap(bits)]),
      );
      this.countries = readPlaces(index.cn, index.cp);
    });
  }

  async read(path) {
    // The map is the same for everybody: without the cookie the server need not ask who this is.
    const response = await fetch(this.url + path, { credentials: "omit" });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  /* A tile, or null where there is only sea or the network failed. */
  async tile(level, column, row) {
    if (level === 0) return this.world();
    return this.keep(level, column, row, (tile) => readTile(tile, level, column, row));
  }

  /* The largest file, which a map that stays near never asks for. */
  async world() {
    this.whole ??= this.read("world.json").then((tile) => readTile(tile, 0, 0, 0));
    return this.whole;
  }

  async smallTowns(column, row) {
    return (await this.keep(SMALL_TOWNS, column, row, readTowns)) ?? [];
  }

  keep(level, column, row, prepare) {
    const path = `${level}/${column}/${row}.json`;
    let tile = this.kept.get(path);
    this.kept.delete(path); // and set again below: the one used last goes last
    tile ??= this.load(level, column, row, path, prepare).catch(() => {
      this.kept.delete(path);
      return null;
    });
    this.kept.set(path, tile);
    if (this.kept.size > TILES_KEPT) this.kept.delete(this.kept.keys().next().value);
    return tile;
  }

  async load(level, column, row, path, prepare) {
    await this.ready;
    if (!this.has[level](column * 2 ** level + row)) return null;
    return prepare(await this.read(path));
  }

  async regions() {
    this.regionNames ??= this.read("regions.json")
      .then((names) => readPlaces(names.n, names.p))
      .catch(() => []);
    return this.regionNames;
  }
}

L.Basemap = { TILE, EXTENTS, SMALL_TOWNS, Source, levelAt, modulo, pixelRatio };
