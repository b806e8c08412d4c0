/* The rough place of one application on our own map: its cell, never a point. The words beside it
   say the same, so nothing is missing without this. */

const NEAREST_ZOOM = 9;

function show(element) {
  element.hidden = false;
  const map = L.basemap(element, element.dataset.tiles, { center: null, keyboard: false, dragging: !L.Browser.mobile });
  map.createPane("area").style.zIndex = 420; // below the names, above the land
  const cell = L.polygon(JSON.parse(element.dataset.boundary), { pane: "area", interactive: false });
  const paint = () => {
    const colour = getComputedStyle(element).getPropertyValue("--accent").trim();
    cell.setStyle({ color: colour, weight: 2, fillColor: colour, fillOpacity: 0.18 });
  };
  map.fitBounds(cell.getBounds().pad(1.5), { maxZoom: NEAREST_ZOOM, animate: false });
  cell.addTo(map);
  paint();
  map.on("themechange", paint);
  map.on("basemapmissing", () => { element.hidden = true; });
}

document.querySelectorAll("[data-cell-map]").forEach(show);
