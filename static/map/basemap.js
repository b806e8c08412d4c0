/* The map under the picker and under the areas: our own data, painted on canvas by Leaflet.
   Adds L.basemap(element, tilesUrl, options), which returns an ordinary Leaflet map.

   The data is cut into tiles at levels 0, 3 and 5 of the usual grid, small towns apart at 7;
   what is in them stands in members/places/data/basemap/tiles.py. No module is imported by name:
   the names of static files change with their content. */

const gettext = window.gettext ?? ((text) => text);

const EXTENTS = { 0: 8192, 3: 8192, 5: 16384, 7: 4096 }; // units across a tile of each level
const COUNTRY_EXTENT = 8192;
const REGION_EXTENT = 65536;
const SMALL_TOWNS = 7;
const SMALL_TOWNS_FROM = 9; // zoom
const TILES_KEPT = 60;
const PART_POINTS = 128;
const EARTH = 40075016; // metres round the equator
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const VALUES = new Uint8Array(128);
for (let i = 0; i < ALPHABET.length; i += 1) VALUES[ALPHABET.charCodeAt(i)] = i;

const levelAt = (zoom) => (zoom <= 4 ? 0 : zoom <= 6 ? 3 : 5);
const modulo = (value, by) => ((value % by) + by) % by;
const pixelRatio = () => window.devicePixelRatio || 1;

/* --- reading tiles ------------------------------------------------------------------------ */

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
    this.world = this.read("world.json").then((tile) => {
      this.has = Object.fromEntries(
        Object.entries(tile.has).map(([level, bits]) => [level, readBitmap(bits)]),
      );
      this.countries = readPlaces(tile.cn, tile.cp);
      return readTile(tile, 0, 0, 0);
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
    if (level === 0) return this.world;
    return this.keep(level, column, row, (tile) => readTile(tile, level, column, row));
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
    await this.world;
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

/* --- colours ------------------------------------------------------------------------------ */

const COLOURS = [
  "water", "land", "coast", "urban", "border", "region",
  "label", "label-quiet", "label-country", "label-region", "halo", "dot",
];

function readPalette(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--map-${name}`).trim();
  return Object.fromEntries(COLOURS.map((name) => [name, read(name)]));
}

const glows = new Map();

/* A soft round spot in one colour, drawn once and stamped at every settlement. */
function glowOf(colour) {
  if (glows.has(colour)) return glows.get(colour);
  const spot = document.createElement("canvas");
  spot.width = 128;
  spot.height = 128;
  const pen = spot.getContext("2d");
  const fade = pen.createRadialGradient(64, 64, 0, 64, 64, 64);
  fade.addColorStop(0, colour);
  fade.addColorStop(0.45, `${colour}cc`);
  fade.addColorStop(1, `${colour}00`);
  pen.fillStyle = fade;
  pen.fillRect(0, 0, 128, 128);
  glows.set(colour, spot);
  return spot;
}

/* --- land, water and lines ---------------------------------------------------------------- */

const TILE = 256;
const OVERLAP = 1; // a pixel more on each tile hides the seam where the screen's ratio is odd

const Ground = L.GridLayer.extend({
  options: { tileSize: TILE, updateWhenZooming: false, keepBuffer: 1 },

  initialize(source, options) {
    this.source = source;
    L.setOptions(this, options);
  },

  createTile(coords, done) {
    const canvas = L.DomUtil.create("canvas");
    canvas.width = Math.ceil((TILE + OVERLAP) * pixelRatio());
    canvas.height = canvas.width;
    this.paintWhenRead(canvas, coords).then(() => done(null, canvas), (error) => done(error, canvas));
    return canvas;
  },

  _initTile(canvas) {
    L.GridLayer.prototype._initTile.call(this, canvas);
    canvas.style.width = `${TILE + OVERLAP}px`;
    canvas.style.height = `${TILE + OVERLAP}px`;
  },

  async paintWhenRead(canvas, { x, y, z }) {
    const across = 2 ** z;
    if (y < 0 || y >= across) return;
    const level = levelAt(z);
    const column = modulo(x, across);
    const deeper = z - level;
    const tile = await this.source.tile(level, column >> deeper, y >> deeper);
    const pen = canvas.getContext("2d");
    const palette = this.options.palette();
    pen.fillStyle = palette.water;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    if (tile) this.paint(pen, tile, { x: column, y, z }, palette);
    if (column === across - 1) {
      // Beyond the date line the tile knows nothing: let the next one show through.
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(TILE * pixelRatio(), 0, canvas.width, canvas.height);
    }
  },

  paint(pen, tile, coords, palette) {
    const { z } = coords;
    const parts = 2 ** (z - tile.level);
    const scale = (TILE * parts) / tile.extent; // CSS pixels to a unit of the tile
    const left = ((coords.x % parts) * TILE) / scale;
    const top = ((coords.y % parts) * TILE) / scale;
    const ratio = pixelRatio();
    pen.setTransform(ratio * scale, 0, 0, ratio * scale, -left * scale * ratio, -top * scale * ratio);
    pen.lineJoin = "round";
    pen.lineCap = "round";

    const side = (TILE + OVERLAP) / scale;
    const edge = 4 / scale; // half the widest stroke, and some
    const frame = {
      left: left - edge,
      top: top - edge,
      right: left + side + edge,
      bottom: top + side + edge,
    };
    const stroke = (shapes, colour, width, dashes = []) => {
      if (!shapes) return;
      pen.strokeStyle = colour;
      pen.lineWidth = width / scale;
      pen.setLineDash(dashes.map((length) => length / scale));
      pen.stroke(shapes.within(frame));
    };

    const land = tile.land.area.within(frame);
    pen.fillStyle = palette.land;
    pen.fill(land, "evenodd");
    if (z >= 7) this.paintGlow(pen, tile, coords, palette, { scale, land, frame });
    if (z >= 8) stroke(tile.smallRegions, palette.region, 0.9, [2, 4]);
    if (z >= 5) stroke(tile.regions, palette.region, z >= 8 ? 1.3 : 0.9, z >= 7 ? [4, 3] : []);
    pen.fillStyle = palette.water;
    pen.fill(tile.lakes.area.within(frame), "evenodd");
    const borderWidth = z < 4 ? 0.7 : z < 8 ? 1 : 1.5;
    stroke(tile.borders, palette.border, borderWidth);
    stroke(tile.disputed, palette.border, borderWidth, [0.5, 3 * borderWidth]);
    const coastWidth = z < 3 ? 0.5 : z < 6 ? 0.7 : 1;
    stroke(tile.land.shore, palette.coast, coastWidth);
    stroke(tile.lakes.shore, palette.coast, coastWidth);
  },

  /* Settlements as soft light: no data says how far a town reaches, its population hints at it. */
  paintGlow(pen, tile, { y, z }, palette, { scale, land, frame }) {
    const latitude = Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + 0.5)) / 2 ** z)));
    const perMetre = (TILE * 2 ** z) / (EARTH * Math.cos(latitude)) / scale;
    const spot = glowOf(palette.urban);
    pen.save();
    pen.clip(land, "evenodd");
    for (const town of tile.towns) {
      const radius = Math.max(900, 1000 * Math.sqrt(town.population / (2000 * Math.PI)));
      const r = radius * 1.25 * perMetre;
      const apart =
        town.x + r < frame.left ||
        town.y + r < frame.top ||
        town.x - r > frame.right ||
        town.y - r > frame.bottom;
      if (!apart) pen.drawImage(spot, town.x - r, town.y - r, 2 * r, 2 * r);
    }
    pen.restore();
  },
});

/* --- names -------------------------------------------------------------------------------- */

const PAD = 64; // pixels drawn beyond the view, so that a short drag shows no bare edge
// Inhabitants from which a town is named at each zoom.
const NAMED_FROM = [1e12, 1e12, 8e6, 4e6, 1.5e6, 5e5, 1.5e5, 5e4, 2e4, 7e3, 1500, 400];
const COUNTRY_ABOVE_TOWNS = 1e9;

const Names = L.Layer.extend({
  initialize(source, options) {
    this.source = source;
    this.turn = 0;
    this.widths = new Map();
    L.setOptions(this, options);
  },

  onAdd(map) {
    const pane = map.getPane("names") ?? map.createPane("names");
    this.canvas = L.DomUtil.create("canvas", "map-names leaflet-zoom-hide", pane);
    this.canvas.setAttribute("aria-hidden", "true");
    this.draw();
  },

  onRemove() {
    this.turn += 1;
    this.canvas.remove();
  },

  getEvents() {
    return {
      moveend: this.draw,
      resize: this.draw,
      viewreset: this.draw,
      zoomstart: () => this.canvas.classList.add("is-off"),
    };
  },

  async draw() {
    this.turn += 1;
    const { turn } = this;
    const view = this.view();
    const names = await this.gather(view).catch(() => []);
    if (turn === this.turn && this._map) this.paint(names, view);
  },

  /* The part of the world that is looked at, in pixels of the whole world at this zoom. */
  view() {
    const zoom = Math.round(this._map.getZoom());
    const size = this._map.getSize();
    const corner = this._map.getPixelBounds().min.subtract([PAD, PAD]);
    return {
      zoom,
      left: corner.x,
      top: corner.y,
      width: size.x + 2 * PAD,
      height: size.y + 2 * PAD,
      world: TILE * 2 ** zoom,
    };
  },

  async gather(view) {
    const { zoom, world } = view;
    await this.source.world;
    const names = [];
    const countrySide = zoom < 4 ? 34 : 44;
    for (const country of zoom <= 6 ? this.source.countries : []) {
      const side = (country.size / COUNTRY_EXTENT) * world;
      if (side <= countrySide || side >= 1500) continue;
      const name = { kind: "country", text: country.name, side, rank: COUNTRY_ABOVE_TOWNS + side };
      everyCopy(names, view, country.x / COUNTRY_EXTENT, country.y / COUNTRY_EXTENT, name);
    }
    for (const region of zoom >= 5 && zoom <= 8 ? await this.source.regions() : []) {
      const side = (region.size / REGION_EXTENT) * world;
      if (side <= 70 || side >= 900) continue;
      const name = { kind: "region", text: region.name, side, rank: zoom >= 7 ? 4e5 : 3e5 + side };
      everyCopy(names, view, region.x / REGION_EXTENT, region.y / REGION_EXTENT, name);
    }
    await this.gatherTowns(names, view);
    return names.sort((a, b) => b.rank - a.rank);
  },

  async gatherTowns(names, view) {
    const level = levelAt(view.zoom);
    const smallest = level === 0 ? NAMED_FROM[view.zoom] / 8 : 200;
    const add = (towns, at, column, row) => {
      for (const town of towns) {
        if (!town.name || town.population < smallest) continue;
        const x = (column + town.x / EXTENTS[at]) / 2 ** at;
        const y = (row + town.y / EXTENTS[at]) / 2 ** at;
        const { name: text, population } = town;
        everyCopy(names, view, x, y, { kind: "town", text, population, rank: population });
      }
    };
    const jobs = tilesIn(view, level).map(async ([column, row]) => {
      const tile = await this.source.tile(level, column, row);
      if (tile) add(tile.towns, level, column, row);
    });
    for (const [column, row] of view.zoom >= SMALL_TOWNS_FROM ? tilesIn(view, SMALL_TOWNS) : []) {
      const towns = this.source.smallTowns(column, row);
      jobs.push(towns.then((found) => add(found, SMALL_TOWNS, column, row)));
    }
    await Promise.all(jobs);
  },

  paint(names, view) {
    const { width, height } = view;
    const ratio = pixelRatio();
    const { canvas } = this;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    L.DomUtil.setPosition(canvas, this._map.containerPointToLayerPoint([-PAD, -PAD]));
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    pen.lineJoin = "round";
    pen.textBaseline = "middle";
    const family = getComputedStyle(this._map.getContainer()).fontFamily;
    const placement = new Placement(view, this.taken());
    for (const name of names) {
      if (placement.isFull()) break;
      if (name.kind === "town" && !placement.wants(name)) continue;
      const style = styleOf(name, view.zoom);
      pen.font = `${style.weight} ${style.size}px ${family}`;
      if ("letterSpacing" in pen) pen.letterSpacing = `${style.spacing}px`;
      const spot = placement.place(name, this.widthOf(pen, name.text), style);
      if (spot) this.write(pen, name, style, spot);
    }
    canvas.classList.remove("is-off");
  },

  widthOf(pen, text) {
    const key = `${pen.font}|${text}`;
    if (!this.widths.has(key)) this.widths.set(key, pen.measureText(text).width);
    return this.widths.get(key);
  },

  /* Where buttons and markers lie: no name is set under them. */
  taken() {
    const frame = this._map.getContainer().getBoundingClientRect();
    const over = this._map.getContainer().querySelectorAll(".leaflet-control, .leaflet-marker-icon");
    return [...over].map((element) => {
      const box = element.getBoundingClientRect();
      return [box.left - frame.left + PAD, box.top - frame.top + PAD, box.width, box.height];
    });
  },

  write(pen, name, style, { x, y }) {
    const palette = this.options.palette();
    pen.lineWidth = 2.5;
    pen.strokeStyle = palette.halo;
    pen.globalAlpha = 0.85;
    pen.strokeText(name.text, x, y);
    pen.globalAlpha = 1;
    pen.fillStyle = palette[style.colour];
    pen.fillText(name.text, x, y);
    if (name.kind !== "town") return;
    pen.beginPath();
    pen.arc(name.x, name.y, 1.9, 0, 2 * Math.PI);
    pen.fillStyle = palette.dot;
    pen.fill();
    pen.lineWidth = 1;
    pen.strokeStyle = palette.halo;
    pen.stroke();
  },
});

/* Adds a name at a place (fractions of the world) to every copy of the world in view. */
function everyCopy(names, { left, top, width, height, world }, x, y, name) {
  for (let copy = Math.floor(left / world - x); copy <= (left + width) / world - x; copy += 1) {
    const at = { x: Math.round((x + copy) * world - left), y: Math.round(y * world - top) };
    const inView = at.x > -20 && at.x < width + 20 && at.y > 0 && at.y < height;
    if (inView) names.push({ ...name, ...at });
  }
}

function tilesIn({ left, top, width, height, world }, level) {
  const across = 2 ** level;
  const found = new Map();
  const last = Math.min(across - 1, Math.floor(((top + height) / world) * across));
  for (let x = Math.floor((left / world) * across); x <= ((left + width) / world) * across; x += 1) {
    for (let y = Math.max(0, Math.floor((top / world) * across)); y <= last; y += 1) {
      found.set(`${modulo(x, across)},${y}`, [modulo(x, across), y]);
    }
  }
  return [...found.values()];
}

function styleOf(name, zoom) {
  if (name.kind === "country") {
    const size = Math.max(10.5, Math.min(15, 9 + name.side / 70));
    return { size, weight: 500, spacing: zoom >= 4 ? 1.5 : 0.6, colour: "label-country" };
  }
  if (name.kind === "region") {
    return { size: 11, weight: 500, spacing: 1, colour: "label-region" };
  }
  const huge = name.population >= 1e6 && zoom >= 6;
  const big = huge || name.population >= (zoom >= 9 ? 3e4 : NAMED_FROM[zoom] * 8);
  return {
    size: huge ? 15 : big ? 13 : 11.5,
    weight: big ? 550 : 400,
    spacing: 0,
    colour: big ? "label" : "label-quiet",
  };
}

/* Sets names one by one, the most important first, where nothing else stands. */
class Placement {
  constructor(view, taken) {
    this.view = view;
    this.boxes = taken;
    this.towns = [];
    this.seen = new Set();
    const perName = view.zoom <= 4 ? 15000 : 11000; // square pixels, so that the map stays calm
    this.left = Math.round((view.width * view.height) / perName);
    this.gap = view.zoom <= 4 ? 6 : 7;
  }

  isFull() {
    return this.left <= 0;
  }

  /* Two rules make a map read well: a small town beside a much larger one is left out, and a town
     below the size of this zoom is named only where it fills empty land. */
  wants(town) {
    const { zoom } = this.view;
    const from = NAMED_FROM[zoom];
    const distance = (other) => Math.hypot(other.x - town.x, other.y - town.y);
    const room = town.population < from / 12 ? 170 : 105;
    if (town.population < from && this.towns.some((other) => distance(other) < room)) return false;
    const much = zoom >= 9 ? 12 : 6;
    const overshadowed = (other) =>
      other.population >= town.population * much &&
      distance(other) < (other.population > 2e6 ? 60 : 38);
    if (this.towns.some(overshadowed)) return false;
    const key = `${town.text}|${Math.round(town.x / 90)}|${Math.round(town.y / 60)}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }

  /* Where the text begins (its left, its middle line), or null where there is no room. */
  place(name, width, { size }) {
    const height = size * 1.15;
    const isTown = name.kind === "town";
    if (name.kind === "country" && width > name.side * 1.5) return null;
    if (name.kind === "region" && width > name.side * 1.3) return null;
    if (isTown && this.hits(name.x - 4, name.y - 4, 8, 8)) return null;
    const spot = this.spots(name, width, height).find(([x, y]) => this.isFree(x, y, width, height));
    if (!spot) return null;
    this.boxes.push([...spot, width, height]);
    if (isTown) {
      this.boxes.push([name.x - 4, name.y - 4, 8, 8]);
      this.towns.push(name);
    }
    this.left -= 1;
    return { x: Math.round(spot[0]), y: Math.round(spot[1] + height / 2) };
  }

  spots({ kind, x, y }, width, height) {
    if (kind !== "town") return [[x - width / 2, y - height / 2]];
    return [
      [x + 5, y - height / 2],
      [x - 5 - width, y - height / 2],
      [x - width / 2, y - height - 3],
      [x - width / 2, y + 4],
    ];
  }

  isFree(x, y, width, height) {
    if (x <= 4 || x + width >= this.view.width - 4) return false;
    const { gap } = this;
    return !this.hits(x - gap, y - gap / 2, width + 2 * gap, height + gap);
  }

  hits(x, y, width, height) {
    return this.boxes.some(
      (box) =>
        x < box[0] + box[2] && x + width > box[0] && y < box[1] + box[3] && y + height > box[1],
    );
  }
}

/* --- the whole ---------------------------------------------------------------------------- */

const isStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

/* Calls back whenever the page turns light or dark, by the system or by the person's choice. */
function onThemeChange(callback) {
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback);
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
}

/* The wheel scrolls the page until somebody means the map. */
function zoomByWheelOnlyInside(map) {
  map.scrollWheelZoom.disable();
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur mouseout", () => map.scrollWheelZoom.disable());
}

/* `element` becomes a map; `tilesUrl` ends in a slash. Fires "basemapmissing" when the world could
   not be read, "themechange" after its colours changed. */
L.basemap = function basemap(element, tilesUrl, options = {}) {
  element.classList.add("map");
  const map = L.map(element, {
    center: [25, 8],
    zoom: element.clientWidth < 700 ? 1 : 2,
    minZoom: 1,
    maxZoom: 11,
    maxBounds: [[-78, -Infinity], [84, Infinity]],
    maxBoundsViscosity: 1,
    attributionControl: false,
    zoomControl: false,
    zoomAnimation: !isStill(),
    fadeAnimation: !isStill(),
    markerZoomAnimation: !isStill(),
    ...options,
  });
  const source = new Source(tilesUrl);
  let palette = readPalette(element);
  const current = () => palette;
  L.control
    .zoom({ position: "topright", zoomInTitle: gettext("Nearer"), zoomOutTitle: gettext("Farther") })
    .addTo(map);
  const ground = new Ground(source, { palette: current }).addTo(map);
  const names = new Names(source, { palette: current }).addTo(map);
  onThemeChange(() => {
    if (!element.isConnected) return;
    palette = readPalette(element);
    ground.redraw();
    names.draw();
    map.fire("themechange");
  });
  zoomByWheelOnlyInside(map);
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(element);
  source.world.catch(() => map.fire("basemapmissing"));
  return map;
};
