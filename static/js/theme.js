/* Light, dark, or as the system says, without leaving the page: nothing typed is lost.
   The server keeps the choice in a cookie; without scripts the form is simply sent. */

const form = document.querySelector("[data-theme-choice]");

function show(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  const scheme = theme === "system" ? "light dark" : theme;
  document.querySelector('meta[name="color-scheme"]').content = scheme;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

async function choose(event) {
  if (!event.submitter) return; // an old browser: let the form be sent
  event.preventDefault();
  const { value } = event.submitter;
  const body = new FormData(form);
  body.set("theme", value);
  show(value);
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
}

form?.addEventListener("submit", choose);
