/* Paints land, water, lines and the soft glow of settlements, square by square. */

const { TILE, levelAt, modulo, pixelRatio } = L.Basemap;

const EARTH = 40075016; // metres round the equator
const OVERLAP = 1; // a pixel more on each tile hides the seam where the screen's ratio is odd

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

L.Basemap.Ground = L.GridLayer.extend({
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
