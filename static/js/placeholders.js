/* What may be filled in becomes buttons that put it where the cursor is. Without scripts it is text
   to copy. */

const list = document.querySelector("[data-placeholders]");
const field = list && document.getElementById(list.dataset.placeholders);

function putIn(words) {
  field.focus();
  field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
}

function asButton(code) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = code.textContent;
  button.addEventListener("click", () => putIn(button.textContent));
  code.replaceWith(button);
}

if (field) {
  for (const code of list.querySelectorAll("code")) asButton(code);
  for (const note of document.querySelectorAll("[data-with-script]")) note.hidden = false;
}
