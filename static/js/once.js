/* A form is sent once, however often its button is pressed: hands shake, and a slow line invites a
   second click. The server does everything once, too; this spares people the second answer, which
   may be that what they just took back is not there any more. */

const AGAIN_AFTER = 10000; // milliseconds; then the first try is lost, and another one is right

let sent = new WeakMap();

function once(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (event.timeStamp - (sent.get(form) ?? -Infinity) < AGAIN_AFTER) event.preventDefault();
  else sent.set(form, event.timeStamp);
}

function startAnew(event) {
  if (event.persisted) sent = new WeakMap(); // come back to by the browser's button
}

document.addEventListener("submit", once);
window.addEventListener("pageshow", startAnew);
