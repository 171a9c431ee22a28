// What a form says before and after it is sent. `goInto` comes from keys.js.
"use strict";

// A page that comes with a message says it to screen readers only if it comes into the page after it.
const flashes = document.querySelector(".flashes");
if (flashes) setTimeout(() => { if (!flashes.contains(document.activeElement)) flashes.replaceChildren(...flashes.childNodes); }, 300);

// What nobody has filled in yet is required, not wrong: in Firefox a screen reader calls it invalid unless it is told otherwise.
for (const field of document.querySelectorAll(":is(input:not([type=radio], [type=checkbox]), textarea, select)[required]:not([aria-invalid])")) {
  field.setAttribute("aria-invalid", "false");
  field.addEventListener("invalid", () => field.setAttribute("aria-invalid", "true"));
  field.addEventListener("input", () => { if (field.validity.valid) field.setAttribute("aria-invalid", "false"); });
}

// What was just done stands in view until somebody goes on to the next thing; then it covers nothing.
document.addEventListener("focusin", (event) => {
  if (event.target.form && !event.target.closest(".flash")) for (const flash of document.querySelectorAll(".flash")) flash.classList.add("read");
});

// A second click while the first is on its way does nothing; whoever comes back to the page may send anew.
document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Who says why a source is withheld means that it is.
document.getElementById("evidence-withheld_reason")?.addEventListener("input", (event) => {
  const withheld = event.target.form.querySelector('[name="public"][value="false"]');
  if (event.target.value) withheld.checked = true;
});

// A file that is too large is said to be before it is sent.
for (const field of document.querySelectorAll("input[type=file][data-most]")) {
  field.addEventListener("change", () => {
    const isLarge = field.files[0]?.size > Number(field.dataset.most);
    field.setCustomValidity(isLarge ? "This file is larger than the desk takes." : "");
    field.reportValidity();
  });
}

// A refused form: to the first field that needs another look, or to what is said of the whole.
function showRefusal() {
  const field = document.querySelector("[aria-invalid=true]");
  const said = document.querySelector("main .problem[role=alert]:not([hidden])");
  if (field) goInto(field);
  else if (said && !document.querySelector("main [autofocus]")) {
    said.tabIndex = -1;
    said.focus();
  }
}
showRefusal();
