/* Writes the names of countries, regions and towns over the land. */

const { TILE, EXTENTS, SMALL_TOWNS, NAMED_FROM, Placement, levelAt, modulo, pixelRatio, styleOf } =
  L.Basemap;

const PAD = 64; // pixels drawn beyond the view, so that a short drag shows no bare edge
const COUNTRY_EXTENT = 8192;
const REGION_EXTENT = 65536;
const SMALL_TOWNS_FROM = 9; // zoom
const COUNTRY_ABOVE_TOWNS = 1e9;

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

L.Basemap.Names = L.Layer.extend({
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
      markerschange: this.draw,
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
      pad: PAD,
      left: corner.x,
      top: corner.y,
      width: size.x + 2 * PAD,
      height: size.y + 2 * PAD,
      world: TILE * 2 ** zoom,
    };
  },

  async gather(view) {
    const { zoom, world } = view;
    await this.source.ready;
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
