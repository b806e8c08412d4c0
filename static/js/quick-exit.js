/* The way out: a click, or Shift three times in a row. Blanks the page first, so that nothing is
   seen while the next one loads, and takes this page's place in the history. Without scripts the
   link simply leads away. */

const TIMES = 3;
const WITHIN = 2000; // milliseconds between one press and the next

const exit = document.querySelector(".quick-exit");
let presses = 0;
let last = 0;

function leave(event) {
  event?.preventDefault();
  document.title = "";
  document.body.replaceChildren();
  window.location.replace(exit.href);
}

function count(event) {
  if (event.repeat) return;
  const soon = event.timeStamp - last < WITHIN;
  last = event.timeStamp;
  presses = event.key === "Shift" ? (soon ? presses : 0) + 1 : 0;
  if (presses === TIMES) leave();
}

if (exit) {
  exit.addEventListener("click", leave);
  document.addEventListener("keydown", count);
}
