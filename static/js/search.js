/* The search in place: htmx asks for the results and puts them into the page, this script does the
   rest. It starts a search when an answer changes, keeps the form as the results are, keeps the
   focus, tells what was found, and says so when nothing came. Without scripts the form and the links
   are what they are: a form and links. */

const PAUSE = 400; // milliseconds after a change: ticks often come in twos and threes
const STORED = "htmx-current-path-for-history";

const form = document.getElementById("search-form");
const results = document.getElementById("results");
const told = document.getElementById("search-told");
const failed = document.getElementById("search-failed");

/* htmx writes the address of the search into the browser's storage; on a shared computer nothing
   stays behind. Without it, htmx reads the address bar. */
const forget = () => sessionStorage.removeItem(STORED);

/* --- when a search starts --- */

let timer = 0; // 0: nothing was changed that is not asked yet
let wasPressed = false; // "Show people" was
let leadsOn = false; // whoever presses it, or goes to the next page, wants to see people

function stopWaiting() {
  clearTimeout(timer);
  timer = 0;
}

function startSoon() {
  stopWaiting();
  timer = setTimeout(() => {
    timer = 0;
    form.requestSubmit();
  }, PAUSE);
}

function started({ submitter }) {
  stopWaiting();
  wasPressed = Boolean(submitter) && submitter === document.activeElement;
}

function asks({ detail }) {
  stopWaiting(); // whoever follows a link meanwhile wants what it says
  leadsOn = wasPressed || Boolean(detail.elt.closest("[data-leads-on]"));
  wasPressed = false;
}

/* --- the form as the results are --- */

const asked = () => JSON.parse(document.getElementById("asked").textContent);

function setField(field, values) {
  if (field.type === "checkbox" || field.type === "radio") {
    field.checked = values.includes(field.value);
  } else if (field !== document.activeElement) {
    const value = values[0] ?? "";
    const isList = field.tagName === "SELECT";
    if (isList && ![...field.options].some((option) => option.value === value)) {
      field.add(new Option(value, value));
    }
    field.value = value;
  }
}

/* The drugs come anew from the server. */
const fields = () => [...form.elements].filter(({ name }) => name && name !== "drug");

function keepForm() {
  const { values } = asked();
  for (const field of fields()) setField(field, values[field.name] ?? []);
}

/* What is wrong stands above the results; the sentences beside the fields are those of an older page. */
function markWrong() {
  const { wrong } = asked();
  for (const field of fields()) {
    if (wrong.includes(field.name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  for (const old of form.querySelectorAll(".field-error")) old.remove();
  for (const old of form.querySelectorAll(".has-error")) old.classList.remove("has-error");
}

/* --- what came --- */

const isOurs = (xhr) => xhr.status === 200 && xhr.getResponseHeader("HX-Push-Url") !== null;

/* On a slow line answers come after the next tick was made: put into the page they would take it
   off again. What is asked next brings the results of both. */
const isLate = () => timer !== 0;

function arrived({ detail }) {
  if (!isOurs(detail.xhr) || isLate()) return;
  failed.hidden = true;
  keepForm();
  markWrong();
  const heading = document.getElementById("found");
  const isLost = document.activeElement === document.body;
  if (heading && (isLost || leadsOn)) {
    if (leadsOn) results.scrollIntoView();
    // Where it does not lead on, the browser may have held on to the footer: into sight again.
    heading.focus({ preventScroll: leadsOn });
  } else {
    told.textContent = heading?.textContent ?? "";
  }
}

/* A page of another kind, such as the one that asks to log in, has no place inside the list. */
function keepOut(event) {
  if (!isOurs(event.detail.xhr) || isLate()) event.detail.shouldSwap = false;
}

const aborted = new WeakSet(); // a newer question took their place

function ended({ detail }) {
  if (aborted.has(detail.xhr) || isOurs(detail.xhr)) return;
  failed.querySelector("a").href = detail.pathInfo.finalRequestPath;
  failed.hidden = false;
  failed.scrollIntoView({ block: "nearest" });
}

if (window.htmx && form && results) {
  forget();
  keepForm();
  form.addEventListener("change", startSoon);
  form.addEventListener("submit", started);
  document.addEventListener("htmx:beforeRequest", asks);
  document.addEventListener("htmx:pushedIntoHistory", forget);
  document.addEventListener("htmx:sendAbort", ({ detail }) => aborted.add(detail.xhr));
  document.addEventListener("htmx:beforeSwap", keepOut);
  document.addEventListener("htmx:afterOnLoad", arrived);
  document.addEventListener("htmx:afterRequest", ended);
}
