/* The map beside a list of people: how many live in which area, never a person.

   Areas that lie close together on the screen are drawn as one soft disc with their number. Near
   enough, each area shows its outline. Everything said here stands in the list as well. */

const gettext = window.gettext ?? ((text) => text);
const ngettext = window.ngettext ?? ((one, many, count) => (count === 1 ? one : many));

const TOGETHER = 66; // pixels between discs below which they become one
const OUTLINE_FROM = 26; // pixels across from which an area shows its outline
const NEAREST_ZOOM = 11;
const FIRST_ZOOM = 9; // one area alone is not shown closer than this at first

const isStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/* The same areas with longitudes that do not jump: the widest empty stretch of the globe becomes
   the edge, so that Fiji and Samoa stand side by side. */
function unwrapped(areas) {
  const longitudes = areas.map(({ centre }) => centre[1]).sort((a, b) => a - b);
  let edge = longitudes[0];
  let widest = longitudes[0] + 360 - longitudes.at(-1);
  for (let i = 1; i < longitudes.length; i += 1) {
    const gap = longitudes[i] - longitudes[i - 1];
    if (gap > widest) [widest, edge] = [gap, longitudes[i]];
  }
  return areas.map((area) => {
    const longitude = area.centre[1] < edge ? area.centre[1] + 360 : area.centre[1];
    const beside = ([lat, lng]) => [lat, lng + 360 * Math.round((longitude - lng) / 360)];
    return { ...area, centre: [area.centre[0], longitude], boundary: area.boundary.map(beside) };
  });
}

/* How many people at least, without saying more than the areas themselves do: a count kept back
   stays so, and an area on the map holds one person or it would not be there. */
function countOf(areas) {
  const known = areas.filter(({ count }) => Number.isFinite(count));
  const sum = known.reduce((total, { count }) => total + count, 0);
  const kept = areas.length - known.length;
  return { sum: sum + kept, isWhole: kept === 0 };
}

function isOneOfFew(areas) {
  return areas.length === 1 && !countOf(areas).isWhole;
}

function shortCount(areas) {
  const { sum, isWhole } = countOf(areas);
  if (isOneOfFew(areas)) return gettext("few");
  return isWhole ? String(sum) : `${sum}+`;
}

function longCount(areas) {
  const { sum, isWhole } = countOf(areas);
  if (isOneOfFew(areas)) return gettext("A few people");
  if (!isWhole) return gettext("At least %s people").replace("%s", sum);
  return ngettext("%s person", "%s people", sum).replace("%s", sum);
}

/* The larger the number the larger the disc, but gently: 1 to 44 pixels, 1,000 to 68. */
function discSize(areas) {
  return Math.round(Math.min(68, 44 + 8 * Math.log10(Math.max(1, countOf(areas).sum))));
}

class AreasMap {
  constructor(element, areas) {
    this.areas = unwrapped(areas);
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", gettext("Map of the areas. Arrow keys move it."));
    this.map = L.basemap(element, element.dataset.tiles, { keyboard: true });
    this.map.createPane("area").style.zIndex = 420; // below the names, above the land
    this.outlines = L.layerGroup().addTo(this.map);
    this.discs = L.layerGroup().addTo(this.map);
    if (this.areas.length) this.lookAt(this.areas, FIRST_ZOOM);
    this.draw();
    this.map.on("zoomend", () => this.draw());
    this.map.on("themechange", () => this.draw());
    element.addEventListener("keydown", ({ key }) => key === "Escape" && this.map.closePopup());
    this.map.on("popupclose", ({ popup }) => popup.opener?.focus({ preventScroll: true }));
  }

  lookAt(areas, maxZoom = NEAREST_ZOOM) {
    const bounds = L.latLngBounds(areas.flatMap(({ boundary, centre }) => [centre, ...boundary]));
    const animate = !isStill() && Boolean(this.drawn);
    this.map.fitBounds(bounds, { padding: [40, 40], maxZoom, animate });
  }

  draw() {
    this.drawn = true;
    const held = this.shown?.find(({ marker }) => marker.getElement() === document.activeElement);
    const colour = getComputedStyle(this.map.getContainer()).getPropertyValue("--accent").trim();
    this.outlines.clearLayers();
    this.discs.clearLayers();
    for (const area of this.areas) if (this.isWide(area)) this.outline(area, colour);
    this.shown = this.groups().map((group) => ({ ...group, marker: this.disc(group) }));
    if (held) this.focusOn(held.areas[0]);
  }

  /* The discs are made anew at each zoom; whoever stood on one stands on the one that follows. */
  focusOn(area) {
    const next = this.shown.find(({ areas }) => areas.includes(area));
    next?.marker.getElement().focus({ preventScroll: true });
  }

  isWide({ boundary }) {
    if (!boundary.length) return false;
    const bounds = L.latLngBounds(boundary);
    const west = this.map.latLngToLayerPoint(bounds.getSouthWest());
    const east = this.map.latLngToLayerPoint(bounds.getNorthEast());
    return east.x - west.x >= OUTLINE_FROM;
  }

  outline({ boundary }, colour) {
    L.polygon(boundary, {
      pane: "area",
      interactive: false,
      color: colour,
      weight: 1.5,
      fillColor: colour,
      fillOpacity: 0.14,
    }).addTo(this.outlines);
  }

  /* Areas by the disc they fall into: the most people first, each taking what lies close. */
  groups() {
    const waiting = this.areas
      .map((area) => ({ area, point: this.map.project(area.centre) }))
      .sort((a, b) => countOf([b.area]).sum - countOf([a.area]).sum);
    const groups = [];
    for (const { area, point } of waiting) {
      const near = groups.find((group) => group.point.distanceTo(point) < TOGETHER);
      if (near) near.areas.push(area);
      else groups.push({ point, areas: [area] });
    }
    return groups;
  }

  disc({ areas }) {
    const size = discSize(areas);
    const [first] = areas;
    const icon = L.divIcon({
      className: "areas-disc",
      html: make("span", {}, shortCount(areas)),
      iconSize: [size, size],
    });
    const marker = L.marker(first.centre, { icon, riseOnHover: true }).addTo(this.discs);
    const more = areas.length - 1;
    const where = more
      ? ngettext("%w and %s area beside it", "%w and %s areas beside it", more)
          .replace("%s", more)
          .replace("%w", first.label)
      : first.label;
    const element = marker.getElement();
    element.setAttribute("aria-label", `${longCount(areas)}, ${where}`);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.open(marker, areas);
    });
    marker.on("click", () => this.open(marker, areas));
    return marker;
  }

  /* Several areas come nearer until they part; one area, or several that cannot part, is told. */
  open(marker, areas) {
    const bounds = L.latLngBounds(areas.map(({ centre }) => centre));
    const canPart = areas.length > 1 && this.map.getZoom() < NEAREST_ZOOM;
    if (canPart && bounds.getNorthEast().distanceTo(bounds.getSouthWest()) > 0) {
      const before = this.map.getZoom();
      this.lookAt(areas);
      if (this.map.getZoom() > before || !isStill()) return;
    }
    const popup = L.popup({
      className: "areas-popup",
      maxWidth: 250,
      minWidth: 200,
      offset: [0, -discSize(areas) / 2],
      autoPanPaddingTopLeft: [10, 10],
      autoPanPaddingBottomRight: [64, 10], // the buttons stand on the right
    })
      .setLatLng(marker.getLatLng())
      .setContent(this.told(areas))
      .openOn(this.map);
    popup.opener = marker.getElement();
    popup.getElement().querySelector("a[href]:not(.leaflet-popup-close-button)")?.focus();
  }

  told(areas) {
    const list = make("ul");
    for (const area of areas) {
      const item = make("li");
      const label = area.label[0].toLocaleUpperCase() + area.label.slice(1);
      item.append(make("strong", {}, label), make("span", {}, longCount([area])));
      if (area.url) item.append(make("a", { href: area.url }, gettext("See who lives around here")));
      list.append(item);
    }
    return list;
  }
}

const started = new WeakSet();

function start(within) {
  if (!window.L?.basemap) return; // the list says the same
  for (const element of within.querySelectorAll("[data-areas-map]")) {
    const data = document.getElementById(element.dataset.source);
    if (started.has(element) || !data) continue;
    started.add(element);
    new AreasMap(element, JSON.parse(data.textContent));
  }
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentNode ?? document));
