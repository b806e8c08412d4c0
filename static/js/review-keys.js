/* Keys for the staff's pages. Links are followed, buttons only get the focus: what decides something
   is pressed by Enter, with words beside it that say so. Off while somebody types. "?" shows them all. */

const dialog = document.querySelector("dialog.keys");
const hint = document.querySelector("[data-key-hint]")?.content.firstElementChild;
const rows = [...document.querySelectorAll(".queue-row")];
const isShown = (element) => element.getClientRects().length > 0;
const isStill = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function isTyping({ target }) {
  return target.closest("textarea, select, [contenteditable], .leaflet-container, input:not([type=checkbox])") !== null;
}

function reach(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center", behavior: isStill() ? "auto" : "smooth" });
}

function leave() {
  hint?.remove();
  document.activeElement?.blur();
}

/* The visible step before a decision: the button has the focus, and beside it stands what Enter does. */
function point(button) {
  reach(button);
  if (!hint) return;
  button.after(hint);
  button.addEventListener("blur", () => hint.remove(), { once: true });
}

function unfold(summary) {
  summary.parentElement.open = true;
  reach(summary.parentElement.querySelector("textarea") ?? summary);
}

function goTo(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isShown);
  const target = found ?? (key === "d" ? document.querySelector("[data-first-reason]") : null);
  if (!target) return false;
  if (target.matches("summary")) unfold(target);
  else if (target.matches("button")) point(target);
  else if (target.matches("[data-first-reason]") && key === "d") reach(target);
  else target.click();
  return true;
}

function move(by) {
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
  if (row) reach(row.querySelector("h2 a"));
}

function tick() {
  rows.find((row) => row.contains(document.activeElement))?.querySelector("input[name=pick]")?.click();
}

const IN_THE_QUEUE = { j: () => move(1), k: () => move(-1), x: tick };

function pressed(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (dialog?.open) {
    if (event.key === "?") dialog.close();
    return;
  }
  if (event.key === "Escape") leave();
  if (isTyping(event)) return;
  if (event.key === "?") dialog?.showModal();
  else if (rows.length && IN_THE_QUEUE[event.key]) IN_THE_QUEUE[event.key]();
  else if (!/^[a-z1-9]$/.test(event.key) || !goTo(event.key)) return;
  event.preventDefault();
}

if (dialog) {
  document.addEventListener("keydown", pressed);
  const opener = document.querySelector("[data-keys]");
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
}
