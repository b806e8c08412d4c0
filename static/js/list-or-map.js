/* Where there is no room for list and map side by side: two buttons that show one or the other.
   Without this script both are there, one after the other. */

function start(group) {
  const { dataset } = group.closest(".wide");
  const buttons = [...group.querySelectorAll("[data-show]")];
  const show = (wanted) => {
    dataset.showing = wanted;
    for (const button of buttons) {
      button.setAttribute("aria-pressed", String(button.dataset.show === wanted));
    }
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.show));
  group.hidden = false;
  show("list");
}

document.querySelectorAll("[data-list-or-map]").forEach(start);
