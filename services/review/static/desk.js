// Keys and local times. The desk works without this file.
"use strict";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  const thisYear = moment.getFullYear() === new Date().getFullYear();
  const local = moment.toLocaleString("en-GB", {
    day: "numeric", month: "short", year: thisYear ? undefined : "numeric", hour: "2-digit", minute: "2-digit",
  });
  time.title = `${local}, ${zone} (${time.title})`;
  if (time.classList.contains("at")) time.textContent = local;
}

// Times are typed in the zone of whoever sits here: a form with one says which.
for (const field of document.querySelectorAll("input[type=datetime-local]")) {
  if (field.value && !("typed" in field.dataset)) {
    const moment = new Date(`${field.value}Z`);
    field.value = new Date(moment - moment.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
  }
  field.closest(".field").querySelector(".zone").textContent = zone;
  if (!field.form.elements.zone) {
    const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "zone", value: zone });
    field.form.append(hidden);
  }
}

const rows = [...document.querySelectorAll(".row")];
let here = -1;

function go(step) {
  if (!rows.length) return;
  here = Math.max(0, Math.min(rows.length - 1, here + step));
  rows[here].querySelector(".open").focus();
}

function unfold(id) {
  const part = document.getElementById(id);
  if (!part) return;
  part.open = true;
  part.querySelector("textarea, select, input:not([type=hidden])")?.focus();
  part.scrollIntoView({ block: "nearest" });
}

const button = (key) => (rows[here] ?? document.querySelector(".next"))?.querySelector(`[data-key="${key}"]`);
const keys = {
  j: () => go(1),
  k: () => go(-1),
  o: () => rows[here]?.querySelector(".open").click(),
  t: () => button("t")?.click(),
  a: () => button("a")?.focus(), // publishing is worth a second key
  e: () => unfold("evidence"),
  n: () => unfold("note"),
  s: () => unfold("statement"),
  r: () => unfold("ask"),
  w: () => unfold("describe"),
  c: () => unfold("check"),
  q: () => location.assign("/"),
  "/": () => (document.getElementById("q") ? document.getElementById("q").focus() : location.assign("/")),
  "?": () => document.getElementById("keys")?.showModal(),
};

for (const [place, row] of rows.entries()) row.addEventListener("focusin", () => { here = place; });
for (const hint of document.querySelectorAll(".needs-keys")) hint.hidden = false;
document.documentElement.classList.add("keys");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=radio]), textarea, select, dialog[open]")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
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

// A refused form: to the first field that needs another look.
document.querySelector("[aria-invalid=true]")?.focus();
