/* Where there is no room for list and map side by side: two buttons that show one or the other.
   Without this script both are there, one after the other. Whoever comes back to the page finds what
   they left: the choice stands in this entry of the history, nowhere else. */

const chosen = () => history.state?.showing ?? "list";

function remember(showing) {
  history.replaceState({ ...history.state, showing }, "");
}

function start(group) {
  const { dataset } = group.closest(".wide");
  const buttons = [...group.querySelectorAll("[data-show]")];
  const show = (wanted) => {
    dataset.showing = wanted;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.show === wanted));
    }
  };
  const choose = ({ currentTarget }) => {
    show(currentTarget.dataset.show);
    remember(currentTarget.dataset.show);
  };
  for (const button of buttons) button.addEventListener("click", choose);
  // A search in place is an entry of its own, and htmx writes the one before it anew.
  for (const written of ["htmx:beforeHistoryUpdate", "htmx:pushedIntoHistory"]) {
    document.addEventListener(written, () => remember(dataset.showing));
  }
  // Going back, too: htmx forgets what the entry said, then loads the page anew.
  const restore = ({ state }) => remember(state?.showing);
  document.addEventListener("DOMContentLoaded", () => window.addEventListener("popstate", restore));
  group.hidden = false;
  show(chosen());
}

document.querySelectorAll("[data-list-or-map]").forEach(start);
