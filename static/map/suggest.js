/* Offers names of places while somebody types one: in the search as it stands, in the place field
   through picker.js, which adds its own. Any input with `data-suggest`, an address that answers
   {places: [{value, label}], note}, is one. The plain input works without.

   The combobox with a list, as in the ARIA Authoring Practices: the focus stays in the input.
   Others find it as `window.Suggestions`: no module is imported by name, as the names of static
   files change with their content. */

const gettext = window.gettext ?? ((text) => text);
const ngettext = window.ngettext ?? ((one, many, count) => (count === 1 ? one : many));

const TYPING_PAUSE = 150; // milliseconds
const SHORTEST = 2; // letters before places are suggested

let made = 0;

function make(tag, attributes = {}, text = "") {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

class Suggestions {
  /* `onChoose` gets {value, label}, `onType` nothing; `country` is a code whose towns come first. */
  constructor(input, url, { onChoose = () => {}, onType = () => {}, country = "" } = {}) {
    Object.assign(this, { input, url, onChoose, onType, country });
    this.places = [];
    this.active = -1;
    this.build();
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
  }

  build() {
    const { input } = this;
    made += 1;
    const id = `${input.id || "place"}_places_${made}`;
    const box = make("div", { class: "combobox" });
    const hadFocus = document.activeElement === input;
    input.replaceWith(box);
    this.list = make("ul", { id, role: "listbox", hidden: "", "aria-label": gettext("Places") });
    this.status = make("p", { class: "visually-hidden", role: "status" });
    box.append(input, this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      autocomplete: "off",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
    })) {
      input.setAttribute(name, value);
    }
    if (hadFocus) input.focus();
    // Pressing in the list must not take the focus from the input, which would close the list.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  typed() {
    this.onType();
    this.cancel();
    if (this.input.value.trim().length < SHORTEST) this.close();
    else this.timer = setTimeout(() => this.suggest(), TYPING_PAUSE);
  }

  cancel() {
    clearTimeout(this.timer);
    this.question?.abort();
  }

  async suggest() {
    this.cancel();
    const question = new AbortController();
    this.question = question;
    const typed = this.input.value;
    try {
      const { places, note } = await this.ask(typed, question.signal);
      if (typed === this.input.value && document.activeElement === this.input) this.show(places, note);
    } catch {
      if (!question.signal.aborted) this.close(); // what is typed is still sent with the form
    }
  }

  async ask(typed, signal) {
    const asked = new URLSearchParams({ typed });
    if (this.country) asked.set("country", this.country);
    const response = await fetch(`${this.url}?${asked}`, { signal });
    const { places = [], note = "", error = "" } = await response.json();
    return { places, note: note || error };
  }

  /* The list, or a sentence: read out always, shown where it says what to do instead. */
  show(places, note) {
    this.places = places;
    this.list.replaceChildren(
      ...places.map(({ label }, i) =>
        make("li", { role: "option", id: `${this.list.id}_${i}`, "aria-selected": "false" }, label),
      ),
    );
    this.list.hidden = places.length === 0;
    this.input.setAttribute("aria-expanded", String(places.length > 0));
    this.activate(-1);
    const count = ngettext("%s place. Use the arrow keys.", "%s places. Use the arrow keys.", places.length);
    const found = places.length ? count.replace("%s", places.length) : gettext("No place found by this name.");
    this.tell(note || found, Boolean(note));
  }

  tell(sentence, isSeen = false) {
    this.status.className = isSeen ? "help after" : "visually-hidden";
    this.status.textContent = sentence;
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
    this.tell("");
  }

  activate(number) {
    this.active = number;
    const options = [...this.list.children];
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === number)));
    const option = options[number];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    const isOpen = !this.list.hidden;
    const last = this.places.length - 1;
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && !isOpen && this.input.value.trim().length >= SHORTEST) {
      event.preventDefault();
      this.suggest();
    } else if (!isOpen) {
      return;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = this.active + (event.key === "ArrowDown" ? 1 : -1);
      this.activate(next > last ? 0 : next < 0 ? last : next);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault(); // chooses, and does not send the form
      this.choose(this.active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  choose(number) {
    const place = this.places[number];
    this.cancel();
    this.input.value = place.label;
    this.close();
    this.onChoose(place);
  }

  clear() {
    this.cancel();
    this.input.value = "";
    this.close();
  }
}

window.Suggestions = Suggestions;

const started = new WeakSet();

function start(within) {
  for (const input of within.querySelectorAll("input[data-suggest]")) {
    if (started.has(input)) continue;
    started.add(input);
    // A value set by a script tells nobody; what listens to the form must hear of it.
    const onChoose = () => input.dispatchEvent(new Event("change", { bubbles: true }));
    new Suggestions(input, input.dataset.suggest, { onChoose });
  }
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentNode ?? document));
