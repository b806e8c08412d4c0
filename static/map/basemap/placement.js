/* Which names find room on the map, how large they are written, and where. */

// Inhabitants from which a town is named at each zoom.
const NAMED_FROM = [1e12, 1e12, 8e6, 4e6, 1.5e6, 5e5, 1.5e5, 5e4, 2e4, 7e3, 1500, 400];

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
    if (this.crossesEdge(x, y, width, height)) return false;
    const { gap } = this;
    return !this.hits(x - gap, y - gap / 2, width + 2 * gap, height + gap);
  }

  /* Half a name at the edge of the view helps nobody; one beyond it waits for a short drag. */
  crossesEdge(x, y, width, height) {
    const { pad, width: across, height: down } = this.view;
    const crosses = (from, to, edge) => from < edge && to > edge;
    return (
      crosses(x, x + width, pad) ||
      crosses(x, x + width, across - pad) ||
      crosses(y, y + height, pad) ||
      crosses(y, y + height, down - pad)
    );
  }

  hits(x, y, width, height) {
    return this.boxes.some(
      (box) =>
        x < box[0] + box[2] && x + width > box[0] && y < box[1] + box[3] && y + height > box[1],
    );
  }
}

Object.assign(L.Basemap, { NAMED_FROM, Placement, styleOf });
