/* The map beside a list of people: how many live in which area, never a person. Areas that lie close
   together are drawn as one disc with their number; near enough, each shows its outline. A disc of
   one area is a link to the people there, one of several brings the map nearer.

   What it shows stands in the page as JSON, "areas" and "searched" (templates/search/map_data.html).
   The map itself lies outside the part that a search replaces, and reads them again afterwards. Its
   parts are in static/map/areas/. */

const gettext = window.gettext ?? ((text) => text);

const { beside, boxOf, canPart, canSearchHere, clusters, longCount, nameOf } = L.Areas;
const { ring, searchHere, shortCount, sizeOf, unwrapped, viewOf } = L.Areas;

const OUTLINE_FROM = 56; // pixels across from which an area shows its outline: wider than its disc
const NEAREST_ZOOM = 11;
const FIRST_ZOOM = 9; // one area alone is not shown closer than this at first
const WORLD = [25, 8]; // degrees: the middle of a map of nobody and nowhere
const AIR = [40, 40]; // pixels between what is shown and the edge
const TREMBLE = 8; // pixels by which a map may stray without having been moved
const DATA = ["areas", "searched"]; // the ids of the JSON in the page

const isStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/* Where the map stands instead of the list, the way to the people leads past the form above them. */
function wayTo({ url }) {
  const list = document.getElementById("results")?.querySelector(".profile-list");
  return list?.offsetParent === null ? `${url}#results` : url;
}

/* A marker that is a link or a button of ours. */
const DiscIcon = L.DivIcon.extend({
  createIcon() {
    this._setIconStyles(this.options.element, "icon");
    return this.options.element;
  },
});

class AreasMap {
  constructor(element) {
    this.element = element;
    this.button = element.querySelector("[data-search-here]");
    element.setAttribute("role", "region");
    element.setAttribute(
      "aria-label",
      gettext("Map of the areas. Arrow keys move it. Then a button searches the part it shows."),
    );
    // Without a view at first: the picture of the whole world is large, and seldom needed.
    this.map = L.basemap(element, element.dataset.tiles, { keyboard: true, center: null });
    this.map.createPane("area").style.zIndex = 420; // below the names, above the land
    // Drawn beyond the view as well, so that a drag shows no cut edge.
    this.renderer = L.svg({ pane: "area", padding: 0.5 });
    this.lines = L.layerGroup().addTo(this.map);
    this.discs = new Map(); // by the cluster they stand for
    this.areas = [];
    this.ring = [];
    this.searched = {};
    this.listen();
  }

  listen() {
    const { map, button } = this;
    map.on("moveend", () => this.moved());
    map.on("resize", () => this.isMoved || this.fit());
    map.on("themechange", () => this.drawLines());
    map.on("popupclose", ({ popup }) => this.leave(popup));
    this.element.addEventListener("keydown", ({ key }) => key === "Escape" && map.closePopup());
    this.element.parentElement.querySelector("[data-without-map]")?.remove(); // for old browsers
    if (!button) return;
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener("click", () => this.searchHere());
  }

  /* --- what is shown --- */

  show(areas, searched) {
    this.areas = areas.length ? unwrapped(areas) : [];
    this.searched = searched ?? {};
    this.ring = this.searched.km ? ring(this.searched.centre, this.searched.km) : [];
    this.clustered = null;
    this.map.closePopup();
    if (this.isWhatWasAskedFor()) this.settle();
    else this.fit();
    this.draw();
    this.map.fire("markerschange");
  }

  /* Whoever asked for the part of the map in view keeps that view. */
  isWhatWasAskedFor() {
    const { box } = this.searched;
    return Boolean(box && this.asked) && this.asked.split(",").every((n, i) => Number(n) === box[i]);
  }

  fit() {
    if (!this.element.clientWidth) return;
    const { box } = this.searched;
    const still = { animate: false };
    if (box) {
      const { centre, zoom } = viewOf(this.map, box);
      this.map.setView(centre, zoom, still);
    } else {
      const corners = this.areas.flatMap(({ boundary, centre }) => [centre, ...boundary]);
      const bounds = L.latLngBounds(corners.length ? corners : this.ring);
      const options = { ...still, padding: AIR, maxZoom: FIRST_ZOOM };
      if (bounds.isValid()) this.map.fitBounds(bounds, options);
      else this.map.setView(WORLD, this.map.getMinZoom(), still);
    }
    this.settle();
  }

  /* The view as it is now is ours; what differs from it later is the person's wish. */
  settle() {
    this.settled = { zoom: this.map.getZoom(), corner: this.map.containerPointToLatLng([0, 0]) };
    this.offer(false);
  }

  moved() {
    if (!this.settled) return; // the first view is ours
    const { zoom, corner } = this.settled;
    const strayed = this.map.latLngToContainerPoint(corner).distanceTo([0, 0]);
    this.offer(this.map.getZoom() !== zoom || strayed > TREMBLE);
    this.draw();
  }

  offer(isMoved) {
    this.isMoved = isMoved;
    if (!this.button) return;
    if (!isMoved && this.button === document.activeElement) {
      this.element.focus({ preventScroll: true });
    }
    this.button.hidden = !isMoved || !canSearchHere();
  }

  searchHere() {
    this.asked = boxOf(this.map.getBounds());
    searchHere(this.asked);
  }

  /* --- how it is drawn --- */

  draw() {
    this.drawLines();
    this.drawDiscs();
  }

  inView(centre) {
    return this.map.getBounds().pad(0.1).contains(this.here(centre));
  }

  /* The copy of a place that is in view: the map goes round the globe and on. */
  here([latitude, longitude], middle = longitude) {
    const shift = beside(middle, this.map.getCenter().lng) - middle;
    return [latitude, longitude + shift];
  }

  drawLines() {
    const style = { color: getComputedStyle(this.element).getPropertyValue("--accent").trim() };
    Object.assign(style, { fillColor: style.color, renderer: this.renderer, interactive: false });
    this.lines.clearLayers();
    const draw = (corners, middle, more) => {
      const here = corners.map((corner) => this.here(corner, middle));
      L.polygon(here, { ...style, ...more }).addTo(this.lines);
    };
    if (this.ring.length) {
      draw(this.ring, this.searched.centre[1], { weight: 1.5, opacity: 0.45, dashArray: "2 6", fill: false });
    }
    for (const { boundary, centre } of this.areas) {
      if (!this.isWide(boundary) || !this.inView(centre)) continue;
      draw(boundary, centre[1], { weight: 1.5, fillOpacity: 0.14 });
    }
  }

  isWide(boundary) {
    const across = boundary.map((corner) => this.map.project(corner).x);
    return Math.max(...across) - Math.min(...across) >= OUTLINE_FROM;
  }

  drawDiscs() {
    const zoom = this.map.getZoom();
    if (this.clustered?.zoom !== zoom) {
      const found = clusters(this.areas, (centre) => this.map.project(centre));
      this.clustered = { zoom, found };
    }
    const held = this.held();
    const wanted = this.clustered.found.filter(({ areas }) => this.inView(areas[0].centre));
    for (const [cluster, disc] of this.discs) {
      if (wanted.includes(cluster)) continue;
      disc.remove();
      this.discs.delete(cluster);
    }
    for (const cluster of wanted) {
      const at = this.here(cluster.areas[0].centre);
      if (!this.discs.has(cluster)) this.discs.set(cluster, this.disc(cluster.areas, at));
      this.discs.get(cluster).setLatLng(at);
    }
    if (held && !this.held()) this.focusOn(held.areas);
  }

  /* The cluster whose disc has the focus. */
  held() {
    const has = ([, disc]) => disc.getElement() === document.activeElement;
    return [...this.discs].find(has)?.[0];
  }

  /* Discs are made anew at each zoom; whoever stood on one stands on the one that follows. */
  focusOn(areas) {
    const follows = ([cluster]) => cluster.areas.includes(areas[0]);
    const next = [...this.discs].find(follows)?.[1].getElement() ?? this.element;
    next.focus({ preventScroll: true });
  }

  disc(areas, at) {
    const isOne = areas.length === 1;
    const isFew = isOne && areas[0].count === null;
    const element = isOne ? make("a", { href: wayTo(areas[0]) }) : make("button", { type: "button" });
    element.append(make("span", {}, shortCount(areas)));
    element.setAttribute("aria-label", nameOf(areas));
    const kind = isFew ? "is-few" : isOne ? "" : "is-several";
    const size = sizeOf(areas);
    const icon = new DiscIcon({ element, className: `areas-disc ${kind}`, iconSize: [size, size] });
    const options = { icon, keyboard: false, autoPanOnFocus: false, riseOnHover: true };
    const disc = L.marker(at, options).addTo(this.map);
    element.addEventListener("click", (event) => {
      event.stopPropagation(); // the map would close what opens here
      // Whoever drags the map by a disc did not mean the disc; a key has no detail.
      if (event.detail && this.map.dragging.moved()) event.preventDefault();
      else if (!isOne) this.open(disc, areas);
    });
    element.addEventListener("focus", () => {
      if (!element.matches(":focus-visible")) return; // a finger is where it pressed
      this.map.panInside(disc.getLatLng(), { padding: [size, size] });
    });
    return disc;
  }

  /* --- several areas --- */

  /* They come nearer until they part; those that cannot are told one by one. */
  open(disc, areas) {
    const nearest = (centre) => this.map.project(centre, NEAREST_ZOOM);
    if (this.map.getZoom() >= NEAREST_ZOOM || !canPart(areas, nearest)) {
      this.tell(disc, areas);
      return;
    }
    const middle = areas[0].centre[1];
    const bounds = L.latLngBounds(areas.map(({ centre }) => this.here(centre, middle)));
    const fitting = this.map.getBoundsZoom(bounds, false, L.point(AIR).multiplyBy(2));
    const zoom = Math.min(NEAREST_ZOOM, Math.max(fitting, this.map.getZoom() + 1));
    this.map.setView(bounds.getCenter(), zoom, { animate: !isStill() });
  }

  tell(disc, areas) {
    const popup = L.popup({
      className: "areas-popup",
      maxWidth: 250,
      minWidth: 200,
      offset: [0, -sizeOf(areas) / 2],
      autoPanPaddingTopLeft: [10, 10],
      autoPanPaddingBottomRight: [64, 10], // the buttons stand on the right
    })
      .setLatLng(disc.getLatLng())
      .setContent(this.told(areas))
      .openOn(this.map);
    popup.areas = areas;
    popup.getElement().querySelector("a[href]:not(.leaflet-popup-close-button)")?.focus();
  }

  told(areas) {
    const list = make("ul");
    for (const area of areas) {
      const item = make("li");
      const label = area.label[0].toLocaleUpperCase() + area.label.slice(1);
      const link = make("a", { href: wayTo(area) }, gettext("Show the list"));
      link.setAttribute("aria-label", `${link.textContent}: ${label}`);
      item.append(make("strong", {}, label), make("span", {}, longCount([area])), link);
      list.append(item);
    }
    return list;
  }

  leave(popup) {
    const { activeElement } = document;
    const wasInside = activeElement === document.body || popup.getElement()?.contains(activeElement);
    if (wasInside) this.focusOn(popup.areas);
  }
}

/* --- the page --- */

let shown = {}; // the map, its element, and the text of what it shows

const textOf = (id) => document.getElementById(id)?.textContent ?? "null";

/* Shows what stands in the page now. A map that nobody sees yet, because the list is shown instead,
   is made when it comes into sight: a phone loads nothing for it before. */
function read() {
  const element = document.querySelector("[data-areas-map]");
  if (!element?.clientWidth) return;
  if (shown.element !== element) {
    shown.areasMap?.map.remove();
    // A page that was put away and brought back still has the look of a map, and no life.
    for (const left of element.querySelectorAll(":scope > [class^=leaflet-]")) left.remove();
    shown = { element, areasMap: new AreasMap(element) };
  }
  const text = DATA.map(textOf).join();
  if (text === shown.text) return;
  shown.text = text;
  const [areas, searched] = DATA.map((id) => JSON.parse(textOf(id)));
  shown.areasMap.show(areas ?? [], searched);
}

const watcher = new ResizeObserver(read);

function start() {
  watcher.disconnect();
  for (const element of document.querySelectorAll("[data-areas-map]")) watcher.observe(element);
  read();
}

start();
for (const replaced of ["htmx:afterSettle", "htmx:historyRestore"]) {
  document.addEventListener(replaced, start);
}
