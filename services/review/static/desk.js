// Keys and local times. The desk works without this file.
"use strict";

for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  const sameYear = moment.getFullYear() === new Date().getFullYear();
  time.textContent = moment.toLocaleString("en-GB", { day: "numeric", month: "short", year: sameYear ? undefined : "numeric", hour: "2-digit", minute: "2-digit" });
  time.title += `, shown in ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
}

const rows = [...document.querySelectorAll(".row")];
let here = -1;

function go(step) {
  if (!rows.length) return;
  rows[here]?.classList.remove("here");
  here = Math.max(0, Math.min(rows.length - 1, here + step));
  rows[here].classList.add("here");
  rows[here].querySelector(".open").focus();
}

function unfold(id) {
  const part = document.getElementById(id);
  if (!part) return;
  part.open = true;
  part.querySelector("textarea, select, input:not([type=hidden])")?.focus();
  part.scrollIntoView({ block: "nearest" });
}

const press = (key) => document.querySelector(`[data-key="${key}"]`)?.focus();
const keys = {
  j: () => go(1),
  k: () => go(-1),
  o: () => rows[here]?.querySelector(".open").click(),
  t: () => press("t"),
  a: () => press("a"),
  e: () => unfold("evidence"),
  n: () => unfold("note"),
  c: () => unfold("check"),
  q: () => location.assign("/"),
  "/": () => document.getElementById("q")?.focus(),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=radio]), textarea, select, dialog")) return;
  const act = keys[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

// A second click while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
