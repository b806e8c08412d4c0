/* Makes the place field comfortable: suggestions while a town is typed (suggest.js), a map to point
   at, the browser's location when asked for, and the words others will see.

   The field works without all this: a town typed into the plain input, and the width beside it.
   So nothing here may stand in the way of the form. Coordinates are cut to two decimals, about a
   kilometre, before they are written anywhere or sent. */

const gettext = window.gettext ?? ((text) => text);

const MOVING_PAUSE = 250; // milliseconds
const LATITUDE_LIMIT = 84; // degrees; the map ends here
const STEP = 24; // pixels an arrow key moves the marker, four times as far with Shift
const NEAREST_ZOOM = 11;
const EXACT_ZOOM = 9; // from here on a tap leaves the view as it is
const NEARER = 3; // levels a tap from farther away comes nearer
const LOCATION_PATIENCE = 15000; // milliseconds

let pickers = 0;

const coarse = (degrees) => Math.round(degrees * 100) / 100;
const wrapped = (longitude) => ((((longitude + 180) % 360) + 360) % 360) - 180;
const isStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/* Calls back once, when the calls have paused for so many milliseconds. */
function paused(callback, milliseconds) {
  let timer;
  const later = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => callback(...given), milliseconds);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/* --- the map ------------------------------------------------------------------------------ */

class PlaceMap {
  constructor(element, tilesUrl, wordsId, { onMove, onKeep, onLeave, onMissing }) {
    Object.assign(this, { onMove, onKeep, onLeave });
    this.frame = make("div", {
      tabindex: "0",
      role: "application",
      "aria-label": gettext("Map"),
      "aria-describedby": `${element.id}_keys ${wordsId}`,
    });
    const hint = gettext("Tap where you live. The map comes nearer, so that you can tap again.");
    const keys = gettext(
      "Arrow keys move the marker, plus and minus zoom. Enter keeps the place, Escape the one before.",
    );
    const credit = gettext("Map: Natural Earth, US Census Bureau. Names: GeoNames, CC BY 4.0.");
    element.append(
      make("p", { class: "map-hint" }, hint),
      make("p", { class: "map-hint map-keys", id: `${element.id}_keys` }, keys),
      this.frame,
    );
    if (!tilesUrl.includes("{z}")) element.append(make("p", { class: "map-credit" }, credit));
    this.map = L.basemap(this.frame, tilesUrl, { keyboard: false });
    this.map.createPane("area").style.zIndex = 420; // below the names, above the land
    this.map.createPane("pin").style.zIndex = 460; // above the names
    this.cell = L.polygon([], { pane: "area", interactive: false }).addTo(this.map);
    this.pin = L.circleMarker([0, 0], { pane: "pin", interactive: false, radius: 6, weight: 2 });
    this.paint();
    this.map.on("themechange", () => this.paint());
    this.map.on("click", ({ latlng }) => this.tapped(latlng));
    this.map.on("basemapmissing", onMissing);
    this.frame.addEventListener("keydown", (event) => this.pressed(event));
  }

  paint() {
    const style = getComputedStyle(this.frame);
    const colour = style.getPropertyValue("--accent").trim();
    const halo = style.getPropertyValue("--map-halo").trim();
    this.cell.setStyle({ color: colour, weight: 2, fillColor: colour, fillOpacity: 0.18 });
    this.pin.setStyle({ color: halo, fillColor: colour, fillOpacity: 1 });
  }

  /* From far away a tap also comes nearer: nobody can point at their town on a map of the world. */
  tapped(point) {
    this.move(point);
    const zoom = this.map.getZoom();
    if (zoom < EXACT_ZOOM) {
      this.map.setView(this.at, Math.min(zoom + NEARER, EXACT_ZOOM), { animate: !isStill() });
    }
  }

  move({ lat, lng }) {
    const latitude = Math.max(-LATITUDE_LIMIT, Math.min(LATITUDE_LIMIT, lat));
    this.put(latitude, lng);
    this.onMove(coarse(latitude), coarse(wrapped(lng)));
  }

  /* The marker stands where the place will be reckoned from, not where the finger was. */
  put(latitude, longitude) {
    this.at = L.latLng(coarse(latitude), coarse(longitude));
    this.pin.setLatLng(this.at).addTo(this.map);
    this.cell.setLatLngs([]);
    this.keepInView();
  }

  keepInView() {
    const point = this.map.latLngToContainerPoint(this.at);
    const size = this.map.getSize();
    const edge = 48;
    const inside =
      point.x > edge && point.y > edge && point.x < size.x - edge && point.y < size.y - edge;
    if (!inside) this.map.panTo(this.at, { animate: !isStill() });
  }

  takeAway() {
    this.at = null;
    this.pin.remove();
    this.cell.setLatLngs([]);
  }

  /* Shows the area; `closer` also brings it near, as after typing a town. */
  show(boundary, closer) {
    const reference = this.at?.lng ?? boundary[0][1];
    const corners = boundary.map(([lat, lng]) => [lat, lng + 360 * Math.round((reference - lng) / 360)]);
    this.cell.setLatLngs(corners);
    const bounds = this.cell.getBounds();
    const tooLarge = this.map.getBoundsZoom(bounds) < this.map.getZoom();
    if (!closer && !tooLarge) return;
    const roomy = bounds.pad(0.75); // so that its neighbours tell where it is
    this.map.fitBounds(roomy, { maxZoom: NEAREST_ZOOM, animate: !isStill() && this.isShown() });
  }

  isShown() {
    return this.frame.offsetParent !== null;
  }

  pressed(event) {
    if (event.target !== this.frame || event.ctrlKey || event.metaKey || event.altKey) return;
    const by = event.shiftKey ? 4 * STEP : STEP;
    const arrows = {
      ArrowLeft: [-by, 0],
      ArrowRight: [by, 0],
      ArrowUp: [0, -by],
      ArrowDown: [0, by],
    };
    const actions = {
      "+": () => this.zoom(1),
      "=": () => this.zoom(1),
      "-": () => this.zoom(-1),
      _: () => this.zoom(-1),
      Enter: () => this.keep(),
      Escape: () => this.onLeave(),
    };
    const action = arrows[event.key] ? () => this.step(arrows[event.key]) : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  step(by) {
    const from = this.map.latLngToContainerPoint(this.at ?? this.map.getCenter());
    this.move(this.map.containerPointToLatLng(this.at ? from.add(by) : from));
  }

  zoom(by) {
    this.map.setZoomAround(this.at ?? this.map.getCenter(), this.map.getZoom() + by);
  }

  keep() {
    if (this.at) this.onKeep();
    else this.move(this.map.getCenter());
  }
}

/* --- the field as a whole ----------------------------------------------------------------- */

class Picker {
  constructor(root) {
    const named = (part) => root.querySelector(`[name$="_${part}"]`); // place_town and so on
    this.root = root;
    this.inputs = {
      town: named("town"),
      latitude: named("latitude"),
      longitude: named("longitude"),
    };
    this.width = named("width");
    this.words = root.querySelector(".place-words");
    this.mapElement = root.querySelector(".place-map");
    this.opener = root.querySelector("[data-open-map]");
    this.locator = root.querySelector("[data-use-location]");
    this.asked = 0;
    this.typed = ""; // in full, none of the suggestions chosen
    this.askSoon = paused((how) => this.ask(how), MOVING_PAUSE);
    this.town = new window.Suggestions(named("typed"), root.dataset.suggestUrl, {
      onChoose: (town) => this.chooseTown(town),
      onType: () => this.forget(),
      country: root.dataset.country,
    });
    this.town.input.addEventListener("change", () => this.typedInFull());
    this.width.addEventListener("change", () => this.ask({ closer: true }));
    for (const choice of this.choices()) {
      choice.addEventListener("change", () => this.ask({ closer: true }));
    }
    // Whoever leaves the field by sending the form needs no answer any more.
    root.closest("form")?.addEventListener("submit", () => this.askSoon.cancel());
    this.offerMap();
    this.offerLocation();
    const { town, latitude } = this.inputs;
    if (town.value || latitude.value) this.ask({ closer: true });
  }

  offerMap() {
    if (!this.opener || !window.L?.basemap) return;
    pickers += 1;
    this.words.id ||= `place_words_${pickers}`;
    this.mapElement.id ||= `place_map_${pickers}`;
    this.opener.setAttribute("aria-controls", this.mapElement.id);
    this.opener.setAttribute("aria-expanded", "false");
    this.opener.hidden = false;
    this.closedText = this.opener.textContent;
    this.opener.addEventListener("click", () => this.toggleMap());
  }

  offerLocation() {
    if (!this.locator || !navigator.geolocation) return;
    this.locator.hidden = false;
    this.locator.addEventListener("click", () => this.locate());
  }

  /* --- what is chosen: a town or a point, never both --- */

  chooseTown({ value }) {
    this.write({ town: value.replace("town-", "") });
    this.map?.takeAway();
    this.ask({ closer: true });
  }

  choosePoint(latitude, longitude) {
    this.town.clear();
    this.write({ latitude, longitude });
  }

  /* Whoever goes on without choosing from the list is shown what the form will make of the words. */
  typedInFull() {
    this.typed = this.town.input.value.trim();
    this.askSoon({ closer: true });
  }

  /* The towns the server asked back about: they belong to the words it was asked. */
  choices() {
    const asked = this.root.querySelector('[name$="_asked"]');
    if (!asked || asked.value !== this.town.input.value) return [];
    return [...this.root.querySelectorAll('[name$="_choice"]')];
  }

  /* Typing on makes the earlier choice untrue. */
  forget() {
    this.write({});
    this.map?.takeAway();
    this.answered = null;
    this.asked += 1; // an answer still on its way is no longer wanted
    this.say();
    this.askSoon(); // for the area they have, when nothing is typed any more
  }

  write(chosen) {
    this.typed = "";
    for (const [name, input] of Object.entries(this.inputs)) input.value = chosen[name] ?? "";
  }

  /* --- what others will see --- */

  question() {
    const { town, latitude, longitude } = this.inputs;
    const width = this.width.value;
    const choice = this.choices().find(({ checked }) => checked);
    if (town.value || choice) return { town: town.value || choice.value, width };
    if (latitude.value && longitude.value) {
      return { lat: latitude.value, lng: longitude.value, width };
    }
    if (this.typed) return { typed: this.typed, width };
    if (this.root.dataset.cell && !this.town.input.value.trim()) {
      return { cell: this.root.dataset.cell, width }; // the area they have
    }
    return null;
  }

  async ask({ closer = false } = {}) {
    const question = this.question();
    this.askSoon.cancel();
    if (!question) return;
    this.asked += 1;
    const { asked } = this;
    const answer = await this.post(question);
    if (asked !== this.asked) return;
    this.answered = answer;
    this.say(answer);
    if (answer.boundary) this.map?.show(answer.boundary, closer);
  }

  /* A POST, because addresses land in logs and histories. */
  async post(question) {
    const token = this.root.closest("form")?.querySelector("[name=csrfmiddlewaretoken]")?.value;
    try {
      const response = await fetch(this.root.dataset.areaUrl, {
        method: "POST",
        headers: { "X-CSRFToken": token ?? "" },
        body: new URLSearchParams(question),
      });
      return await response.json();
    } catch {
      return { error: gettext("The area cannot be shown just now. You can still go on.") };
    }
  }

  say({ words, detail, error } = {}) {
    this.words.classList.toggle("has-error", Boolean(error));
    if (error) {
      this.words.replaceChildren(make("span", {}, error));
    } else if (words) {
      this.words.replaceChildren(
        make("span", { class: "place-words-title" }, gettext("This is what others will see")),
        make("strong", {}, words[0].toLocaleUpperCase() + words.slice(1)),
        make("span", { class: "place-words-detail" }, detail ?? ""),
      );
    } else {
      this.words.replaceChildren();
    }
  }

  /* --- the map, only when somebody wants it --- */

  toggleMap() {
    const opening = this.mapElement.hidden;
    this.mapElement.hidden = !opening;
    this.opener.setAttribute("aria-expanded", String(opening));
    this.opener.textContent = opening ? gettext("Close the map") : this.closedText;
    if (!opening) return;
    const chosen = Object.entries(this.inputs).map(([name, { value }]) => [name, value]);
    this.before = { typed: this.town.input.value, chosen: Object.fromEntries(chosen) };
    this.map ??= this.makeMap();
    this.map.map.invalidateSize();
    this.showChosen();
    this.map.frame.focus({ preventScroll: true });
    this.mapElement.scrollIntoView({ block: "nearest" });
  }

  makeMap() {
    return new PlaceMap(this.mapElement, this.root.dataset.tiles, this.words.id, {
      onMove: (latitude, longitude) => {
        this.choosePoint(latitude, longitude);
        this.askSoon();
      },
      onKeep: () => this.closeMap(),
      onLeave: () => this.leaveMap(),
      onMissing: () => {
        this.say({ error: gettext("The map cannot be shown just now. Please type your town.") });
      },
    });
  }

  closeMap() {
    if (!this.mapElement.hidden) this.toggleMap();
    this.opener.focus();
  }

  /* Escape takes back what was done on the map. */
  leaveMap() {
    const { typed, chosen } = this.before;
    this.forget();
    this.write(chosen);
    this.town.input.value = typed;
    if (!Object.values(chosen).some(Boolean)) this.typed = typed.trim();
    this.ask({ closer: true });
    this.closeMap();
  }

  showChosen() {
    const { latitude, longitude } = this.inputs;
    if (latitude.value && longitude.value) {
      this.map.put(Number(latitude.value), Number(longitude.value));
    }
    if (this.answered?.boundary) this.map.show(this.answered.boundary, true);
    else this.ask({ closer: true });
  }

  /* --- where the browser is, only when asked --- */

  /* While it is asked the button does nothing, but keeps the focus, which a disabled one loses. */
  locate() {
    if (this.locator.ariaDisabled === "true") return;
    this.locator.ariaDisabled = "true";
    this.words.replaceChildren(make("span", {}, gettext("Asking your browser where you are.")));
    const done = (callback) => (result) => {
      this.locator.ariaDisabled = "false";
      callback(result);
    };
    navigator.geolocation.getCurrentPosition(
      done(({ coords }) => this.located(coarse(coords.latitude), coarse(coords.longitude))),
      done((problem) => this.notLocated(problem)),
      { enableHighAccuracy: false, timeout: LOCATION_PATIENCE, maximumAge: 600000 },
    );
  }

  located(latitude, longitude) {
    this.choosePoint(latitude, longitude);
    this.map?.put(latitude, longitude);
    this.ask({ closer: true });
  }

  notLocated(problem) {
    const refused = problem.code === problem.PERMISSION_DENIED;
    this.say({
      error: refused
        ? gettext("Your browser did not share where you are. You can type your town instead.")
        : gettext("Your browser could not find where you are. You can type your town instead."),
    });
  }
}

const started = new WeakSet();

function start(within) {
  for (const root of within.querySelectorAll("[data-place-picker]")) {
    if (started.has(root)) continue;
    started.add(root);
    new Picker(root);
  }
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentNode ?? document));
