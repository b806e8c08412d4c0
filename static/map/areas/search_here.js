/* "Search this part of the map": asks the form of the search for what the map shows. The form has a
   hidden field `box`; how its answer comes, in place or as a new page, is the form's affair. */

const FORM = "form.search-form";
// A box stands instead of these; asking for one of them anew leaves the box.
const PLACES = ["place", "area", "page"];
const LEAVES_THE_BOX = ["place", "within"];

const form = () => document.querySelector(FORM);

function boxField(within) {
  const field = within.elements.namedItem("box");
  if (field) return field;
  const made = document.createElement("input");
  made.type = "hidden";
  made.name = "box";
  within.append(made);
  return made;
}

function searchHere(box) {
  const asking = form();
  for (const name of PLACES) {
    const field = asking.elements.namedItem(name);
    if (field && "value" in field) field.value = "";
  }
  boxField(asking).value = box;
  asking.requestSubmit();
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => {
    const asking = target.form;
    if (!asking?.matches(FORM) || !LEAVES_THE_BOX.includes(target.name)) return;
    const field = asking.elements.namedItem("box");
    if (field) field.value = "";
  }, { capture: true }); // before a search that starts by itself reads the form
}

Object.assign(L.Areas, { canSearchHere: () => Boolean(form()), searchHere });
