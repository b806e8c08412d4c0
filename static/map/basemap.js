/* The map under the picker and under the areas: our own data, painted on canvas by Leaflet.
   Adds L.basemap(element, tilesUrl, options), which returns an ordinary Leaflet map. Its parts are
   in static/map/basemap/. */

const gettext = window.gettext ?? ((text) => text);

const { Source, Ground, Names } = L.Basemap;

const COLOURS = [
  "water", "land", "coast", "urban", "border", "region",
  "label", "label-quiet", "label-country", "label-region", "halo", "dot",
];

function readPalette(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--map-${name}`).trim();
  return Object.fromEntries(COLOURS.map((name) => [name, read(name)]));
}

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

/* No gliding either, when a key or a popup moves the map. */
function standStill(map) {
  const { panBy } = map;
  map.panBy = (offset, options) => panBy.call(map, offset, { ...options, animate: false });
}

function followSize(map, element) {
  const observer = new ResizeObserver(() => map.invalidateSize({ pan: false }));
  observer.observe(element);
  map.on("unload", () => observer.disconnect());
}

function addOurMap(map, element, tilesUrl) {
  const source = new Source(tilesUrl);
  let palette = readPalette(element);
  const current = () => palette;
  const ground = new Ground(source, { palette: current }).addTo(map);
  const names = new Names(source, { palette: current }).addTo(map);
  onThemeChange(() => {
    if (!element.isConnected) return;
    palette = readPalette(element);
    ground.redraw();
    names.draw();
    map.fire("themechange");
  });
  source.ready.catch(() => map.fire("basemapmissing"));
}

/* Pictures of an operator's tile server, with the words about whose they are. */
function addTileServer(map, element, template, credit) {
  const words = document.createElement("span");
  words.textContent = credit;
  L.control.attribution({ prefix: false }).addAttribution(words.innerHTML).addTo(map);
  const tiles = L.tileLayer(template, { noWrap: false }).addTo(map);
  let isSeen = false;
  tiles.on("tileload", () => { isSeen = true; });
  tiles.on("tileerror", () => isSeen || map.fire("basemapmissing"));
  onThemeChange(() => element.isConnected && map.fire("themechange"));
}

/* `element` becomes a map; `tilesUrl` ends in a slash, or is the template of a tile server with the
   words about whose its map is after #. Fires "basemapmissing" when the world could
   not be read, "themechange" after its colours changed; told "markerschange", it moves its names out
   of their way. */
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
    inertia: !isStill(),
    ...options,
  });
  if (isStill()) standStill(map);
  L.control
    .zoom({ position: "topright", zoomInTitle: gettext("Nearer"), zoomOutTitle: gettext("Farther") })
    .addTo(map);
  const [address, credit] = tilesUrl.split("#");
  if (address.includes("{z}")) addTileServer(map, element, address, credit);
  else addOurMap(map, element, address);
  zoomByWheelOnlyInside(map);
  followSize(map, element);
  return map;
};
